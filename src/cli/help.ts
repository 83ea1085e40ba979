import type { Command, Flag, Operand } from './command.js'
import { COMMANDS, WORD_ALIASES } from './commands.js'
import { GLOBAL_FLAGS } from './flags.js'

/** Before the words of a command, as `--help` after them. */
const HELP = 'help'

/**
 * The help that a command line asks for, or undefined when it asks for none. Made without the argument parser, which takes
 * longer to load than all of this.
 */
export function helpFor(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const flags = end < 0 ? argv : argv.slice(0, end)
  const isAsked = argv[0] === HELP
  if (!isAsked && !flags.includes('--help') && !flags.includes('-h')) return undefined
  const words = isAsked ? argv.slice(1) : argv
  const given = words.filter((word) => !word.startsWith('-')).map((word) => WORD_ALIASES[word] ?? word)
  const command = COMMANDS.find(({ words }) => words.every((word, i) => word === given[i]))
  if (command !== undefined) return commandHelp(command)
  const below = COMMANDS.filter(
    ({ words, isHidden }) => isHidden !== true && given.length > 0 && given.every((word, i) => word === words[i]),
  )
  return below.length > 0 ? groupHelp(given, below) : generalHelp()
}

function generalHelp(): string {
  return [
    'trowel lays reproducible layers: it makes Cloud Native Buildpacks builders, without a daemon.',
    '',
    'usage: trowel COMMAND [FLAGS]',
    '',
    'commands',
    ...columns(COMMANDS.filter((command) => !isFolded(command)).map(foldedColumns)),
    '',
    'flags of every command',
    ...columns(GLOBAL_FLAGS.map(flagColumns)),
    '',
    'trowel COMMAND --help shows the flags of a command.',
  ].join('\n')
}

/** In the list of all commands, the one that is assumed stands for those beside it. */
function isFolded({ words, isAssumed, isHidden }: Command): boolean {
  return isHidden === true || (words.length > 2 && isAssumed !== true)
}

function foldedColumns(command: Command): [string, string] {
  if (command.isAssumed !== true) return commandColumns(command)
  const group = command.words.slice(0, -1)
  const lasts = COMMANDS.filter(({ words }) => group.every((word, i) => word === words[i])).map(({ words }) =>
    words.at(-1),
  )
  return [`${group.join(' ')} [${lasts.join('|')}]`, command.help]
}

function groupHelp(words: readonly string[], commands: readonly Command[]): string {
  return [
    `usage: trowel ${words.join(' ')} COMMAND [FLAGS]`,
    '',
    'commands',
    ...columns(commands.map(commandColumns)),
    '',
    'flags of every command',
    ...columns(GLOBAL_FLAGS.map(flagColumns)),
  ].join('\n')
}

function commandHelp(command: Command): string {
  const { words, operands, help, flags } = command
  return [
    `trowel ${words.join(' ')}: ${help}`,
    '',
    usageLine(command),
    '',
    ...section(operands.map((operand) => [operand.name, withNotes(operand)])),
    ...section(flags.map(flagColumns), 'flags'),
    'flags of every command',
    ...columns(GLOBAL_FLAGS.map(flagColumns)),
  ].join('\n')
}

/** `usage: trowel copy FROM TO... [FLAGS]` */
export function usageLine(command: Command): string {
  return `usage: trowel ${usageOf(command)}${command.flags.length > 0 ? ' [FLAGS]' : ''}`
}

function usageOf({ words, isAssumed, operands }: Command): string {
  const named = isAssumed === true ? [...words.slice(0, -1), `[${words.at(-1) ?? ''}]`] : words
  return [...named, ...operands.map(printOperand)].join(' ')
}

function printOperand({ name, count }: Operand): string {
  return { one: name, optional: `[${name}]`, several: `${name}...`, any: `[${name}...]` }[count]
}

function commandColumns(command: Command): [string, string] {
  return [usageOf(command), command.help]
}

function flagColumns(flag: Flag): [string, string] {
  const { name, short, value } = flag
  return [
    `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    withNotes(flag),
  ]
}

type Noted = Pick<Flag, 'help' | 'default'> & Partial<Pick<Flag, 'isRequired' | 'kind'>>

function withNotes({ help, default: value, isRequired = false, kind }: Noted): string {
  const notes = [
    ...(isRequired ? ['required'] : []),
    ...(value === undefined ? [] : [`default: ${value}`]),
    ...(kind === 'list' ? ['may be given several times'] : []),
  ]
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`
}

/** Rows with a blank line behind them; nothing when there are none. */
function section(rows: readonly (readonly [string, string])[], title?: string): string[] {
  if (rows.length === 0) return []
  return [...(title === undefined ? [] : [title]), ...columns(rows), '']
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
