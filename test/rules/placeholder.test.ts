import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding } from '#src/rules/rule.js'
import { isPlaceholder, reportPlaceholders } from '#src/rules/placeholder.js'
import { documentOf } from '../toml/read.js'

function found(toml: string): Finding[] {
  const findings: Finding[] = []
  reportPlaceholders(documentOf(toml), (finding) => findings.push(finding))
  return findings
}

test.each(['{{.version}}', '{{ .Version }}', 'v{{.version}}-rc', '${VERSION}', 'registry.example/${NAME}:1'])(
  '%s is to be filled in',
  (text) => expect(isPlaceholder(text)).toBe(true),
)

test.each(['1.0.0', '{version}', '}}{{', '$VERSION', '{{', 'a { b } c', '$', `{{${' '.repeat(300)}}}`])(
  '%s is text',
  (text) => expect(isPlaceholder(text)).toBe(false),
)

test('whatever is between the braces, a placeholder is one', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (text) => {
      expect(isPlaceholder(`{{${text}}}`)).toBe(true)
    }),
  )
})

test('a template is told once, with all of its placeholders, but for metadata and values of variables', () => {
  const toml = `[buildpack]
version = "{{.version}}"
name = "\${NAME} of Acme"
[metadata]
default = "{{.default}}"
[[build.env]]
name = "HOME_DIR"
value = "\${HOME}"
`
  expect(found(toml)).toMatchObject([
    {
      value: '{{.version}}',
      place: { line: 2 },
      also: [{ line: 3 }],
      message: expect.stringContaining('buildpack.version'),
    },
  ])
})

test('a million braces that close nothing are read through once', () => {
  expect(found(`name = "${'{{'.repeat(500_000)}"`)).toEqual([])
})
