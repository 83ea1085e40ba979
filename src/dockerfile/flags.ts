import { quoted, Refusal } from './refusal.js'

/** What a flag takes: nothing or true or false, one value, or a value each time it is given. */
type FlagKind = 'boolean' | 'value' | 'values'

const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  ADD: {
    chown: 'value',
    chmod: 'value',
    link: 'boolean',
    'keep-git-dir': 'boolean',
    checksum: 'value',
    unpack: 'boolean',
    exclude: 'values',
  },
  COPY: { chown: 'value', from: 'value', chmod: 'value', link: 'boolean', exclude: 'values', parents: 'boolean' },
  FROM: { platform: 'value' },
  HEALTHCHECK: {
    interval: 'value',
    timeout: 'value',
    'start-period': 'value',
    'start-interval': 'value',
    retries: 'value',
  },
  RUN: { mount: 'values', network: 'value', security: 'value', device: 'values' },
}

/** What some values must be; others are looked at when the file is built. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  network: ['default', 'none', 'host'],
  security: ['sandbox', 'insecure'],
}

/** A flag of an instruction: `--from=base`; `value` is undefined where nothing is assigned. */
export interface Flag {
  readonly name: string
  readonly value: string | undefined
}

/** The flags that `words` spell. @throws Refusal for one that the instruction does not have, or that it cannot have so */
export function flagsOf(keyword: string, words: readonly string[]): readonly Flag[] {
  const known = new Map(Object.entries(FLAGS[keyword] ?? {}))
  const seen = new Set<string>()
  return words.map((word) => {
    const flag = flagOf(word)
    const kind = known.get(flag.name)
    if (kind === undefined) throw new Refusal(`${keyword} has no flag ${quoted(`--${flag.name}`)}`)
    if (kind !== 'values' && seen.has(flag.name)) throw new Refusal(`${keyword} with a second flag --${flag.name}`)
    seen.add(flag.name)
    checkValue(flag, kind)
    return flag
  })
}

function flagOf(word: string): Flag {
  const equals = word.indexOf('=')
  return equals < 0
    ? { name: word.slice(2), value: undefined }
    : { name: word.slice(2, equals), value: word.slice(equals + 1) }
}

function checkValue({ name, value }: Flag, kind: FlagKind): void {
  if (kind === 'boolean') {
    if (value !== undefined && !['true', 'false'].includes(value.toLowerCase())) {
      throw new Refusal(`--${name} is ${quoted(value)}, which is neither true nor false`)
    }
    return
  }
  if (value === undefined) throw new Refusal(`--${name} has no value`)
  if (ALLOWED[name]?.includes(value) === false) {
    throw new Refusal(`--${name} is ${quoted(value)}; it can be ${ALLOWED[name].join(', ')}`)
  }
  if (name === 'mount' && value.split(',').some((field) => /^from=.*\$./i.test(field))) {
    throw new Refusal('--mount with a variable in from')
  }
}
