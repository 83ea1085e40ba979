import fc from 'fast-check'
import { type TomlTableWithoutBigInt, parse as parseSmol, stringify } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { DESCRIPTOR_FILES, type DescriptorKind } from '#src/cnb/descriptor-files.js'
import { fittingValue } from '../cnb/schema-values.js'
import { fixed } from './fixed.js'

const KINDS = Object.keys(DESCRIPTOR_FILES) as DescriptorKind[]

describe.each(KINDS)('any %s.toml', (kind) => {
  test('is fixed without an exception, once for all, and is still TOML', () => {
    fc.assert(
      fc.property(fittingValue(DESCRIPTOR_FILES[kind].schema), (value) => {
        const { source } = fixed(kind, stringify(value), { a: ['1'] })
        expect(() => parseSmol(source)).not.toThrow()
        expect(fixed(kind, source, { a: ['1'] })).toEqual({ source, fixes: [] })
      }),
      { numRuns: 25 },
    )
  })
})

/** How somebody writes: what is before a line and behind it, with a comment that no other line has. */
const style = fc.record({
  indent: fc.constantFrom('', '  ', '\t'),
  above: fc.array(fc.constantFrom('blank', 'comment'), { maxLength: 3 }),
  isCommented: fc.boolean(),
})

type Style = typeof style extends fc.Arbitrary<infer S> ? S : never

const image = fc.constantFrom('acme/build:1', 'registry.example/acme/run', 'run@sha256:' + 'a'.repeat(64))
const quoted = image.chain((text) => fc.constantFrom(`"${text}"`, `'${text}'`, `"""${text}"""`))

/** `[stack]` with its keys in any order. */
const stackLines = fc
  .record(
    {
      id: fc.constantFrom('"acme.one"', '"*"'),
      'build-image': quoted,
      'run-image': quoted,
      'run-image-mirrors': fc.array(quoted, { maxLength: 2 }).map((mirrors) => `[\n${mirrors.join(', # in\n')}\n]`),
    },
    { requiredKeys: [] },
  )
  .chain((keys) => fc.shuffledSubarray(Object.entries(keys), { minLength: Object.keys(keys).length }))
  .map((pairs) => ['[stack]', ...pairs.map(([key, value]) => `${key} = ${value}`)])

const moduleLines = fc
  .tuple(quoted, fc.constantFrom('buildpacks', 'extensions'))
  .map(([value, list]) => [`[[${list}]]`, 'id = "acme/java"', `image = ${value}`, 'version = "1.0.0"'])

const otherLines = fc.constantFrom(
  ['[lifecycle]', 'version = "0.21.0"'],
  ['[[order]]'],
  ['[[build.env]]', 'name = "A"'],
)

/** A builder.toml with each section once, in any order, and comments in odd places. */
const builderToml = fc
  .tuple(stackLines, fc.array(moduleLines, { maxLength: 2 }), fc.shuffledSubarray([0, 1, 2]), otherLines)
  .chain(([stack, modules, , other]) =>
    fc.shuffledSubarray([stack, ...modules, other], { minLength: modules.length + 2 }),
  )
  .map((sections) => sections.flat())
  .chain((lines) =>
    fc.tuple(
      fc.constant(lines),
      fc.array(style, { minLength: lines.length, maxLength: lines.length }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    ),
  )
  .map(([lines, styles, newline, endsWithNewline]) => {
    const text = lines.map((line, i) => written(line, i, styles[i])).join('\n')
    return `${text}${endsWithNewline ? '\n' : ''}`.replaceAll('\n', newline)
  })

function written(line: string, index: number, style: Style | undefined): string {
  if (style === undefined) return line
  const above = style.above.map((kind, i) => (kind === 'blank' ? '\n' : `${style.indent}# above ${index}-${i}.\n`))
  return `${above.join('')}${style.indent}${line}${style.isCommented ? ` # behind ${index}.` : ''}`
}

/** What pack makes of a builder.toml: the newer form of the base images, and locators. By another reader than ours. */
function meaningOf(toml: string): unknown {
  const { stack = {}, build = {}, run, ...rest } = parseSmol(toml) as Record<string, TomlTableWithoutBigInt>
  const stackImages = [{ image: stack['run-image'], mirrors: stack['run-image-mirrors'] }]
  const modules = ['buildpacks', 'extensions'].map((list) => {
    const entries = (rest[list] ?? []) as unknown as readonly TomlTableWithoutBigInt[]
    return entries.map(({ image, uri, ...module }) => ({
      ...module,
      uri: image === undefined ? uri : `docker://${image as string}`,
    }))
  })
  return {
    ...rest,
    modules,
    buildpacks: undefined,
    extensions: undefined,
    id: stack['id'],
    build: { image: stack['build-image'], ...build },
    run: run?.['images'] ?? (stack['run-image'] === undefined ? undefined : stackImages),
  }
}

function normalized(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('a builder.toml in the older form says the same in the newer one, and keeps its comments and line ends', () => {
  let changed = 0
  fc.assert(
    fc.property(builderToml, (before) => {
      const { source: after, fixes } = fixed('builder', before)
      changed += fixes.length
      expect(normalized(meaningOf(after))).toEqual(normalized(meaningOf(before)))
      const comments = (toml: string): string[] => (toml.match(/# (?:above|behind|in)[^\r\n]*/g) ?? []).toSorted()
      expect(comments(after)).toEqual(comments(before))
      expect(/[^\r]\n/.test(after)).toBe(/[^\r]\n/.test(before))
      expect(fixed('builder', after).fixes).toEqual([])
    }),
    { numRuns: 300 },
  )
  expect(changed).toBeGreaterThan(100)
})
