import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeValues } from '#src/fix/change-values.js'
import { unifiedDiff } from '#src/fix/unified-diff.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { decodeSettings, settingsTable, type Settings } from '#src/operations/settings-file.js'
import { printTomlValue } from '#src/toml/encode.js'
import { documentOf } from '../toml/read.js'

/** Few texts, so that what is wanted and what is there have much in common, and some that a reader could misread. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c.test', 'acme/run', '# x', '"', ']', 'x, "y"') },
  fc.string({ minLength: 1, unit: 'binary' }),
)
const optional = fc.option(text, { nil: undefined })
const mirrors = fc.uniqueArray(text, { minLength: 1, maxLength: 4 })
const host = fc.constantFrom('*', 'a.test', 'b.test:5000', 'c.test')

const settings: fc.Arbitrary<Settings> = fc.record({
  defaultRegistryUrl: optional,
  defaultRegistry: optional,
  defaultBuilder: optional,
  pullPolicy: fc.constantFrom(undefined, 'always', 'if-not-present', 'never'),
  experimental: fc.boolean(),
  runImages: fc.array(fc.record({ image: text, mirrors: fc.option(mirrors, { nil: undefined }) }), { maxLength: 4 }),
  trustedBuilders: fc.array(text, { maxLength: 4 }),
  registries: fc.array(fc.record({ name: text, type: text, url: text }), { maxLength: 4 }),
  lifecycleImage: optional,
  registryMirrors: fc
    .array(fc.tuple(host, fc.constantFrom('m.test', 'n.test/deep')))
    .map((pairs) => new Map<string, string>(pairs)),
  layoutDirectory: optional,
})

/** What to write of a file at each of the places where somebody could choose. */
interface Style {
  /** The next choice among so many. */
  readonly choose: (count: number) => number
  /** A comment that no other line has, or nothing. */
  readonly comment: () => string
}

function styleOf(choices: readonly number[]): Style {
  let at = 0
  let comments = 0
  const choose = (count: number): number => (choices[at++ % choices.length] ?? 0) % count
  return { choose, comment: () => (choose(2) === 0 ? ` # ${comments++}.` : '') }
}

/** An array of texts or tables, on one line or several. */
function list(items: readonly string[], { choose, comment }: Style): string {
  if (choose(2) === 0) return `[${items.join(', ')}]`
  const lines = items.map((item, i) => `  ${item}${i < items.length - 1 || choose(2) === 0 ? ',' : ''}${comment()}`)
  return ['[', ...lines, comment(), ' ]'].join('\n')
}

type Pairs = readonly (readonly [key: string, value: string])[]
const lines = (pairs: Pairs, { choose, comment }: Style): string[] =>
  pairs.map(([key, value]) => `${'  '.repeat(choose(2))}${key} = ${value}${comment()}`)
const inline = (pairs: Pairs): string => `{ ${pairs.map(([key, value]) => `${key} = ${value}`).join(', ')} }`
const quoted = JSON.stringify

/** A config.toml as somebody could have written it, in any of its forms. */
function written(settings: Settings, choices: readonly number[]): string {
  const style = styleOf(choices)
  const { choose, comment } = style
  const root: string[] = []
  const sections: string[][] = []
  const string = (key: string, value: string | undefined): void => {
    if (value !== undefined) root.push(...lines([[key, printTomlValue(value)]], style))
  }
  const tables = (key: string, items: readonly Pairs[]): void => {
    if (items.length === 0 && choose(2) === 0) return
    if (items.length === 0 || choose(3) === 0) {
      root.push(`${key} = ${list(items.map(inline), style)}${comment()}`)
    } else {
      for (const item of items) sections.push([`[[${key}]]${comment()}`, ...lines([...item, ['note', '1']], style)])
    }
  }
  string('default-registry-url', settings.defaultRegistryUrl)
  string('default-registry', settings.defaultRegistry)
  root.push(`unknown = [1, 2]${comment()}`)
  string('default-builder-image', settings.defaultBuilder)
  string('pull-policy', settings.pullPolicy)
  if (settings.experimental || choose(2) === 0) root.push(`experimental = ${settings.experimental}${comment()}`)
  tables(
    'run-images',
    settings.runImages.map(({ image, mirrors }) => [
      ['image', printTomlValue(image)],
      ...(mirrors === undefined ? [] : [['mirrors', list(mirrors.map(printTomlValue), style)] as const]),
    ]),
  )
  tables(
    'trusted-builders',
    settings.trustedBuilders.map((name) => [['name', printTomlValue(name)]]),
  )
  tables(
    'registries',
    settings.registries.map((registry) => Object.entries(registry).map(([key, value]) => [key, printTomlValue(value)])),
  )
  string('lifecycle-image', settings.lifecycleImage)
  const hosts: Pairs = [...settings.registryMirrors].map(([key, value]) => [quoted(key), quoted(value)])
  const form = choose(3)
  if (form === 0) sections.push([`[registry-mirrors]${comment()}`, ...lines(hosts, style)])
  else if (form === 1) root.push(`registry-mirrors = ${inline(hosts)}${comment()}`)
  else root.push(...hosts.map(([key, value]) => `registry-mirrors.${key} = ${value}${comment()}`))
  string('layout-repo-dir', settings.layoutDirectory)
  sections.push([`[unknown-table]${comment()}`, `x.y = { z = 1 }${comment()}`])
  const all = [
    comment(),
    ...root,
    ...sections.flatMap((section) => [...Array<string>(choose(3)).fill(comment()), ...section]),
  ]
  const end = choose(2) === 0 ? '' : '\n'
  return `${all.join('\n')}${end}`.replaceAll('\n', choose(2) === 0 ? '\n' : '\r\n')
}

