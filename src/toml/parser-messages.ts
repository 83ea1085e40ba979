/** What one of the parser's sentences is called here, and what to do about it. */
export interface SyntaxProblem {
  readonly message: string
  readonly fix: string
  /** True when what is missing belongs behind the last word, and not where the next one stands. */
  readonly isBefore?: boolean
}

const QUOTES = 'put text in quotes'
const ESCAPES = 'the escapes are \\b \\t \\n \\f \\r \\" \\\\ \\uXXXX \\UXXXXXXXX; a text in single quotes needs none'

/** By the start of the parser's sentence, which is the only name that it gives a problem. */
const PROBLEMS: readonly (readonly [start: string, problem: SyntaxProblem])[] = [
  ['Unterminated string', { message: 'a string does not end', fix: 'close it with the quote that opens it' }],
  [
    'Unterminated table-key',
    { message: 'a table header does not end', fix: 'close it with the brackets that open it', isBefore: true },
  ],
  ['Unterminated array', { message: 'an array does not end', fix: 'close it with ]', isBefore: true }],
  ['Unterminated inline', { message: 'an inline table does not end', fix: 'close it with }', isBefore: true }],
  ['Empty bare keys', { message: 'a key is missing', fix: 'write a key, or "" for the empty one' }],
  [
    'Must be a newline',
    { message: 'text behind the end of a value', fix: 'begin a new line, or put a # before a comment' },
  ],
  ['Expected equal', { message: 'no equals sign behind a key', fix: 'write KEY = VALUE' }],
  [
    'Unspecified values',
    { message: 'no value behind an equals sign', fix: 'write a value, or remove the key', isBefore: true },
  ],
  ['Expected comma', { message: 'no comma between two items', fix: 'write a comma between them' }],
  ['Control characters', { message: 'a control character', fix: 'write it as an escape' }],
  [
    'The key, equals sign',
    { message: 'the line ends inside a key or a table header', fix: 'finish it on the same line', isBefore: true },
  ],
  [
    'No newlines are allowed',
    { message: 'a line end in an inline table', fix: 'TOML 1.0: keep it on one line, or write [table]' },
  ],
  ['Underscores are', { message: 'an underscore that is not between digits', fix: 'remove it' }],
  ['Unexpected spaces', { message: 'blanks between the brackets of a header', fix: 'write [[ and ]] in one' }],
  ['Three or more quotes', { message: 'three quotes inside a text', fix: 'write one of them as \\"' }],
  ['Unexpected invalid date', { message: 'a date that does not exist', fix: `correct it, or ${QUOTES}` }],
  ['Unexpected invalid time', { message: 'a time that does not exist', fix: `correct it, or ${QUOTES}` }],
  ['Leading zeros', { message: 'a number with a leading zero', fix: `remove the zero, or ${QUOTES}` }],
  ['Trailing comma', { message: 'a comma at the end of an inline table', fix: 'TOML 1.0: remove it' }],
  ['Invalid character in escape', { message: 'a backslash with no escape behind it', fix: ESCAPES }],
  ['Consecutive dots', { message: 'two dots in a row in a key', fix: 'remove one, or quote the key' }],
  [
    'Invalid code point',
    { message: 'an escape that stands for no character', fix: 'surrogates and what lies beyond U+10FFFF are none' },
  ],
  ['Keys cannot end', { message: 'a dot at the end of a key', fix: 'remove it, or quote the key' }],
  ['Keys cannot start', { message: 'a dot at the start of a key', fix: 'remove it, or quote the key' }],
]

/** What the parser's sentence `message` says, where the text goes on with `rest`. */
export function syntaxProblemOf(message: string, rest: string): SyntaxProblem {
  if (message.startsWith('Defining a key')) {
    return { message: `key ${/^[^\s=\].]*/.exec(rest)?.[0]} is defined twice`, fix: 'keep one of the two' }
  }
  const known = PROBLEMS.find(([start]) => message.startsWith(start))?.[1]
  return (
    known ?? {
      message: rest === '' ? 'the text ends too early' : 'this cannot stand here',
      fix: `${QUOTES}, or check the lines above`,
    }
  )
}
