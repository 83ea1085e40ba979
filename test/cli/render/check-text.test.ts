import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkText } from '#src/cli/render/check-text.js'
import { COLOUR, PLAIN } from '#src/cli/render/style.js'
import { isUnsafe } from '#src/cli/render/text.js'
import { aFinding, aReport, FULL, hostileReport } from './reports.js'

const LINES = ['', 'uri = "docker://registry.example/java:1"', '', '', '', '', 'id = "acme/java"']
const sourceLine = ({
  file,
  line = 1,
}: {
  readonly file: string
  readonly line?: number | undefined
}): string | undefined => (file === 'builder.toml' ? LINES[line - 1] : undefined)

const PLAINLY = { palette: PLAIN, sourceLine, isVerbose: false }

describe('the text of a check', () => {
  test('shows by file what is wrong, where, who refuses it and what to do, and then all else that is to be known', () => {
    expect(checkText(FULL, { ...PLAINLY, isVerbose: true }).split('\n')).toEqual([
      'builder.toml: 1 error, 1 warning',
      'error[order-ref-unknown] group 1 wants acme/java@9, but only 8.0.1 is present',
      '  at builder.toml:7:1',
      '     7 | id = "acme/java"',
      '       | ^',
      '  note: the modules are in java.tgz',
      '  note: refused by pack (builder create), the lifecycle (detect, exit 1)',
      '  fix: write 8.0.1, or add the module',
      'warning[builder-module-by-tag] the module docker://registry.example/java:1 is named by a tag',
      '  at builder.toml:2:7 (and 6 more: 3:7, 4:7, 5:7, 6:7, 7:7, …)',
      '     2 | uri = "docker://registry.example/java:1"',
      '       |       ^',
      '',
      'java/buildpack.toml: 1 info',
      'info[name-missing] acme/java has no name',
      '  at java/buildpack.toml',
      '',
      'not evaluated',
      '  registry.example/base/build:1: the build image was not read: --offline (2 rules)',
      '    base-user-root stack-unsupported',
      '',
      'allowed',
      '  builder.toml:7:1: stack-eol: the stack has ended; allowed until 2027-01-31: customers are moving (trowel.toml:3:1)',
      '',
      '1 error, 1 warning, 1 info in 2 files and 1 image; 2 rules not evaluated; 1 finding allowed (for lifecycle@0.20.1, as of 2026-11-21)',
    ])
  })

  test('counts the rules that were not asked, and names them when more is wanted', () => {
    const text = checkText(FULL, PLAINLY)
    expect(text).toContain('was not read: --offline (2 rules)\n\n')
    expect(text).not.toContain('base-user-root')
  })

  test('is one line where nothing was found', () => {
    expect(checkText(aReport(), PLAINLY)).toBe('no findings in 1 file (for pack, as of 2026-11-21)')
  })

  test('names the file of another place that is in another file', () => {
    const also = [{ file: 'package.toml', line: 2, column: 3 }]
    const text = checkText(aReport({ findings: [aFinding({ also })] }), PLAINLY)
    expect(text).toContain('  at builder.toml:7:1 (and 1 more: package.toml:2:3)\n')
  })

  test('has colours only where they are asked for', () => {
    expect(checkText(FULL, PLAINLY)).not.toContain('\u001b')
    expect(checkText(FULL, { ...PLAINLY, palette: COLOUR })).toContain('\u001b[1;31merror\u001b[0m')
  })

  test('lets nothing of the input move the cursor or begin a line', () =>
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = checkText(report, { ...PLAINLY, sourceLine: () => undefined })
        expect(text.split('\n').filter(isUnsafe)).toEqual([])
        const files = new Set(report.findings.map(({ place }) => place.file)).size
        const titled = text.split('\n').filter((line) => line !== '' && !line.startsWith('  '))
        const titles = (report.notEvaluated.length > 0 ? 1 : 0) + (report.allowed.length > 0 ? 1 : 0)
        expect(titled.length).toBeLessThanOrEqual(files + report.findings.length + titles + 1)
      }),
    ))
})
