import { describe, expect, test } from 'vitest'
import { explanationMarkdown } from '#src/cli/render/explain-markdown.js'
import { catalogueText, explanationText } from '#src/cli/render/explain-text.js'
import { COLOUR, PLAIN } from '#src/cli/render/style.js'
import { explain, explainedCatalogue, type ExplainedRule } from '#src/operations/explain-rule.js'

const RULE: ExplainedRule = {
  kind: 'rule',
  id: 'exec-crlf',
  family: 'Files of a module',
  severity: 'error',
  summary: 'a script has <carriage returns> behind its #!',
  reference: 'pack 0.40.6',
  refusedBy: { lifecycle: 'detect, exit 21' },
  about: ['module'],
  example: {
    check: 'java',
    failing: { 'java/bin/detect': { text: '#!/bin/sh\r\necho `one`\n', mode: 0o755 }, 'java/.env': null },
    fixed: { 'java/bin/detect': { text: '#!/bin/sh\necho `one`\n', mode: 0o755 } },
    at: ['java/bin/detect', 'echo'],
    images: { 'registry.example/base/run:1': null },
    fixedImages: { 'registry.example/base/run:1': { user: '1000' } },
    asOf: '2026-11-01',
  },
  isFixable: false,
}

describe('an explanation', () => {
  test('says that --fix mends it', () => {
    const rule = { ...RULE, isFixable: true }
    expect(explanationText(rule, PLAIN)).toContain('\n  mended by   trowel check --fix, where it is certain\n')
    expect(explanationMarkdown(rule)).toContain('\n| mended by | trowel check --fix, where it is certain |\n')
  })

  test('shows the rule, an example with its remedy, and how to allow it', () => {
    expect(explanationText(RULE, PLAIN).split('\n')).toEqual([
      'error[exec-crlf] a script has <carriage returns> behind its #!',
      '  family      Files of a module',
      '  looks at    module',
      '  refused by  the lifecycle (detect, exit 21)',
      '  written in  pack 0.40.6',
      '',
      'an example: trowel check java --as-of 2026-11-01 finds it in java/bin/detect, line 2',
      '',
      '  java/bin/detect, mode 755',
      '    #!/bin/sh\\u000d',
      '    echo `one`',
      '',
      '  java/.env is not there',
      '',
      '  the image registry.example/base/run:1 is not there',
      '',
      'gone when this is changed',
      '',
      '  java/bin/detect',
      '    - #!/bin/sh\\u000d',
      '    + #!/bin/sh',
      '      echo `one`',
      '',
      '  registry.example/base/run:1',
      '    + {',
      '    +   "user": "1000"',
      '    + }',
      '',
      'where it is right as it is, in trowel.toml',
      '    [[check.allow]]',
      '    rule = "exec-crlf"',
      '    file = "java/bin/detect"',
      '    reason = "why it has to be so"',
      '    until = "2027-01-31"',
    ])
  })

  test.each([
    [
      'says no file for what a run may say of its flags',
      'registry-yanked',
      /\[\[check\.allow\]\]\s+rule = "registry-yanked"\s+reason/,
    ],
    ['does not show how to allow what check never meets', 'suffix-without-publish', undefined],
  ])('%s', (_, id, allowance) => {
    const rule = explain(id)
    for (const text of [explanationText(rule, PLAIN), explanationMarkdown(rule)]) {
      if (allowance === undefined) expect(text).not.toMatch(/trowel\.toml/)
      else expect(text).toMatch(allowance)
    }
  })

  test('is a page too', () => {
    const page = explanationMarkdown(RULE)
    expect(page).toContain('# `exec-crlf`\n\nA script has \\<carriage returns> behind its #!.\n\n| | |\n')
    expect(page).toContain('java/bin/detect, mode 755\n\n```text\n#!/bin/sh\\u000d\necho `one`\n```\n')
    expect(page).toContain('java/bin/detect\n\n```diff\n- #!/bin/sh\\u000d\n+ #!/bin/sh\n  echo `one`\n```\n')
  })

  test('has colours for what goes and what comes', () => {
    expect(explanationText(RULE, COLOUR)).toContain('\u001b[36m+ #!/bin/sh\u001b[0m')
  })

  test('of a code says what it means and how a run ends', () => {
    expect(explanationText(explain('E_OFFLINE'), PLAIN)).toBe(
      'E_OFFLINE (exit status 4): the network would be needed, and --offline keeps from it',
    )
    expect(explanationMarkdown(explain('E_OFFLINE'))).toContain('Exit status 4.')
  })

  test('of what is left out says why', () => {
    const gap = {
      kind: 'left out',
      id: 'base-vulnerable',
      family: 'Base images',
      reason: 'no advisories are shipped',
    } as const
    expect(explanationText(gap, PLAIN)).toBe('base-vulnerable (Base images) is not checked: no advisories are shipped')
    expect(explanationMarkdown(gap)).toBe('# `base-vulnerable`\n\nNot checked: no advisories are shipped.')
  })

  test('of everything is a line each, by family', () => {
    const catalogue = explainedCatalogue()
    const lines = catalogueText(catalogue, PLAIN).split('\n')
    for (const { title, rules } of catalogue.families) {
      expect(lines).toContain(title)
      for (const { id } of rules) expect(lines.some((line) => line.startsWith(`  ${id} `))).toBe(true)
    }
    expect(lines.at(-1)).toMatch(/^ {2}E_IO +exit 6 +/)
  })
})
