import { printable } from './text.js'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for a page, between tags or in a quoted attribute: it is shown as it is, whatever is in it. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c)
}

/** The same for names that are long words: they may be broken at their separators. */
export function breakable(text: string): string {
  return escapeHtml(text)
    .replace(/[/:_](?=.)/g, '$&<wbr>')
    .replaceAll('@', '<wbr>@')
}
