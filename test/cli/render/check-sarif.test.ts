import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkSarif } from '#src/cli/render/check-sarif.js'
import { isUnsafe } from '#src/cli/render/text.js'
import type { CheckReport } from '#src/operations/check-report.js'
import { aFinding, aReport, FULL, hostileReport } from './reports.js'

const SCHEMA = new URL('../../../fixtures/sarif/sarif-2.1.0.json', import.meta.url)
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object)

const RUN = { version: '0.1.0', cwd: '/project' }

/** What the tests look at of a log. */
interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } }
      readonly results: readonly Result[]
      readonly artifacts: readonly unknown[]
      readonly invocations: readonly Record<string, unknown>[]
    },
  ]
}

interface Result {
  readonly ruleId: string
  readonly message: { readonly text: string }
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[]
  readonly partialFingerprints: { readonly primaryLocationLineHash: string }
}

/** The log of a report, after the schema had its say. */
function logOf(report: CheckReport): Log['runs'][0] {
  const log: unknown = JSON.parse(checkSarif(report, RUN))
  validate(log)
  expect(validate.errors ?? []).toEqual([])
  return (log as Log).runs[0]
}

const fingerprints = (report: CheckReport): readonly string[] =>
  logOf(report).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash)

describe('the SARIF of a check', () => {
  test('has rules, results, what is allowed and what was not evaluated', () => {
    const { tool, results, invocations } = logOf(FULL)
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([
      'builder-module-by-tag',
      'name-missing',
      'order-ref-unknown',
      'stack-eol',
    ])
    expect(tool.driver.rules[2]).toMatchObject({ defaultConfiguration: { level: 'error' } })
    expect(results[0]).toMatchObject({
      ruleId: 'order-ref-unknown',
      ruleIndex: 2,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'builder.toml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 7, startColumn: 1 },
          },
        },
      ],
    })
    expect(results[1]).toMatchObject({ level: 'warning', relatedLocations: { length: 6 } })
    expect(results[2]).toMatchObject({ level: 'note' })
    expect(results[3]).toMatchObject({
      ruleId: 'stack-eol',
      suppressions: [
        { kind: 'external', status: 'accepted', justification: 'customers are moving (until 2027-01-31)' },
      ],
    })
    expect(invocations[0]).toMatchObject({
      executionSuccessful: true,
      toolExecutionNotifications: [{ properties: { rules: ['base-user-root', 'stack-unsupported'] } }],
    })
  })

  test('knows a finding again when lines above it come or go, and tells two of them apart', () => {
    const at = (...lines: readonly number[]): CheckReport =>
      aReport({ findings: lines.map((line) => aFinding({ place: { file: 'builder.toml', line, column: 1 } })) })
    expect(fingerprints(at(7, 9))).toEqual(fingerprints(at(8, 19)))
    expect(new Set(fingerprints(at(7, 9))).size).toBe(2)
  })

  test('has URIs below the folder of the run, and whole ones for what is elsewhere', () => {
    const uriOf = (file: string): object | undefined =>
      logOf(aReport({ findings: [aFinding({ place: { file } })] })).results[0]?.locations[0]?.physicalLocation
        .artifactLocation
    expect(uriOf('/project/a b/builder.toml')).toEqual({ uri: 'a%20b/builder.toml', uriBaseId: '%SRCROOT%' })
    expect(uriOf('./java/../builder.toml')).toEqual({ uri: 'builder.toml', uriBaseId: '%SRCROOT%' })
    expect(uriOf('../other/builder.toml')).toEqual({ uri: 'file:///other/builder.toml' })
    expect(uriOf('registry.example:5000/build:1')).toEqual({
      uri: 'registry.example%3A5000/build%3A1',
      uriBaseId: '%SRCROOT%',
    })
    expect(uriOf('https://acme.example/java.tgz')).toEqual({ uri: 'https://acme.example/java.tgz' })
    expect(uriOf('javascript://x')).toEqual({ uri: 'javascript%3A/x', uriBaseId: '%SRCROOT%' })
  })

  test('makes no link and no placeholder of what the input says', () => {
    const message = 'version {{.Version}} of [acme](https://acme.example)'
    expect(logOf(aReport({ findings: [aFinding({ message })] })).results[0]?.message.text).toBe(
      'version {{{{.Version}}}} of [acme] (https://acme.example)',
    )
  })

  test('has what was named twice once', () => {
    const [one] = FULL.checked
    if (one === undefined) throw new Error('nothing was checked')
    expect(logOf(aReport({ checked: [one, one] })).artifacts).toHaveLength(1)
  })

  test('is valid, whatever is in it', () =>
    fc.assert(
      fc.property(hostileReport, (report) => {
        const { results } = logOf(report)
        expect(results).toHaveLength(report.findings.length + report.allowed.length)
        for (const { message, locations } of results) {
          expect(message.text.split('\n').filter(isUnsafe)).toEqual([])
          expect(message.text).not.toMatch(/\]\(/)
          for (const { physicalLocation } of locations) {
            expect(physicalLocation.artifactLocation.uri).toMatch(/^[^\s<>"{}|\\^`]*$/)
          }
        }
      }),
    ))
})
