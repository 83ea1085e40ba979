import { printable } from './text.js'

/** All that starts something in Markdown, in a table of it or in the HTML that it may hold; and what forges make links of unasked. */
const ACTIVE = /[\\`*_{}[\]<>&|~!$@#]|(?<=:)\/\/|(?<=www)\./gi

/** What forges look for in the text of a page too, so that no escape helps. Between its parts goes what is not seen. */
const BROKEN: Readonly<Record<string, string>> = {
  '@': '@<!-- -->',
  '#': '#<!-- -->',
  '//': '<!-- -->//',
  '.': '<!-- -->.',
}

/** Text on one line that is only text: whatever is in it, nobody is mentioned by it, and nothing is linked. */
export function markdownText(text: string): string {
  return printable(text).replace(ACTIVE, (c) => BROKEN[c] ?? `&#${c.charCodeAt(0)};`)
}

/** The same, as code; where a code span would end at a bar, as in a table, too. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`
}

/** Text of ours, in which only what would be markup is escaped: its source is read too. */
export function markdownProse(text: string): string {
  return text.replace(/[\\*<|]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, (c) => `\\${c}`)
}
