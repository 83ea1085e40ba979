import yargs, { type Argv, type Options } from 'yargs'
import { CnbError } from '../errors.js'
import type { Arguments, Command, Flag, Operand } from './command.js'
import { COMMANDS, WORD_ALIASES } from './commands.js'
import { GLOBAL_FLAGS } from './flags.js'

const VERSION = 'version'

/** A command line: what is to run, and with what. */
export interface Parsed {
  readonly command: Command
  readonly args: Arguments
}

/** What a command line says. @throws CnbError E_USAGE when it names no command, or names it wrongly */
export async function parseCommandLine(argv: readonly string[]): Promise<Parsed> {
  let chosen: Command | undefined
  const parser = yargs([...argv])
    .parserConfiguration({
      'boolean-negation': false,
      'dot-notation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
    })
    .locale('en')
    .strict()
    .exitProcess(false)
    // Answered before the parser is loaded.
    .version(false)
    .help(false)
    .options(optionsOf(GLOBAL_FLAGS.filter(({ name }) => name !== VERSION)))
    .fail((message, error) => {
      throw error ?? usageError(message)
    })
  define(parser, COMMANDS, [], (command) => (chosen = command))
  const args = await parser.parseAsync([...argv], {}, (error) => {
    if (error !== undefined && error !== null) throw error instanceof CnbError ? error : usageError(error.message)
  })
  if (chosen === undefined) throw usageError('which command?')
  return { command: chosen, args }
}

/** Tells the parser the commands that begin with `words`. Those below a word are told when it is met. */
function define(
  parser: Argv,
  commands: readonly Command[],
  words: readonly string[],
  choose: (command: Command) => void,
): Argv {
  const depth = words.length
  const leaf = (pattern: string, command: Command): void => {
    const patterns = [pattern, ...command.operands.map(patternOf)]
    parser.command(
      patterns.join(' '),
      false,
      // Not for a surplus operand to be called an unknown command.
      (inner: Argv) =>
        operandsOf(inner, command)
          .strictCommands(false)
          .options(optionsOf(flagsOf(command))),
      () => choose(command),
    )
  }
  for (const word of new Set(commands.map((command) => command.words[depth] ?? ''))) {
    const below = commands.filter((command) => command.words[depth] === word)
    const [only] = below
    if (only !== undefined && only.words.length === depth + 1) leaf(word, only)
    else
      parser.command([word, ...aliasesOf(word)], false, (inner: Argv) => define(inner, below, [...words, word], choose))
  }
  const assumed = commands.find(({ isAssumed, words }) => isAssumed === true && words.length === depth + 1)
  if (assumed !== undefined) {
    leaf('$0', assumed)
    return parser
  }
  return parser
    .demandCommand(1, depth === 0 ? 'which command?' : `which ${words.join(' ')} command?`)
    .strictCommands()
    .recommendCommands()
}

/** `--version` is a flag of every command, but of some the version of what they make. */
function flagsOf({ flags }: Command): readonly Flag[] {
  const isTaken = flags.some(({ name }) => name === VERSION)
  return isTaken ? flags : [...flags, ...GLOBAL_FLAGS.filter(({ name }) => name === VERSION)]
}

function patternOf({ name, count }: Operand): string {
  return { one: `<${name}>`, optional: `[${name}]`, several: `<${name}..>`, any: `[${name}..]` }[count]
}

function operandsOf(parser: Argv, { operands }: Command): Argv {
  return operands.reduce((inner, { name }) => inner.positional(name, { type: 'string' }), parser)
}

function aliasesOf(word: string): string[] {
  return Object.keys(WORD_ALIASES).filter((alias) => WORD_ALIASES[alias] === word)
}

function optionsOf(flags: readonly Flag[]): Record<string, Options> {
  return Object.fromEntries(flags.map((flag) => [flag.name, optionOf(flag)]))
}

/** Hidden, because the help is ours (help.ts): the parser lays its own out on every run, which takes longer than all else it does. */
function optionOf({ kind, short }: Flag): Options {
  const common = { hidden: true, ...(short === undefined ? {} : { alias: short }) }
  switch (kind) {
    case 'switch':
      return { ...common, type: 'boolean' }
    case 'text':
      return { ...common, type: 'string', requiresArg: true }
    case 'list':
      return { ...common, type: 'string', array: true, nargs: 1, default: [] }
  }
}

function usageError(message: string): CnbError {
  const told = message.split('\n')[0] ?? message
  // yargs counts words; people miss one.
  const first = told.startsWith('Not enough non-option') ? 'a command, or what it is to work on, is missing' : told
  return new CnbError('E_USAGE', first.charAt(0).toLowerCase() + first.slice(1), {
    hint: 'see trowel --help, or trowel COMMAND --help',
  })
}
