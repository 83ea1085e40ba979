import { type TomlEntry, type TomlNode, type TomlTable, entryOf, foldKey } from '../toml/document.js'
import { type TextEdit, indentAt, lineEnd, lineStart, newlineOf } from '../toml/edit.js'
import type { Statement, TomlLayout } from '../toml/layout.js'
import { blankLines, statementsOf } from './edits.js'
import type { Fixer } from './fix.js'

/** What the keys of `[stack]` are called in the newer form, and where they go. */
const KEYS = {
  id: { section: 'stack', name: 'id' },
  'build-image': { section: 'build', name: 'image' },
  'run-image': { section: 'run', name: 'image' },
  'run-image-mirrors': { section: 'run', name: 'mirrors' },
} as const

type Move = (typeof KEYS)[keyof typeof KEYS]
type Moves = ReadonlyMap<TomlEntry, Move>
type Section = Move['section']

const HEADERS: Readonly<Record<Section, string>> = { stack: '[stack]', build: '[build]', run: '[[run.images]]' }

/**
 * `[stack]` becomes `[build]` and `[[run.images]]`. Its id, which has no newer form, stays: it is what the base images are
 * compared with. Nothing is done where the newer form is there too, because the two may disagree.
 */
export const STACK_SECTION: Fixer = {
  rules: ['stack-only-config'],
  kinds: ['builder'],
  keepsMeaning: true,
  fixes({ document, layout }) {
    const stack = entryOf(document.root, 'stack')
    if (stack?.node.kind !== 'table' || document.has(['build', 'image']) || document.has(['run', 'images'])) return []
    const moves = movesOf(stack.node)
    const edits = moves && editsOf(layout, stack, moves)
    if (edits === undefined) return []
    const about = '[stack] becomes [build] and [[run.images]]'
    return [{ rule: 'stack-only-config', about, place: document.placeAt(stack.keyStart), edits }]
  },
}

/** What becomes of each key of `[stack]`; undefined where there is nothing to move, or something would be lost. */
function movesOf(stack: TomlTable): Moves | undefined {
  const moves = new Map<TomlEntry, Move>()
  for (const [spelling, entry] of stack.entries) {
    const folded = foldKey(spelling)
    if (!Object.hasOwn(KEYS, folded)) return undefined
    moves.set(entry, KEYS[folded as keyof typeof KEYS])
  }
  const names = new Set(moves.values())
  const isOrphan = names.has(KEYS['run-image-mirrors']) && !names.has(KEYS['run-image'])
  return (names.has(KEYS['build-image']) || names.has(KEYS['run-image'])) && !isOrphan ? moves : undefined
}

function editsOf(layout: TomlLayout, stack: TomlEntry, moves: Moves): readonly TextEdit[] | undefined {
  const statements = statementsOf(layout, stack)
  const [first, ...pairs] = statements
  if (first?.kind === 'header') {
    return first.keys.length === 1 ? [rewriteSection(layout, first, movedPairs(pairs, moves))] : undefined
  }
  if (first?.keys.length === 1) return [rewriteInline(layout, first, moves)]
  return rewriteDotted(layout, movedPairs(statements, moves))
}

interface MovedPair {
  readonly section: Section
  readonly name: string
  readonly pair: Statement
  readonly node: TomlNode
}

function movedPairs(pairs: readonly Statement[], moves: Moves): readonly MovedPair[] {
  return pairs.flatMap((pair) => {
    const entry = pair.keys.at(-1)?.entry
    const move = entry && moves.get(entry)
    return entry === undefined || move === undefined ? [] : [{ ...move, pair, node: entry.node }]
  })
}

/** A key with the lines above it that belong to it. */
interface Block {
  readonly section: Section
  /** Empty lines and comments above. */
  readonly lead: string
  readonly text: string
}

function rewriteSection(layout: TomlLayout, header: Statement, pairs: readonly MovedPair[]): TextEdit {
  const { source } = layout.document
  const headerEnd = lineEnd(source, header.end)
  let from = headerEnd
  const blocks = pairs.map(({ section, name, pair }): Block => {
    const lead = source.slice(from, lineStart(source, pair.start))
    from = lineEnd(source, pair.end)
    return { section, lead, text: withName(source, pair, name) }
  })
  const sections = [...new Set<Section>(['stack', ...blocks.map(({ section }) => section)])]
    .map((section) => ({ section, blocks: blocks.filter((block) => block.section === section) }))
    .filter(({ blocks }) => blocks.length > 0)
  const start = lineStart(source, header.start)
  const indent = indentAt(source, header.start)
  const rest = source.slice(header.end, headerEnd)
  const text = sections.map(({ section, blocks: [first, ...others] }, i) => {
    const { lead = '', text = '' } = first ?? {}
    const body = [text, ...others.map(({ lead, text }) => lead + text)].join('')
    if (i === 0) return `${indent}${HEADERS[section]}${rest}${lead}${body}`
    const gap = blankLines(lead)
    const newline = newlineOf(source)
    return `${gap === '' ? newline : gap}${indent}${HEADERS[section]}${newline}${lead.slice(gap.length)}${body}`
  })
  const whole = text.join('')
  // The last line of a file may have no end.
  const isOpen = source[from - 1] !== '\n'
  return { start, end: from, text: isOpen ? whole.slice(0, -newlineOf(source).length) : whole }
}

/** The lines of a pair under another name, with a line end. */
function withName(source: string, pair: Statement, name: string): string {
  const [key] = pair.keys
  const end = lineEnd(source, pair.end)
  const text = `${source.slice(lineStart(source, pair.start), pair.start)}${name}${source.slice(key?.end, end)}`
  return text.endsWith('\n') ? text : `${text}${newlineOf(source)}`
}

/** `stack = { … }` becomes up to three lines of the same kind. */
function rewriteInline(layout: TomlLayout, { start, end }: Statement, moves: Moves): TextEdit {
  const { source } = layout.document
  const inline = (wanted: Section, open: string, close: string): string[] => {
    const moved = [...moves].filter(([, { section }]) => section === wanted)
    const pairs = moved.map(([{ node }, { name }]) => `${name} = ${layout.textOf(node)}`)
    return pairs.length === 0 ? [] : [`${open}{ ${pairs.join(', ')} }${close}`]
  }
  const lines = [
    ...inline('stack', 'stack = ', ''),
    ...inline('build', 'build = ', ''),
    ...inline('run', 'run = { images = [', '] }'),
  ]
  return { start, end, text: lines.join(`${newlineOf(source)}${indentAt(source, start)}`) }
}

/** `stack.build-image = …` becomes `build.image = …`; undefined for mirrors, which would have to move into another line. */
function rewriteDotted(layout: TomlLayout, pairs: readonly MovedPair[]): TextEdit[] | undefined {
  if (pairs.some(({ name, pair }) => name === 'mirrors' || pair.keys.length !== 2)) return undefined
  const { source } = layout.document
  const moved = pairs.filter(({ section }) => section !== 'stack')
  return moved.map(({ section, pair: { start, end, keys }, node }) => {
    const between = source.slice(keys[1]?.end, node.start)
    const value = layout.textOf(node)
    const isBuild = section === 'build'
    return {
      start,
      end,
      text: isBuild ? `build.image${between}${value}` : `run.images${between}[{ image = ${value} }]`,
    }
  })
}
