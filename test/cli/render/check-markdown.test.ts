import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkMarkdown } from '#src/cli/render/check-markdown.js'
import { isUnsafe } from '#src/cli/render/text.js'
import { aReport, FULL, hostileReport } from './reports.js'

describe('the Markdown of a check', () => {
  test('is a table for each thing to say', () => {
    expect(checkMarkdown(FULL).split('\n')).toEqual([
      '### trowel check: 1 error, 1 warning, 1 info in 2 files and 1 image; 2 rules not evaluated; 1 finding allowed',
      '',
      'For lifecycle@<!-- -->0.20.1, as of 2026-11-21: <code>builder.toml</code>, <code>java/buildpack.toml</code>, <code>registry.example/base/build:1</code>',
      '',
      '| severity | where | what | rule | what to do |',
      '| --- | --- | --- | --- | --- |',
      '| error | <code>builder.toml:7:1</code> | group 1 wants acme/java@<!-- -->9, but only 8.0.1 is present<br>the modules are in java.tgz<br>refused by pack (builder create), the lifecycle (detect, exit 1) | <code>order-ref-unknown</code> | write 8.0.1, or add the module |',
      '| warning | <code>builder.toml:2:7</code> and 6 more | the module docker:<!-- -->//registry.example/java:1 is named by a tag | <code>builder-module-by-tag</code> |  |',
      '| info | <code>java/buildpack.toml</code> | acme/java has no name | <code>name-missing</code> |  |',
      '',
      '#### Not evaluated',
      '',
      '| of | rules and why |',
      '| --- | --- |',
      '| <code>registry.example/base/build:1</code> | base-user-root, stack-unsupported: the build image was not read: --offline |',
      '',
      '#### Allowed',
      '',
      '| where | what | rule | why |',
      '| --- | --- | --- | --- |',
      '| <code>builder.toml:7:1</code> | the stack has ended | <code>stack-eol</code> | allowed until 2027-01-31: customers are moving |',
    ])
  })

  test('has no table when there is nothing to put into it', () => {
    expect(checkMarkdown(aReport())).toBe(
      '### trowel check: no findings in 1 file\n\nFor pack, as of 2026-11-21: <code>builder.toml</code>',
    )
  })

  test('holds no markup but ours, and as many cells in each row as its head has', () =>
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = checkMarkdown(report)
        expect(text.split('\n').filter(isUnsafe)).toEqual([])
        const bare = text.replace(/<\/?code>|<br>|<!-- -->|&#\d+;/g, '')
        expect(bare).not.toMatch(/[<>&`*_[\]{}\\~!$]/)
        expect(text).not.toMatch(/@(?!<!-- -->)|:\/\/|www\./i)
        let head = 0
        for (const line of text.split('\n')) {
          const cells = line.split('|').length
          if (line.startsWith('|') && head === 0) head = cells
          if (!line.startsWith('|')) head = 0
          else expect(cells).toBe(head)
        }
      }),
    ))
})
