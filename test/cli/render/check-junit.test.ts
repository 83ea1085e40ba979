import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkJunit } from '#src/cli/render/check-junit.js'
import { printable } from '#src/cli/render/text.js'
import { peer } from '../../peers/peer.js'
import { temporaryDirectory } from '../../support/directories.js'
import { aFinding, aReport, FULL, hostileReport } from './reports.js'

/** An element of a document. */
interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const TOKEN = /<(?<close>\/)?(?<name>[a-z-]+)(?<attributes>(?: [a-z]+="[^"<]*")*)(?<empty>\/)?>|(?<text>[^<]+)/y
/** What XML 1.0 allows (2.2). */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Reads the XML that is written here, and nothing that is not well-formed. */
function readXml(document: string): Element {
  expect(document).toMatch(CHARACTERS)
  expect(document.startsWith(HEAD)).toBe(true)
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  TOKEN.lastIndex = HEAD.length
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex
    const { close, name = '', attributes = '', empty, text } = TOKEN.exec(document)?.groups ?? {}
    if (name === '' && text === undefined) throw new Error(`not well-formed at ${at}: ${document.slice(at, at + 40)}`)
    const top = open.at(-1) ?? root
    if (text !== undefined) top.text += unescaped(text)
    else if (close !== undefined) expect(open.pop()?.name).toBe(name)
    else {
      const pairs = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        unescaped(value),
      ])
      const element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' }
      top.children.push(element)
      if (empty === undefined) open.push(element)
    }
  }
  expect(open).toHaveLength(1)
  return root.children[0] ?? root
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  expect(text.replace(/&(?:amp|lt|gt|quot);/g, '')).not.toContain('&')
  return text.replace(/&([a-z]+);/g, (_, name: string) => characters[name] ?? '')
}

/** What every reader of JUnit's files goes by: which element holds which, and that the counts are right. */
function expectJunit({ name, children }: Element): void {
  expect(name).toBe('testsuites')
  for (const suite of children) {
    expect(suite.name).toBe('testsuite')
    const { tests, failures, skipped, errors } = suite.attributes
    const with_ = (child: string): number => suite.children.filter((one) => one.children[0]?.name === child).length
    expect([tests, failures, skipped, errors].map(Number)).toEqual([
      suite.children.length,
      with_('failure'),
      with_('skipped'),
      0,
    ])
    for (const one of suite.children) {
      expect(one.name).toBe('testcase')
      expect(Object.keys(one.attributes)).toEqual(['name', 'classname', 'file', 'time'])
      expect(one.children.length).toBeLessThanOrEqual(1)
      for (const outcome of one.children) expect(['failure', 'skipped', 'system-out']).toContain(outcome.name)
    }
  }
}

describe('the JUnit file of a check', () => {
  test('has a suite for each file and a test for each finding', () => {
    const root = readXml(checkJunit(FULL))
    expectJunit(root)
    expect(root.attributes).toMatchObject({ tests: '5', failures: '1', skipped: '2', errors: '0' })
    expect(root.children.map((suite) => [suite.attributes['name'], suite.children.length])).toEqual([
      ['builder.toml', 3],
      ['java/buildpack.toml', 1],
      ['registry.example/base/build:1', 1],
    ])
    const [failed, warned, allowed] = root.children[0]?.children ?? []
    expect(failed?.children[0]).toMatchObject({ name: 'failure', attributes: { type: 'order-ref-unknown' } })
    expect(failed?.children[0]?.text).toContain('at builder.toml:7:1\nnote: the modules are in java.tgz\n')
    expect(warned?.children[0]).toMatchObject({ name: 'system-out' })
    expect(allowed?.children[0]?.attributes['message']).toBe('allowed until 2027-01-31: customers are moving')
  })

  test('has a test that passed for what has no findings', () => {
    const root = readXml(checkJunit(aReport()))
    expect(root.children[0]?.children).toMatchObject([
      { attributes: { name: 'builder.toml: no findings' }, children: [] },
    ])
  })

  test('fails for a warning when the run does', () => {
    const report = aReport({ failOn: 'warning', findings: [aFinding({ severity: 'warning' })] })
    expect(readXml(checkJunit(report)).attributes['failures']).toBe('1')
  })

  test('is well-formed and right, whatever is in it', () =>
    fc.assert(
      fc.property(hostileReport, (report) => {
        const root = readXml(checkJunit(report))
        expectJunit(root)
        const names = root.children.flatMap((suite) => suite.children.map(({ attributes }) => attributes['name']))
        for (const { rule, message } of report.findings) {
          const legal = printable(message).replace(
            /[\ufffe\uffff]|\p{Surrogate}/gu,
            (c) => `\\u${c.charCodeAt(0).toString(16)}`,
          )
          expect(names).toContain(`${rule}: ${legal}`)
        }
      }),
    ))

  test("is read by python's parser", (context) => {
    const python = peer(context, 'python3')
    const file = join(temporaryDirectory(), 'documents.json')
    writeFileSync(file, JSON.stringify(fc.sample(hostileReport, 50).map(checkJunit)))
    const script = `import json, sys, xml.dom.minidom
for document in json.load(open(sys.argv[1])): xml.dom.minidom.parseString(document.encode('utf-8'))
print('read')`
    expect(python.run(['-c', script, file])).toBe('read\n')
  })
})
