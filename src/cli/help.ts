import { COMMANDS, GLOBAL_FLAGS, WORD_ALIASES, type Command, type Flag } from './flags.js'

/**
 * The help that a command line asks for, or undefined when it asks for none. Made without the argument parser, which takes
 * longer to load than all of this.
 */
export function helpFor(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const flags = end < 0 ? argv : argv.slice(0, end)
  if (!flags.includes('--help') && !flags.includes('-h')) return undefined
  const [first = '', second] = argv.filter((word) => !word.startsWith('-'))
  const words = [WORD_ALIASES[first] ?? first, second]
  const command = COMMANDS.find((one) => one.words.every((word, i) => word === words[i]))
  return command === undefined ? generalHelp() : commandHelp(command)
}

function generalHelp(): string {
  return [
    'trowel lays reproducible layers: it makes Cloud Native Buildpacks builders, without a daemon.',
    '',
    'usage: trowel COMMAND [FLAGS]',
    '',
    'commands',
    ...columns(COMMANDS.map(({ words, operand, help }) => [`${words.join(' ')} ${operand}`, help])),
    '',
    'flags of every command',
    ...columns(GLOBAL_FLAGS.map(flagColumns)),
    '',
    'trowel COMMAND --help shows the flags of a command.',
  ].join('\n')
}

function commandHelp({ words, operand, operandHelp, help, flags }: Command): string {
  return [
    `trowel ${words.join(' ')}: ${help}`,
    '',
    `usage: trowel ${words.join(' ')} ${operand} [FLAGS]`,
    '',
    ...columns([[operand, operandHelp]]),
    '',
    'flags',
    ...columns(flags.map(flagColumns)),
    '',
    'flags of every command',
    ...columns(GLOBAL_FLAGS.map(flagColumns)),
  ].join('\n')
}

function flagColumns({ name, short, kind, value, help }: Flag): [string, string] {
  const left = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
  return [left, kind === 'list' ? `${help}; may be given several times` : help]
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
