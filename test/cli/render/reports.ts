import fc from 'fast-check'
import type { CheckFinding, CheckReport } from '#src/operations/check-report.js'

/** A finding; only what matters is spelled out. */
export function aFinding(more: Partial<CheckFinding> = {}): CheckFinding {
  return {
    rule: 'order-ref-unknown',
    severity: 'error',
    message: 'group 1 wants acme/java@9, but only 8.0.1 is present',
    place: { file: 'builder.toml', line: 7, column: 1 },
    ...more,
  }
}

/** A report; the same. */
export function aReport(more: Partial<CheckReport> = {}): CheckReport {
  return {
    checked: [{ name: 'builder.toml', kind: 'builder.toml' }],
    profile: { name: 'pack' },
    failOn: 'error',
    asOf: '2026-11-21',
    findings: [],
    allowed: [],
    notEvaluated: [],
    ...more,
  }
}

/** Of everything something: one report in which every output has all to say that it can say. */
export const FULL: CheckReport = aReport({
  checked: [
    { name: 'builder.toml', kind: 'builder.toml' },
    { name: 'java/buildpack.toml', kind: 'buildpack.toml' },
    { name: 'registry.example/base/build:1', kind: 'image' },
  ],
  profile: { name: 'lifecycle', version: '0.20.1' },
  findings: [
    aFinding({
      value: 'acme/java@9',
      notes: ['the modules are in java.tgz'],
      fix: 'write 8.0.1, or add the module',
      refusedBy: { pack: 'builder create', lifecycle: 'detect, exit 1' },
    }),
    aFinding({
      rule: 'builder-module-by-tag',
      severity: 'warning',
      message: 'the module docker://registry.example/java:1 is named by a tag',
      place: { file: 'builder.toml', line: 2, column: 7 },
      also: [3, 4, 5, 6, 7, 8].map((line) => ({ file: 'builder.toml', line, column: 7 })),
    }),
    aFinding({
      rule: 'name-missing',
      severity: 'info',
      message: 'acme/java has no name',
      place: { file: 'java/buildpack.toml' },
    }),
  ],
  allowed: [
    {
      finding: aFinding({ rule: 'stack-eol', severity: 'warning', message: 'the stack has ended' }),
      reason: 'customers are moving',
      until: '2027-01-31',
      place: { file: 'trowel.toml', line: 3, column: 1 },
    },
  ],
  notEvaluated: [
    {
      subject: 'registry.example/base/build:1',
      rules: ['base-user-root', 'stack-unsupported'],
      reason: 'the build image was not read: --offline',
    },
  ],
})

const NASTY = [
  '\u0007',
  '\u001b[31m',
  '\n::error::x',
  '%0A',
  '%',
  ']]>',
  '|',
  '`',
  '<b>',
  '&amp;',
  '"',
  "'",
  '@acme',
  '#1',
  '[x](https://example.com)',
  '{0}',
  '\u202e',
  '\ud800',
  '\uffff',
  ':',
  ',',
  '../',
  '\\',
]

/** Text in which anything may be, and what somebody means harm with is. */
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 4 }), fc.constant('word ')), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''))

const place = fc.record(
  { file: hostileText, line: fc.integer({ min: 1, max: 99 }), column: fc.integer({ min: 1, max: 99 }) },
  { requiredKeys: ['file'] },
)

const finding = fc.record(
  {
    rule: fc.constantFrom('order-ref-unknown', 'E_TAR_LIMIT', 'of-nobody'),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
    message: hostileText,
    place,
    also: fc.array(place, { maxLength: 7 }),
    value: hostileText,
    notes: fc.array(hostileText, { maxLength: 2 }),
    fix: hostileText,
    refusedBy: fc.record({ pack: hostileText, spec: hostileText }, { requiredKeys: [] }),
  },
  { requiredKeys: ['rule', 'severity', 'message', 'place'] },
)

/** Reports of which every text is hostile. */
export const hostileReport: fc.Arbitrary<CheckReport> = fc.record({
  checked: fc.array(fc.record({ name: hostileText, kind: fc.constant('image' as const) }), { maxLength: 3 }),
  profile: fc.constant({ name: 'pack' as const }),
  failOn: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
  asOf: fc.constant('2026-11-21'),
  findings: fc.array(finding, { maxLength: 4 }),
  allowed: fc.array(
    fc.record(
      { finding, reason: hostileText, until: fc.constant('2027-01-01'), place },
      { requiredKeys: ['finding', 'reason', 'place'] },
    ),
    { maxLength: 2 },
  ),
  notEvaluated: fc.array(
    fc.record({
      subject: hostileText,
      rules: fc.array(hostileText, { minLength: 1, maxLength: 2 }),
      reason: hostileText,
    }),
    { maxLength: 2 },
  ),
})
