import { readFileSync } from 'node:fs'
import iarna from '@iarna/toml'
import { TomlDate, parse as parseSmol } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { decodeBuilderConfig } from '#src/cnb/decode-builder.js'
import { decodeLifecycleDescriptor } from '#src/cnb/decode-lifecycle.js'
import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import { decodePackageConfig } from '#src/cnb/decode-package.js'
import type { TomlNode } from '#src/toml/document.js'
import { readToml } from './read.js'

const CORPUS = 'fixtures/corpus'

interface Row {
  readonly file: string
  readonly kind: string
  readonly isToml: boolean
}

/** The rows of INDEX.tsv. */
const ROWS: readonly Row[] = readFileSync(`${CORPUS}/INDEX.tsv`, 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [file = '', , , , kind = '', , , notes = ''] = line.split('\t')
    return { file, kind, isToml: !notes.includes('toml=INVALID') }
  })

/** The same value whatever the reader: tables as sorted entries, dates as text. */
function commonOf(value: unknown): unknown {
  if (value instanceof TomlDate || value instanceof Date) return new Date(value).toISOString()
  if (Array.isArray(value)) return value.map(commonOf)
  if (typeof value !== 'object' || value === null) return value
  return sortedMap(Object.entries(value).map(([key, item]): [string, unknown] => [key, commonOf(item)]))
}

/** As `commonOf`, of our own nodes. Dates of the corpus all have an offset. */
function commonOfNode(node: TomlNode): unknown {
  if (node.kind === 'table') {
    return sortedMap([...node.entries].map(([key, entry]): [string, unknown] => [key, commonOfNode(entry.node)]))
  }
  if (node.kind === 'array') return node.items.map(commonOfNode)
  return 'value' in node ? node.value : new Date(node.text).toISOString()
}

function sortedMap(entries: [string, unknown][]): Map<string, unknown> {
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

describe('the descriptors of the corpus', () => {
  test('are all there', () => expect(ROWS).toHaveLength(298))

  test.each(ROWS.filter(({ isToml }) => isToml))('$file means the same to other readers', ({ file }) => {
    const bytes = readFileSync(`${CORPUS}/${file}`)
    const { document, diagnostics } = readToml(bytes, { file })
    expect(diagnostics).toEqual([])
    const value = document && commonOfNode(document.root)
    expect(value).toEqual(commonOf(parseSmol(bytes.toString())))
    expect(value).toEqual(commonOf(iarna.parse(bytes.toString())))
  })

  test.each(ROWS.filter(({ isToml }) => !isToml))('$file is refused, as by other readers', ({ file }) => {
    const bytes = readFileSync(`${CORPUS}/${file}`)
    const { document, diagnostics } = readToml(bytes, { file })
    expect(document).toBeUndefined()
    expect(diagnostics).toMatchObject([{ rule: 'toml-syntax', severity: 'error' }])
    expect(() => parseSmol(bytes.toString())).toThrow()
  })

  /** Test data of its project: it says only what a package is composed of. */
  const PARTIAL = /drafts__testdata__composite/

  test.each(ROWS.filter(({ file, kind, isToml }) => kind === 'package' && isToml && !PARTIAL.test(file)))(
    '$file is a package.toml that is read without an error',
    ({ file }) => {
      const { document, diagnostics, report } = readToml(readFileSync(`${CORPUS}/${file}`), { file })
      const config = document && decodePackageConfig('buildpack', document, report)
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(config?.uri).not.toBe('')
    },
  )

  test.each(ROWS)('$file gives diagnostics with a place inside the file, and no exception', ({ file, kind }) => {
    const bytes = readFileSync(`${CORPUS}/${file}`)
    const { document, diagnostics, report } = readToml(bytes, { file })
    if (document !== undefined) {
      // Every reader on every file: most of them find much to say about a file that is not theirs.
      decodeBuilderConfig(document, report)
      decodeModuleDescriptor(kind === 'extension' ? 'extension' : 'buildpack', document, report)
      decodeLifecycleDescriptor(document, report)
      decodePackageConfig('buildpack', document, report)
    }
    const lines = bytes.toString().split('\n')
    expect(diagnostics).not.toEqual([])
    for (const { place, message } of diagnostics) {
      expect(place.file).toBe(file)
      expect(message).not.toBe('')
      const line = lines[(place.line ?? 0) - 1]
      expect(line).toBeDefined()
      expect(place.column).toBeGreaterThanOrEqual(1)
      expect(place.column).toBeLessThanOrEqual((line?.length ?? 0) + 1)
    }
  })
})
