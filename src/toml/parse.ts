import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import { decodeUtf8 } from '../bytes.js'
import type { Report } from '../errors.js'
import type { Limits } from '../limits.js'
import { buildTable } from './build.js'
import { TomlDocument, type TomlTable, lineAndColumn, lineStartsOf } from './document.js'
import { type CutSource, cutLongStrings } from './long-strings.js'
import { syntaxProblemOf } from './parser-messages.js'
import { TomlRefusal, syntaxRefusal } from './refusal.js'
import { type ScanProblem, scanToml, tooMuch } from './scan.js'

/** What parsing needs to know, and who takes what is wrong. */
export interface ParseTomlOptions {
  /** The name that places carry. */
  readonly file: string
  readonly limits: Limits
  readonly report: Report
}

/**
 * `bytes` as a TOML 1.0 document, or undefined when they are none; the first thing that is wrong goes to `report`.
 * TOML 1.1 is not accepted, because the other readers of these files refuse it.
 *
 * @throws never
 * @see https://toml.io/en/v1.0.0
 */
export function parseToml(bytes: Uint8Array, { file, limits, report }: ParseTomlOptions): TomlDocument | undefined {
  if (bytes.length > limits.tomlBytes) {
    return refuse('', tooMuch('tomlBytes', `a TOML file of ${bytes.length} bytes`, limits, 0))
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) return refuse(...notUtf8(bytes))
  const source = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    return new TomlDocument(file, source, parseText(source, limits))
  } catch (error) {
    if (error instanceof TomlRefusal) return refuse(source, error.problem)
    throw error
  }

  function refuse(source: string, { rule, message, fix, offset }: ScanProblem): undefined {
    const place = { file, ...lineAndColumn(lineStartsOf(source), offset) }
    report({ rule, severity: 'error', message, place, value: restOfLine(source, offset), fix })
    return undefined
  }
}

/** @throws TomlRefusal */
function parseText(source: string, limits: Limits): TomlTable {
  const { problem, longStrings } = scanToml(source, limits)
  if (problem !== undefined) throw new TomlRefusal(problem)
  const cut = cutLongStrings(source, longStrings)
  return buildTable(parseProgram(cut), { source, limits, cut })
}

function parseProgram(cut: CutSource): AST.TOMLProgram {
  try {
    return parseTOML(cut.text, { tomlVersion: '1.0' })
  } catch (error) {
    if (!(error instanceof ParseError))
      throw syntaxRefusal(`the parser gave up: ${String(error)}`, 0, 'please report it')
    const at = Math.min(Math.max(error.index, 0), cut.text.length)
    const { message, fix, isBefore } = syntaxProblemOf(error.message, cut.text.slice(at))
    throw syntaxRefusal(message, cut.original(isBefore ? cut.text.slice(0, at).trimEnd().length : at), fix)
  }
}

function notUtf8(bytes: Uint8Array): [source: string, problem: ScanProblem] {
  const source = new TextDecoder().decode(bytes)
  const offset = Math.max(0, source.indexOf('\ufffd'))
  return [source, { rule: 'toml-syntax', message: 'the file is not UTF-8', fix: 'save it as UTF-8', offset }]
}

/** Characters of a line that a diagnostic quotes at most. */
const QUOTED = 40

/** What stands before a place in the middle of a string: an escape, or the beginning of one. */
const ESCAPE_BEFORE = /\\(?:u[0-9a-f]*)?$/i
/** What cannot stand outside a string, or cannot stand at all. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const IN_STRING = /^[\\\u0000-\u0008\u000b-\u001f\u007f]/

/** Nothing in the middle of a string: what it is, and so whether it is a secret, only its beginning tells. */
function restOfLine(source: string, offset: number): string | undefined {
  if (IN_STRING.test(source.slice(offset)) || ESCAPE_BEFORE.test(source.slice(0, offset))) return undefined
  const rest = source.slice(offset, offset + QUOTED).split(/\r?\n/)[0] ?? ''
  return rest === '' ? undefined : rest
}
