import { checkHealth } from './health.js'
import { type Flag, flagsOf } from './flags.js'
import { heredocOf } from './heredoc.js'
import type { LogicalLine } from './lines.js'
import { quoted, Refusal } from './refusal.js'
import { GAP, isSpace, trimStart } from './space.js'
import { jsonStrings, quotedWords, splitInstruction } from './words.js'

/** `name=value` of `ARG`, `ENV` and `LABEL`, as written; an `ARG` may have no value. */
export interface Pair {
  readonly name: string
  readonly value: string | undefined
}

/** One instruction. Words are as written: variables and quotes in them stand. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string
  readonly flags: readonly Flag[]
  /** Whether the arguments are a JSON array of strings. */
  readonly isJson: boolean
  readonly args: readonly string[]
  /** Of `ARG`, `ENV` and `LABEL`; `args` is empty there. */
  readonly pairs: readonly Pair[]
  readonly source: LogicalLine
}

/** What is after the keyword and the flags. */
interface Body {
  readonly args?: readonly string[]
  readonly pairs?: readonly Pair[]
  readonly isJson?: boolean
}

/** How each instruction's arguments are read. */
const READERS: Readonly<Record<string, (rest: string, escape: string, keyword: string) => Body>> = {
  ADD: jsonOrWords,
  ARG: argPairs,
  CMD: jsonOrText,
  COPY: jsonOrWords,
  ENTRYPOINT: jsonOrText,
  ENV: assignments,
  EXPOSE: words,
  FROM: words,
  HEALTHCHECK: health,
  LABEL: assignments,
  MAINTAINER: text,
  ONBUILD: trigger,
  RUN: jsonOrText,
  SHELL: jsonOrText,
  STOPSIGNAL: text,
  USER: text,
  VOLUME: jsonOrWords,
  WORKDIR: text,
}

/** Those whose flags nobody looks at. */
const UNCHECKED_FLAGS = new Set(['ARG', 'STOPSIGNAL'])

/** The fewest arguments of those that cannot do without. */
const FEWEST_ARGS: Readonly<Record<string, number>> = {
  ADD: 2,
  COPY: 2,
  EXPOSE: 1,
  HEALTHCHECK: 1,
  MAINTAINER: 1,
  ONBUILD: 1,
  SHELL: 1,
  STOPSIGNAL: 1,
  USER: 1,
  VOLUME: 1,
  WORKDIR: 1,
}

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/

/** The instruction that `source` spells. @throws Refusal for one that BuildKit does not take */
export function parseInstruction(source: LogicalLine, escape: string): Instruction {
  const split = splitInstruction(source.text, escape)
  const keyword = split.keyword.toUpperCase()
  const read = Object.hasOwn(READERS, keyword) ? READERS[keyword] : undefined
  if (read === undefined) throw new Refusal(`no instruction is called ${quoted(split.keyword)}`)
  const { args = [], pairs = [], isJson = false } = read(split.rest, escape, keyword)
  const hasFlags = !UNCHECKED_FLAGS.has(keyword) && !(keyword === 'HEALTHCHECK' && args[0]?.toUpperCase() === 'NONE')
  const flags = hasFlags
    ? flagsOf(keyword, split.flags)
    : split.flags.map((word) => ({ name: word.slice(2), value: undefined }))
  const instruction = { keyword, flags, isJson, args, pairs, source }
  checkArguments(instruction)
  return instruction
}

/** What can hold heredocs, `ONBUILD` for what it triggers. */
export function canHaveHeredocs({ keyword, args, isJson }: Instruction): boolean {
  const one = keyword === 'ONBUILD' ? args[0]?.toUpperCase() : keyword
  return (one === 'ADD' || one === 'COPY' || one === 'RUN') && !isJson
}

/** The value of the flag `name`; undefined when it is not there or has none. */
export function flagValue({ flags }: Instruction, name: string): string | undefined {
  return flags.findLast((flag) => flag.name === name)?.value
}

