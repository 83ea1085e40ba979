import { GAP, isAsciiSpace, isSpace, trim } from './space.js'

/** An instruction's text, taken apart: `RUN --network=none make` has the keyword `RUN`, one flag, and the rest `make`. */
export interface Split {
  readonly keyword: string
  readonly flags: readonly string[]
  readonly rest: string
}

/** Takes the text of an instruction apart; flags lose their quotes. */
export function splitInstruction(text: string, escape: string): Split {
  const line = trim(text)
  const gap = GAP.exec(line)
  if (gap === null) return { keyword: line, flags: [], rest: '' }
  const { flags, rest } = takeFlags(line.slice(gap.index + gap[0].length), escape)
  return { keyword: line.slice(0, gap.index), flags, rest: trim(rest) }
}

/** The words at the start of `text` that begin with `--`, up to one that is `--` alone. */
function takeFlags(text: string, escape: string): { flags: readonly string[]; rest: string } {
  const flags: string[] = []
  let at = 0
  for (;;) {
    while (isAsciiSpace(text.charAt(at))) at += 1
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at) }
    const word = flagAt(text, at, escape)
    at = word.end
    if (word.text !== '--') flags.push(word.text)
    else if (at < text.length) return { flags, rest: text.slice(at) }
  }
}

function flagAt(text: string, from: number, escape: string): { text: string; end: number } {
  let at = from
  let word = ''
  let quote = ''
  for (; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (quote === '' && isAsciiSpace(character)) break
    if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character !== escape) word += character
    else {
      at += 1
      word += text.charAt(at)
    }
  }
  return { text: word, end: Math.min(at, text.length) }
}

/**
 * The words of `ARG`, `ENV` and `LABEL`: white space between quotes or after the escape character is part of a word. An
 * escape character at the very end is left out.
 */
export function quotedWords(text: string, escape: string): readonly string[] {
  const words: string[] = []
  let from = -1
  let end = text.length
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (quote === '' && isSpace(character)) {
      if (from >= 0) words.push(text.slice(from, at))
      from = -1
      continue
    }
    if (from < 0) from = at
    if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === escape && quote !== "'") {
      if (at + 1 === text.length) end = at
      at += 1
    }
  }
  if (from >= 0 && from < end) words.push(text.slice(from, end))
  return words
}

/** The strings of a JSON array; `'mixed'` for an array that holds something else, undefined for what is no array. */
export function jsonStrings(text: string): readonly string[] | 'mixed' | undefined {
  if (!text.startsWith('[')) return undefined
  const value = parsedJson(text)
  if (!Array.isArray(value)) return undefined
  const strings = value.filter((item): item is string => typeof item === 'string')
  return strings.length === value.length ? strings : 'mixed'
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
