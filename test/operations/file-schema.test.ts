import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import fc from 'fast-check'
import { parse as parseSmol, stringify } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { decodeBuilderConfig } from '#src/cnb/decode-builder.js'
import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import { decodePackageConfig } from '#src/cnb/decode-package.js'
import { DESCRIPTOR_FILES, type DescriptorKind } from '#src/cnb/descriptor-files.js'
import { fileSchema } from '#src/operations/file-schema.js'
import { fittingValue } from '../cnb/schema-values.js'
import { readToml } from '../toml/read.js'

const SCHEMA_NAMES = ['builder', 'package', 'buildpack', 'extension'] as const satisfies DescriptorKind[]

/** Strict: an unknown keyword or a keyword that cannot matter is an error. */
const ajv = new Ajv({ strict: true, allowUnionTypes: false }).addVocabulary(['x-taplo'])

const VALIDATE = Object.fromEntries(SCHEMA_NAMES.map((name) => [name, ajv.compile(fileSchema(name))])) as Readonly<
  Record<DescriptorKind, ValidateFunction>
>

/** What the decoder says that a schema can say too. Unknown keys of a descriptor are warnings, and fit. */
const SAID_BY_SCHEMA = new Set([
  'toml-wrong-type',
  'toml-unknown-key-builder',
  'toml-unknown-key-package',
  'toml-legacy-target-keys',
  'exec-env-shape',
  'api-unquoted',
  'api-malformed',
  'package-platform-os',
])

/** What the decoder finds wrong with the shape of a file. */
function shapeProblems(name: DescriptorKind, toml: string | Uint8Array): string[] {
  const { document, diagnostics, report } = readToml(toml)
  if (document === undefined) throw new Error(`not TOML: ${diagnostics[0]?.message}`)
  if (name === 'builder') decodeBuilderConfig(document, report)
  else if (name === 'package') decodePackageConfig('buildpack', document, report)
  else decodeModuleDescriptor(name, document, report)
  return diagnostics.filter(({ rule }) => SAID_BY_SCHEMA.has(rule)).map(({ message }) => message)
}

function fits(name: DescriptorKind, toml: string): boolean {
  // Dates become strings, as in editors.
  return VALIDATE[name](JSON.parse(JSON.stringify(parseSmol(toml))))
}

describe.each(SCHEMA_NAMES)('the schema of %s.toml', (name) => {
  test('is the file below schemas/ that is shipped', () => {
    const file = `schemas/${name}.schema.json`
    const text = `${JSON.stringify(fileSchema(name), undefined, 2)}\n`
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('has only keywords that are in draft 4 too, which is what Taplo reads', () => {
    const annotations = ['$schema', 'title', 'description', 'deprecated', 'x-taplo']
    const both = new Set([
      ...annotations,
      'type',
      'properties',
      'additionalProperties',
      'items',
      'enum',
      'pattern',
      'not',
    ])
    expect([...keywordsOf(fileSchema(name))].filter((keyword) => !both.has(keyword))).toEqual([])
  })
})

/** The keywords of a schema and of those in it. */
function keywordsOf(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set()
  const { properties = {}, ...rest } = schema as Record<string, unknown>
  const below = [...Object.values(properties ?? {}), rest['items'], rest['not'], rest['additionalProperties']]
  return new Set([...Object.keys(schema), ...below.flatMap((schema) => [...keywordsOf(schema)])])
}

interface Row {
  readonly file: string
  readonly kind: DescriptorKind
}

const CORPUS = 'fixtures/corpus'
const ROWS: readonly Row[] = readFileSync(`${CORPUS}/INDEX.tsv`, 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((line) => {
    const [file = '', , , , column = '', , , notes = ''] = line.split('\t')
    const kind = SCHEMA_NAMES.find((name) => name === column)
    return kind === undefined || notes.includes('toml=INVALID') ? [] : [{ file, kind }]
  })

test('the published files are there', () => expect(ROWS.length).toBeGreaterThan(200))

test.each(ROWS)('the schema says of $file what the decoder says', ({ file, kind }) => {
  const toml = readFileSync(`${CORPUS}/${file}`, 'utf8')
  const problems = shapeProblems(kind, toml)
  expect({ fits: fits(kind, toml), problems }).toEqual({ fits: problems.length === 0, problems })
})

test('both kinds of files are among them', () => {
  const sound = ROWS.filter(({ file, kind }) => fits(kind, readFileSync(`${CORPUS}/${file}`, 'utf8')))
  expect(sound.length).toBeGreaterThan(ROWS.length / 2)
  expect(sound.length).toBeLessThan(ROWS.length)
})

test.each<[DescriptorKind, string, boolean, string]>([
  ['builder', '[[build.env]]\nsuffix = "append"', true, 'a suffix that there is'],
  ['builder', '[[build.env]]\nsuffix = "replace"', false, 'a suffix that there is none'],
  ['builder', '[[groups]]\n', false, 'a key that pack refuses'],
  ['builder', '[[order]]\n[[order.group]]\nid = "a"\noptional = "true"', false, 'a word in quotes'],
  ['package', '[platform]\nos = "beos"', false, 'a system that pack refuses'],
  ['package', '[[dependency]]\n', false, 'a key that pack refuses'],
  ['buildpack', 'api = "0.10"', true, 'an API version'],
  ['buildpack', 'api = 0.10', false, 'an API version without quotes'],
  ['buildpack', 'api = "0.10.0"', false, 'a version that is none of an API'],
  ['buildpack', '[stack]\n', true, 'a key that is only warned about'],
  ['buildpack', '[metadata]\nx = [1, { y = 2 }]', true, 'what authors like'],
  ['buildpack', '[[targets]]\n[[targets.distributions]]\n', false, 'a key of an older draft, which nobody reads'],
  ['extension', '[extension]\nexec-env = ["test"]', true, 'a list of words'],
  ['extension', '[[extension.exec-env]]\nname = "test"', false, 'tables where words are read'],
])('of %s.toml, %j fits: %j (%s)', (name, toml, expected) => {
  expect(fits(name, toml)).toBe(expected)
})

describe('where a schema and the decoder differ', () => {
  test('a key in other case: read by the decoder as by pack, no proposal of an editor', () => {
    expect(shapeProblems('builder', 'Description = "x"')).toEqual([])
    expect(fits('builder', 'Description = "x"')).toBe(false)
  })

  test('a date: no string to the decoder, one to a schema, because JSON has no dates', () => {
    expect(shapeProblems('builder', 'description = 2026-01-01')).not.toEqual([])
    expect(fits('builder', 'description = 2026-01-01')).toBe(true)
  })
})

test.each(SCHEMA_NAMES)('the schema of %s.toml takes what the decoder takes, and nothing else', (name) => {
  fc.assert(
    fc.property(fittingValue(DESCRIPTOR_FILES[name].schema), (value) => {
      const toml = stringify(value)
      const problems = shapeProblems(name, toml)
      expect({ fits: fits(name, toml), problems }).toEqual({ fits: problems.length === 0, problems })
    }),
  )
})

test('there is no schema of another name', () => {
  expect(() => fileSchema('order')).toThrow(expect.objectContaining({ code: 'E_USAGE' }))
})