function checkArguments({ keyword, args, pairs, flags, isJson }: Instruction): void {
  if (args.length < (FEWEST_ARGS[keyword] ?? 0)) throw new Refusal(`${keyword} with ${args.length} arguments`)
  switch (keyword) {
    case 'ADD':
    case 'COPY':
      if (heredocOf(args.at(-1) ?? '') !== undefined) throw new Refusal(`${keyword} to a heredoc`)
      break
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      if (pairs.length === 0) throw new Refusal(`${keyword} without a name`)
      if (pairs.some(({ name }) => name === '')) throw new Refusal(`${keyword} with an empty name`)
      break
    case 'FROM':
      checkStage(args)
      break
    case 'HEALTHCHECK':
      checkHealth(args, flags, isJson)
      break
    case 'SHELL':
      if (!isJson) throw new Refusal('SHELL that is no JSON array')
      break
    case 'VOLUME':
      if (args.some((volume) => trimStart(volume) === '')) throw new Refusal('VOLUME with an empty path')
      break
    default:
  }
}

function checkStage(args: readonly string[]): void {
  const [, as, name] = args
  if (args.length === 1) return
  if (args.length !== 3 || as?.toLowerCase() !== 'as') throw new Refusal('FROM takes an image, or IMAGE AS NAME')
  if (!STAGE_NAME.test(name?.toLowerCase() ?? '')) throw new Refusal(`a stage cannot be called ${quoted(name ?? '')}`)
}

function text(rest: string): Body {
  return rest === '' ? {} : { args: [rest] }
}

function words(rest: string): Body {
  return rest === '' ? {} : { args: rest.split(GAP) }
}

function jsonOrText(rest: string): Body {
  return jsonBody(rest) ?? text(rest)
}

function jsonOrWords(rest: string): Body {
  return jsonBody(rest) ?? words(rest)
}

function jsonBody(rest: string): Body | undefined {
  const strings = jsonStrings(rest)
  if (strings === 'mixed') throw new Refusal('a JSON array that does not hold strings alone')
  return strings && { args: strings, isJson: true }
}

function argPairs(rest: string, escape: string): Body {
  return { pairs: quotedWords(rest, escape).map(pairOf) }
}

function assignments(rest: string, escape: string, keyword: string): Body {
  const pairs = quotedWords(rest, escape).map(pairOf)
  if (pairs.length === 0) return {}
  if (pairs[0]?.value === undefined) return { pairs: [namedPair(rest, keyword)] }
  const bare = pairs.find(({ value }) => value === undefined)
  if (bare) throw new Refusal(`${keyword} with ${quoted(bare.name)}, which assigns nothing`)
  return { pairs }
}

/** `ENV NAME the rest of the line`: the form without `=`. */
function namedPair(rest: string, keyword: string): Pair {
  const gap = GAP.exec(rest)
  if (gap === null) throw new Refusal(`${keyword} with a name and no value`)
  return { name: rest.slice(0, gap.index), value: rest.slice(gap.index + gap[0].length) }
}

function pairOf(word: string): Pair {
  const equals = word.indexOf('=')
  return equals < 0 ? { name: word, value: undefined } : { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

function health(rest: string): Body {
  let end = 0
  while (end < rest.length && !isSpace(rest.charAt(end))) end += 1
  if (end === 0) return {}
  const { args = [], isJson = false } = jsonOrText(trimStart(rest.slice(end)))
  return { args: [rest.slice(0, end), ...args], isJson }
}

/** What `ONBUILD` triggers is read as an instruction, but it is not looked at whether it is a right one. */
function trigger(rest: string, escape: string): Body {
  if (rest === '') return {}
  const { keyword, rest: inner } = splitInstruction(rest, escape)
  const name = keyword.toUpperCase()
  if (['ONBUILD', 'MAINTAINER', 'FROM'].includes(name)) throw new Refusal(`ONBUILD cannot trigger ${name}`)
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  const { args = [], isJson = false } = read?.(inner, escape, name) ?? {}
  return { args: [keyword, ...args], isJson }
}
