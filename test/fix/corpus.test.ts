import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DESCRIPTOR_FILES, type DescriptorKind } from '#src/cnb/descriptor-files.js'
import { decodeBuilderConfig } from '#src/cnb/decode-builder.js'
import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import { decodePackageConfig } from '#src/cnb/decode-package.js'
import { unifiedDiff } from '#src/fix/unified-diff.js'
import { parse as parseSmol } from 'smol-toml'
import { readToml } from '../toml/read.js'
import { fixed } from './fixed.js'

interface Row {
  readonly file: string
  readonly kind: DescriptorKind
}

const CORPUS = 'fixtures/corpus'
const KINDS = Object.keys(DESCRIPTOR_FILES) as DescriptorKind[]
const ROWS: readonly Row[] = readFileSync(`${CORPUS}/INDEX.tsv`, 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((line) => {
    const [file = '', , , , column = '', , , notes = ''] = line.split('\t')
    const kind = KINDS.find((name) => name === column)
    return kind === undefined || notes.includes('toml=INVALID') ? [] : [{ file, kind }]
  })

/** Rules whose fixes change what pack reads: what nobody read is read then, or what was read wrongly. */
const CHANGING = new Set(['target-on-composite', 'stack-deprecated'])

function textOf(file: string): string {
  return readFileSync(`${CORPUS}/${file}`, 'utf8').replace(/^\ufeff/, '')
}

/** What pack reads, with both ways to name an image taken for one. */
function meaningOf(kind: DescriptorKind, toml: string): unknown {
  const { document, report } = readToml(toml)
  if (document === undefined) throw new Error('not TOML')
  const withoutImage = <T extends { uri: string; image: string }>(entry: T): T => ({
    ...entry,
    image: '',
    uri: entry.uri === '' && entry.image !== '' ? `docker://${entry.image}` : entry.uri,
  })
  if (kind === 'builder') {
    const config = decodeBuilderConfig(document, report)
    return {
      ...config,
      buildpacks: config.buildpacks.map(withoutImage),
      extensions: config.extensions.map(withoutImage),
    }
  }
  if (kind !== 'package') return decodeModuleDescriptor(kind, document, report)
  const config = decodePackageConfig('buildpack', document, report)
  return { ...config, dependencies: config.dependencies.map(withoutImage) }
}

/** The comments of a text as other readers see them: what is behind a # that is in no string. */
function commentsOf(toml: string): string[] {
  const tokens = toml.matchAll(/"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/g)
  return [...tokens].flatMap(([token]) => (token.startsWith('#') ? [token.trimEnd()] : []))
}

describe.each(ROWS)('$file', ({ file, kind }) => {
  const before = textOf(file)
  const { source: after, fixes } = fixed(kind, before)

  test('is TOML when it is fixed, with all of its comments, and is not fixed twice', () => {
    expect(() => parseSmol(after)).not.toThrow()
    expect(commentsOf(after)).toEqual(commentsOf(before))
    expect(fixed(kind, after).fixes).toEqual([])
    expect(after === before).toBe(fixes.length === 0)
  })

  test('says the same, and no line of it changes that no fix is about', () => {
    if (!fixes.some(({ rule }) => CHANGING.has(rule))) expect(meaningOf(kind, after)).toEqual(meaningOf(kind, before))
    const removed = unifiedDiff(before, after, file).match(/^-(?!--)/gm)?.length ?? 0
    // The longest is [stack] with its four keys.
    expect(removed).toBeLessThanOrEqual(fixes.length * 6)
  })
})

test('the files need what is certain, and little else', () => {
  const counts = new Map<string, number>()
  for (const { file, kind } of ROWS) {
    for (const { rule } of fixed(kind, textOf(file)).fixes) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  expect(Object.fromEntries(counts)).toEqual({
    'stack-deprecated': 1,
    'stack-only-config': 65,
    'target-on-composite': 2,
    'toml-deprecated-key': 38,
  })
})
