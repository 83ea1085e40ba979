import type { TomlDocument, TomlEntry, TomlNode, TomlTable } from './document.js'
import { decodeTomlString } from './long-strings.js'
import { stringEnd } from './scan.js'

/** A header or a key with its value, as it stands in the text. */
export interface Statement {
  readonly kind: 'header' | 'pair'
  readonly start: number
  /** Behind its last character; a comment on the same line is no part of it. */
  readonly end: number
  /** What its dotted key consists of. */
  readonly keys: readonly KeyToken[]
}

/** One part of a dotted key. */
export interface KeyToken {
  readonly start: number
  readonly end: number
  /** What it leads to. */
  readonly entry: TomlEntry
}

interface Comment {
  readonly start: number
  readonly text: string
}

/** Where the statements of a document stand: what an edit needs to know beside what `TomlDocument` says. */
export class TomlLayout {
  readonly document: TomlDocument
  readonly statements: readonly Statement[]
  readonly #tokens = new Map<TomlEntry, KeyToken[]>()
  #comments: readonly Comment[] | undefined

  constructor(document: TomlDocument) {
    this.document = document
    this.statements = readStatements(document)
    for (const token of this.statements.flatMap(({ keys }) => keys)) {
      const tokens = this.#tokens.get(token.entry)
      if (tokens === undefined) this.#tokens.set(token.entry, [token])
      else tokens.push(token)
    }
  }

  /** Every place where the key of an entry is written: several for a table with several headers. */
  tokensOf(entry: TomlEntry): readonly { readonly start: number; readonly end: number }[] {
    const { keyStart: start } = entry
    return this.#tokens.get(entry) ?? [{ start, end: keyEnd(this.document.source, start) }]
  }

  /** The statement that covers `offset`. */
  statementAt(offset: number): Statement | undefined {
    const statement = this.statements[lastIndexUpTo(this.statements, offset)]
    return statement !== undefined && offset < statement.end ? statement : undefined
  }

  /** The pairs between a header and the next one. */
  pairsBelow(header: Statement): readonly Statement[] {
    const from = lastIndexUpTo(this.statements, header.start) + 1
    let to = from
    while (this.statements[to]?.kind === 'pair') to++
    return this.statements.slice(from, to)
  }

  /** The comments between two offsets, each from its `#` to the end of its line. */
  commentsIn(start: number, end: number): readonly string[] {
    this.#comments ??= readComments(this.document.source)
    const from = lastIndexUpTo(this.#comments, start - 1) + 1
    return this.#comments.slice(from, lastIndexUpTo(this.#comments, end - 1) + 1).map(({ text }) => text)
  }

  /** Where the value at `node` ends. */
  endOf(node: TomlNode): number {
    return 'text' in node ? node.start + node.text.length : valueEnd(this.document.source, node.start)
  }

  /** How the file spells the value at `node`; a table with a header has no spelling. */
  textOf(node: TomlNode): string {
    return this.document.source.slice(node.start, this.endOf(node))
  }
}

function readStatements({ source, root }: TomlDocument): readonly Statement[] {
  const statements: Statement[] = []
  let table = root
  let at = 0
  while (at < source.length) {
    const unit = source.charAt(at)
    if (unit === '#') at = endOfLine(source, at)
    else if (isBlank(unit)) at++
    else if (unit === '[') {
      const start = at
      const keys = readKeys(source, /\[+[ \t]*/y, start)
      at = source.indexOf(']', keys.at(-1)?.end) + (source[start + 1] === '[' ? 2 : 1)
      const tokens = resolveKeys(keys, root, start)
      statements.push({ kind: 'header', start, end: at, keys: tokens })
      table = tableOf(tokens.at(-1)?.entry.node, start)
    } else {
      const start = at
      const keys = readKeys(source, /[ \t]*/y, start)
      at = valueEnd(source, source.indexOf('=', keys.at(-1)?.end) + 1)
      statements.push({ kind: 'pair', start, end: at, keys: resolveKeys(keys, table, start) })
    }
  }
  return statements
}

/** A part of a key: bare, or in quotes of either kind. */
const KEY = /[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'/y
const DOT = /[ \t]*\.[ \t]*/y

/** The parts of the dotted key at `start`, behind what `opening` matches. */
function readKeys(source: string, opening: RegExp, start: number): { start: number; end: number; name: string }[] {
  const keys: { start: number; end: number; name: string }[] = []
  let at: number | undefined = matchEnd(opening, source, start)
  while (at !== undefined) {
    const end = keyEnd(source, at)
    const text = source.slice(at, end)
    keys.push({ start: at, end, name: /^["']/.test(text) ? decodeTomlString(text, at) : text })
    at = matchEnd(DOT, source, end)
  }
  return keys
}

function keyEnd(source: string, start: number): number {
  const end = matchEnd(KEY, source, start)
  if (end === undefined) throw new Error(`no key at ${start} of a text that was parsed`)
  return end
}

function matchEnd(pattern: RegExp, source: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : undefined
}

/** What each part of a key leads to, from `table` on, for a statement that stands at `start`. */
function resolveKeys(
  keys: readonly { start: number; end: number; name: string }[],
  table: TomlTable,
  start: number,
): KeyToken[] {
  let node: TomlNode | undefined = table
  return keys.map(({ start: keyStart, end, name }) => {
    const entry: TomlEntry | undefined = tableOf(node, start).entries.get(name)
    if (entry === undefined) throw new Error(`no key ${name} in a text that was parsed`)
    node = entry.node
    return { start: keyStart, end, entry }
  })
}

/** A table, or of an array of tables the one that a statement at `start` speaks of. */
function tableOf(node: TomlNode | undefined, start: number): TomlTable {
  const found = node?.kind === 'array' ? node.items[lastIndexUpTo(node.items, start)] : node
  if (found?.kind !== 'table') throw new Error(`no table for what stands at ${start} of a text that was parsed`)
  return found
}

/** The last of `parts`, which are in the order of the text, that begins at `offset` or before. */
function lastIndexUpTo(parts: readonly { readonly start: number }[], offset: number): number {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((parts[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Behind the last character of the value that begins at `from`, or behind blanks there. */
function valueEnd(source: string, from: number): number {
  let depth = 0
  let end = from
  for (let at = from; at < source.length;) {
    const unit = source.charAt(at)
    if (
      depth === 0 &&
      (unit === '#' || unit === '\n' || (end > from && (unit === ',' || unit === ']' || unit === '}')))
    ) {
      return end
    }
    if (unit === '#') {
      at = endOfLine(source, at)
      continue
    }
    if (unit === '[' || unit === '{') depth++
    if (unit === ']' || unit === '}') depth--
    at = isQuote(unit) ? (stringEnd(source, at) ?? source.length) : at + 1
    if (!isBlank(unit)) end = at
  }
  return end
}

function readComments(source: string): readonly Comment[] {
  const comments: Comment[] = []
  for (let at = 0; at < source.length;) {
    const unit = source.charAt(at)
    const end = unit === '#' ? endOfLine(source, at) : isQuote(unit) ? (stringEnd(source, at) ?? source.length) : at + 1
    if (unit === '#') comments.push({ start: at, text: source.slice(at, end).trimEnd() })
    at = end
  }
  return comments
}

function isQuote(unit: string): boolean {
  return unit === '"' || unit === "'"
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from)
  return end === -1 ? source.length : end
}

function isBlank(unit: string): boolean {
  return unit === ' ' || unit === '\t' || unit === '\n' || unit === '\r'
}
