import yargs, { type Argv, type Options } from 'yargs'
import { CnbError } from '../errors.js'
import { nearest } from '../nearest.js'
import type { Arguments, Command, Flag, Operand } from './command.js'
import { COMMANDS, WORD_ALIASES } from './commands.js'
import { GLOBAL_FLAGS } from './flags.js'
import { usageLine } from './help.js'
import { insteadOf } from './pack-words.js'
import { wordsFirst } from './words-first.js'

const VERSION = 'version'
/** What an error of the parser is called. */
const PARSER_ERROR = 'YError'

/** How a name that begins with a dash is told from a flag. */
const DASHED = 'a file whose name begins with - is written ./-…'

/** A command line: what is to run, and with what. */
export interface Parsed {
  readonly command: Command
  readonly args: Arguments
}

/** The command that the words led to, and whether it is to be run: before that its flags are looked at. */
interface Met {
  command?: Command
  isChosen?: boolean
}

/** What a command line says. @throws CnbError E_USAGE when it names no command, or names it wrongly */
export async function parseCommandLine(line: readonly string[]): Promise<Parsed> {
  // The parser loses it, and a command would go on as if nothing had been named.
  if (line.includes('-')) throw usageError('- stands for no file: nothing is read from or written to a pipe', DASHED)
  const argv = wordsFirst(line, COMMANDS, { flags: GLOBAL_FLAGS, aliases: WORD_ALIASES })
  const met: Met = {}
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
      // What the parser itself has against the words is no fault of ours.
      if (error !== undefined && error.name !== PARSER_ERROR) throw error
      throw (
        missingOperand(message, met) ??
        missingValue(message, met) ??
        wordOfPack(argv) ??
        usageError(message, flagMeant(message, argv, met))
      )
    })
  define(parser, COMMANDS, [], met)
  const args = await parser.parseAsync([...argv], {}, (error) => {
    if (error !== undefined && error !== null) throw error instanceof CnbError ? error : usageError(error.message)
  })
  if (met.command === undefined || met.isChosen !== true) throw usageError('which command?')
  refuseLost(args._, met.command)
  refuseSwitchValues(argv, met.command)
  return { command: met.command, args }
}

/** What stands behind `--` is nothing that the parser takes for an operand. */
function refuseLost(words: readonly (string | number)[], command: Command): void {
  const lost = words[command.words.length]
  if (lost !== undefined) throw usageError(`-- keeps ${lost} from being seen`, `leave out --; ${DASHED}`)
}

/** Whatever is not `true`, the parser takes for `false`. */
function refuseSwitchValues(argv: readonly string[], { flags }: Command): void {
  const switches = new Set([...flags, ...GLOBAL_FLAGS].flatMap(({ kind, name }) => (kind === 'switch' ? [name] : [])))
  for (const word of argv) {
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? []
    if (!switches.has(name) || value === 'true' || value === 'false') continue
    throw new CnbError('E_USAGE', `--${name} is on or off`, { value: word, hint: `write --${name}, or leave it out` })
  }
}

/** Tells the parser the commands that begin with `words`. Those below a word are told when it is met. */
function define(parser: Argv, commands: readonly Command[], words: readonly string[], met: Met): Argv {
  const depth = words.length
  const leaf = (pattern: string, command: Command): void => {
    const patterns = [pattern, ...command.operands.map(patternOf)]
    parser.command(
      patterns.join(' '),
      false,
      // Not for a surplus operand to be called an unknown command.
      (inner: Argv) => {
        met.command = command
        return operandsOf(inner, command)
          .strictCommands(false)
          .options(optionsOf(flagsOf(command)))
      },
      () => void (met.isChosen = true),
    )
  }
  for (const word of new Set(commands.map((command) => command.words[depth] ?? ''))) {
    const below = commands.filter((command) => command.words[depth] === word)
    const [only] = below
    if (only !== undefined && only.words.length === depth + 1) leaf(word, only)
    else parser.command([word, ...aliasesOf(word)], false, (inner: Argv) => define(inner, below, [...words, word], met))
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
function optionOf({ kind, short, also = [] }: Flag): Options {
  const alias = short === undefined ? [...also] : [short, ...also]
  const common = { hidden: true, ...(alias.length === 0 ? {} : { alias }) }
  switch (kind) {
    case 'switch':
      return { ...common, type: 'boolean' }
    case 'text':
      return { ...common, type: 'string', requiresArg: true }
    case 'list':
      return { ...common, type: 'string', array: true, nargs: 1, default: [] }
  }
}

/** What to tell somebody who knows it from pack. */
function wordOfPack(argv: readonly string[]): CnbError | undefined {
  const known = insteadOf(argv)
  if (known === undefined) return undefined
  return new CnbError('E_USAGE', `${known.said} is for pack, and trowel has no such thing`, { hint: known.instead })
}

/** What to tell somebody who wrote a flag that there is not: which one may have been meant. */
function flagMeant(message: string, argv: readonly string[], { command }: Met): string | undefined {
  const unknown = /^Unknown argument: (.+)/.exec(message)?.[1]
  if (unknown === undefined || !argv.some((word) => word.split('=', 1)[0] === `--${unknown}`)) return undefined
  const flags = [...(command?.flags ?? []), ...GLOBAL_FLAGS]
  const name = nearest(
    unknown,
    flags.map((flag) => flag.name),
  )
  return name && `did you mean --${name}? ${SEE_HELP}`
}

/** What a command is to work on and was not told; yargs counts words. */
function missingOperand(message: string, { command }: Met): CnbError | undefined {
  const got = /^Not enough non-option arguments: got (\d+)/.exec(message)?.[1]
  if (got === undefined || command === undefined) return undefined
  const needed = command.operands.filter(({ count }) => count === 'one' || count === 'several')
  const missing = needed.slice(Number(got)).map(({ name, help }) => `${name} (${help})`)
  const verb = missing.length === 1 ? 'is' : 'are'
  return new CnbError('E_USAGE', `${missing.join(' and ')} ${verb} missing`, { hint: usageLine(command) })
}

/** A flag that stands at the end, or before another one, without what it needs. */
function missingValue(message: string, { command }: Met): CnbError | undefined {
  const key = /^Not enough arguments following: (.+)/.exec(message)?.[1]
  if (key === undefined) return undefined
  const flag = [...(command?.flags ?? []), ...GLOBAL_FLAGS].find(
    ({ name, short, also = [] }) => name === key || short === key || also.includes(key),
  )
  const name = flag?.name ?? key
  return new CnbError('E_USAGE', `--${name} has no value`, { hint: `write --${name}=${flag?.value ?? 'VALUE'}` })
}

const SEE_HELP = 'see trowel --help, or trowel COMMAND --help'

function usageError(message: string, hint = SEE_HELP): CnbError {
  const told = message.split('\n')[0] ?? message
  return new CnbError('E_USAGE', told.charAt(0).toLowerCase() + told.slice(1), { hint })
}
