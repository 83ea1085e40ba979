import { expect, test } from 'vitest'
import { checkJson } from '#src/cli/render/check-json.js'
import { FULL } from './reports.js'

test('the JSON of a check has findings, what is allowed and what was not evaluated, in the words of docs/json.md', () => {
  const text = checkJson(FULL)
  expect(text).not.toContain('\n')
  expect(JSON.parse(text)).toMatchObject({
    checked: [{ name: 'builder.toml', kind: 'builder.toml' }, {}, {}],
    profile: 'lifecycle@0.20.1',
    failOn: 'error',
    asOf: '2026-11-21',
    counts: { error: 1, warning: 1, info: 1, allowed: 1 },
    findings: [
      {
        code: 'order-ref-unknown',
        severity: 'error',
        file: 'builder.toml',
        line: 7,
        column: 1,
        value: 'acme/java@9',
        refusedBy: { pack: 'builder create', lifecycle: 'detect, exit 1' },
      },
      { code: 'builder-module-by-tag', also: [{ file: 'builder.toml', line: 3, column: 7 }, {}, {}, {}, {}, {}] },
      { code: 'name-missing' },
    ],
    allowed: [
      {
        code: 'stack-eol',
        allowed: { reason: 'customers are moving', until: '2027-01-31', file: 'trowel.toml', line: 3, column: 1 },
      },
    ],
    notEvaluated: [{ subject: 'registry.example/base/build:1', rules: ['base-user-root', 'stack-unsupported'] }],
  })
})
