import type { ExplainedRule } from '../../operations/explain-rule.js'
import { printable } from './text.js'

/** What mends a finding, for people. */
export const FIX_COMMAND = 'trowel check --fix, where it is certain'

type RuleExample = NonNullable<ExplainedRule['example']>
type ExampleFiles = RuleExample['failing']
type ExampleFile = NonNullable<ExampleFiles[string]>

/** An example of a rule, in parts that are shown one after the other. */
export interface ShownExample {
  /** What finds it. */
  readonly command: string
  /** Where: `builder.toml, line 7`. */
  readonly place: string
  readonly failing: readonly ShownPart[]
  /** What to change; lines begin with `+`, `-` or a blank. */
  readonly mended: readonly ShownPart[]
}

/** A file, or an image, under its name. */
export interface ShownPart {
  readonly title: string
  readonly language: 'toml' | 'json' | 'diff' | 'text'
  readonly lines: readonly string[]
}

/** An example, fit to be shown. */
export function shownExample(example: RuleExample): ShownExample {
  const { check = 'builder.toml', at, asOf, flags = [], failing, fixed, images = {}, fixedImages = {} } = example
  const [file, text] = at
  return {
    command: ['trowel check', check, ...(asOf === undefined ? [] : ['--as-of', asOf]), ...flags].join(' '),
    place: placeOf(file, linesOf(failing[file]), text),
    failing: [...Object.entries(failing).map(filePart), ...Object.entries(images).map(imagePart)],
    mended: [
      ...Object.entries(fixed).map(([path, after]) => difference(path, linesOf(failing[path]), linesOf(after))),
      ...Object.entries(fixedImages).map(([name, after]) =>
        difference(name, imagePart([name, images[name] ?? null]).lines, imagePart([name, after]).lines),
      ),
    ],
  }
}

/** With the line where that is certain. */
function placeOf(file: string, lines: readonly string[], text: string | undefined): string {
  const numbers = lines.flatMap((line, i) => (text !== undefined && line.includes(text) ? [i + 1] : []))
  return numbers.length === 1 ? `${file}, line ${numbers[0]}` : file
}

function filePart([path, file]: readonly [string, ExampleFile | null]): ShownPart {
  const mode = file !== null && typeof file === 'object' && 'mode' in file ? `, mode ${file.mode?.toString(8)}` : ''
  const title = file === null ? `${path} is not there` : `${path}${mode}`
  return { title, language: path.endsWith('.toml') ? 'toml' : 'text', lines: linesOf(file) }
}

type ExampleImage = NonNullable<RuleExample['images']>[string]

function imagePart([name, image]: readonly [string, ExampleImage]): ShownPart {
  if (image === null) return { title: `the image ${name} is not there`, language: 'text', lines: [] }
  return { title: `the image ${name}`, language: 'json', lines: JSON.stringify(image, undefined, 2).split('\n') }
}

function linesOf(file: ExampleFile | null | undefined): string[] {
  if (file === null || file === undefined) return []
  if (typeof file === 'string') return splitLines(file)
  if ('link' in file) return [`a link to ${file.link}`]
  if ('text' in file) return splitLines(file.text)
  if ('zeros' in file) return [`${file.zeros} bytes of zeros`]
  return [`${Buffer.from(file.base64, 'base64').length} bytes that are no text`]
}

function splitLines(text: string): string[] {
  const lines = text.split('\n')
  // Carriage returns and the like may be what the rule is about.
  return (lines.at(-1) === '' ? lines.slice(0, -1) : lines).map(printable)
}

/** Lines around what changed. */
const CONTEXT = 2

/** What makes `after` of `before`: the lines between those that both begin and end with. */
function difference(title: string, before: readonly string[], after: readonly string[]): ShownPart {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const lines = [
    ...before.slice(Math.max(0, head - CONTEXT), head).map((line) => `  ${line}`),
    ...before.slice(head, before.length - tail).map((line) => `- ${line}`),
    ...after.slice(head, after.length - tail).map((line) => `+ ${line}`),
    ...after.slice(after.length - tail, after.length - tail + CONTEXT).map((line) => `  ${line}`),
  ]
  return { title, language: 'diff', lines: lines.map((line) => line.trimEnd()) }
}
