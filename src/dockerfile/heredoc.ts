import { quoted, Refusal } from './refusal.js'
import { shellWords } from './shell-words.js'

/** `<<NAME`, or `<<-NAME`, with a file descriptor before it or not. */
const HEREDOC = /^\d*<<(-?)([^<]*)$/

/** Lines that follow an instruction up to one that says `name`. */
export interface Heredoc {
  readonly name: string
  /** Tabs at the start of its lines, the last one too, do not count. */
  readonly chomp: boolean
}

/** The heredocs that an instruction's text announces, in order. @throws Refusal for a name that cannot be read */
export function heredocsOf(text: string): readonly Heredoc[] {
  const words = text.includes('<<') ? shellWords(text, 'raw') : undefined
  return (words ?? []).flatMap((word) => heredocOf(word) ?? [])
}

/** What `word` announces; undefined when that is nothing. @throws Refusal for a name that cannot be read */
export function heredocOf(word: string): Heredoc | undefined {
  const [, dash, rest] = HEREDOC.exec(word) ?? []
  const spelled = rest?.replace(/^[\t\n\f\r ]+/, '')
  if (spelled === undefined || spelled === '') return undefined
  const names = shellWords(spelled, 'unquoted')
  if (names === undefined) throw new Refusal(`a heredoc whose name ${quoted(spelled)} cannot be read`)
  const [name] = names
  return name === undefined || names.length > 1 ? undefined : { name, chomp: dash === '-' }
}