const commentsOf = (toml: string): string[] => (toml.match(/# \d+\./g) ?? []).toSorted()

/** Settings as a file has them: what is empty is as good as absent. */
const decoded = (toml: string): unknown => {
  const { runImages, ...rest } = decodeSettings(documentOf(toml), ({ severity, message }) => {
    if (severity === 'error') expect.fail(message)
  })
  return { ...rest, runImages: runImages.map(({ image, mirrors = [] }) => ({ image, mirrors })) }
}

const edited = (toml: string, before: Settings, after: Settings): string =>
  changeValues(documentOf(toml), { before: settingsTable(before), after: settingsTable(after) }, DEFAULT_LIMITS).source

const choices = fc.array(fc.nat({ max: 11 }), { minLength: 20, maxLength: 60 })

test('whatever is changed in whatever file says what is wanted then, and has all its comments', () => {
  fc.assert(
    fc.property(settings, settings, choices, (before, after, style) => {
      const toml = written(before, style)
      const result = edited(toml, before, after)
      expect(decoded(result)).toEqual({
        ...after,
        runImages: after.runImages.map(({ image, mirrors = [] }) => ({ image, mirrors })),
      })
      expect(commentsOf(result)).toEqual(commentsOf(toml))
      expect(result).toMatch(/^unknown = \[1, 2\]/m)
      expect(result).toMatch(/^\[unknown-table\][^\n]*\nx\.y = \{ z = 1 \}/m)
      expect(/[^\r]\n/.test(result)).toBe(/[^\r]\n/.test(toml))
    }),
    { numRuns: 300 },
  )
})

test('what is not changed stays as it is written, to the byte', () => {
  fc.assert(
    fc.property(settings, choices, (before, style) => {
      const toml = written(before, style)
      expect(edited(toml, before, before)).toBe(toml)
    }),
    { numRuns: 100 },
  )
})

test('a change of one thing leaves all other lines as they are, in their order', () => {
  const registry = { name: 'new', type: 'git', url: 'https://new.test' }
  fc.assert(
    fc.property(settings, choices, fc.nat(), (before, style, at) => {
      const toml = written(before, style)
      const without = before.registries.toSpliced(at % (before.registries.length + 1), 1)
      // A list on one line changes there, and comments get lines of their own.
      const { removed, added: instead } = linesChanged(toml, edited(toml, before, { ...before, registries: without }))
      expect(removed.length).toBeLessThanOrEqual(5)
      expect(instead.filter((line) => !/^\+ *#/.test(line)).length).toBeLessThanOrEqual(1)
      const added = edited(toml, before, { ...before, registries: [...before.registries, registry] })
      expect(linesChanged(toml, added).removed.length).toBeLessThanOrEqual(1)
      const changed = edited(toml, before, { ...before, lifecycleImage: 'new/image' })
      expect(linesChanged(toml, changed).removed.length).toBeLessThanOrEqual(1)
    }),
    { numRuns: 100 },
  )
})

/** The lines that one text lacks of the other, without what is between. */
function linesChanged(before: string, after: string): { removed: string[]; added: string[] } {
  const lines = unifiedDiff(before, after, 'config.toml').split('\n').slice(2)
  const those = (sign: string): string[] => lines.filter((line) => line.startsWith(sign) && line.slice(1).trim() !== '')
  return { removed: those('-'), added: those('+') }
}
