import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkGithub } from '#src/cli/render/check-github.js'
import { isUnsafe, printable } from '#src/cli/render/text.js'
import { FULL, hostileReport } from './reports.js'

/** A line as the runner of GitHub reads it. */
function readCommand(line: string): { name: string; properties: Record<string, string>; message: string } {
  const end = line.indexOf('::', 2)
  const [name = '', ...rest] = line.slice(2, end).split(' ')
  const undo = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%')
  const pairs = rest
    .join(' ')
    .split(',')
    .map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), undo(pair.slice(at + 1))]
    })
  const message = line
    .slice(end + 2)
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%')
  return { name, properties: Object.fromEntries(pairs), message }
}

describe('workflow commands of a check', () => {
  test('stand beside the lines that they are about', () => {
    expect(checkGithub(FULL).split('\n')).toEqual([
      '::error file=builder.toml,line=7,col=1,title=order-ref-unknown::group 1 wants acme/java@9, but only 8.0.1 is present%0Anote: the modules are in java.tgz%0Arefused by pack (builder create), the lifecycle (detect, exit 1)%0Afix: write 8.0.1, or add the module',
      '::warning file=builder.toml,line=2,col=7,title=builder-module-by-tag::the module docker://registry.example/java:1 is named by a tag%0Aat builder.toml:2:7 (and 6 more: 3:7, 4:7, 5:7, 6:7, 7:7, …)',
      '::notice file=java/buildpack.toml,title=name-missing::acme/java has no name',
      '::notice title=not evaluated::registry.example/base/build:1: 2 rules: the build image was not read: --offline',
      '1 error, 1 warning, 1 info in 2 files and 1 image; 2 rules not evaluated; 1 finding allowed',
    ])
  })

  test('tell of many gaps a few', () => {
    const [gap] = FULL.notEvaluated
    if (gap === undefined) throw new Error('the report has no gap')
    const lines = checkGithub({ ...FULL, findings: [], notEvaluated: Array.from({ length: 12 }, () => gap) }).split(
      '\n',
    )
    expect(lines).toHaveLength(2)
    expect(readCommand(lines[0] ?? '').message.split('\n')).toEqual([
      ...Array.from(
        { length: 5 },
        () => 'registry.example/base/build:1: 2 rules: the build image was not read: --offline',
      ),
      'and 7 more',
    ])
  })

  test('are one for each finding and one for all gaps, whatever is in them', () =>
    fc.assert(
      fc.property(hostileReport, (report) => {
        const lines = checkGithub(report).split('\n')
        expect(lines.filter(isUnsafe)).toEqual([])
        expect(lines).toHaveLength(report.findings.length + Math.min(report.notEvaluated.length, 1) + 1)
        report.findings.forEach(({ place, rule, message }, i) => {
          const { properties, message: told } = readCommand(lines[i] ?? '')
          expect(properties['file']).toBe(printable(place.file))
          expect(properties['title']).toBe(rule)
          expect(told.split('\n')[0]).toBe(printable(message))
        })
      }),
    ))
})
