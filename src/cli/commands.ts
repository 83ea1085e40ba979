import yargs, { type Argv, type Options } from 'yargs'
import { CnbError } from '../errors.js'
import { COMMANDS, GLOBAL_FLAGS, WORD_ALIASES, type Command, type Flag } from './flags.js'
import type { Context } from './main.js'

/** The arguments of a command: flags by name, and `operand`. */
export type Arguments = Readonly<Record<string, unknown>>

/** Parses a command line and runs what it names. @throws CnbError E_USAGE when it names nothing, or names it wrongly */
export async function runCommand(argv: readonly string[], version: string, context: Context): Promise<void> {
  const { command, args } = await parse(argv)
  switch (command.words.join(' ')) {
    case 'builder create': {
      const { builderCreate } = await import('./commands/builder-create.js')
      await builderCreate(args, context, version)
      return
    }
    default:
      throw new Error(`nothing runs ${command.words.join(' ')}`)
  }
}

async function parse(argv: readonly string[]): Promise<{ command: Command; args: Arguments }> {
  let chosen: Command | undefined
  const groups = new Set(COMMANDS.map(({ words }) => words[0] ?? ''))
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
    .options(optionsOf(GLOBAL_FLAGS))
    .demandCommand(1, 'which command?')
    .strictCommands()
    .recommendCommands()
    .fail((message, error) => {
      throw error ?? usageError(message)
    })
  for (const group of groups) {
    parser.command([`${group} <command>`, ...aliasesOf(group)], false, (inner: Argv) => {
      for (const command of COMMANDS.filter(({ words }) => words[0] === group)) {
        const define = (last: Argv): Argv =>
          last.positional('operand', { type: 'string' }).options(optionsOf(command.flags))
        inner.command(`${command.words[1] ?? ''} <operand>`, false, define, () => {
          chosen = command
        })
      }
      return inner.demandCommand(1, `which ${group} command?`).strictCommands().recommendCommands()
    })
  }
  const args = await parser.parseAsync([...argv], {}, (error) => {
    if (error !== undefined && error !== null) throw error instanceof CnbError ? error : usageError(error.message)
  })
  if (chosen === undefined) throw usageError('which command?')
  return { command: chosen, args }
}

function aliasesOf(group: string): string[] {
  return Object.keys(WORD_ALIASES).filter((word) => WORD_ALIASES[word] === group)
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

/** Flags of `pack builder create` that say where an image goes or comes from, which here is only on disk so far. */
const FLAGS_OF_PACK =
  /^unknown arguments?: .*\b(publish|tag|pull-policy|append-image-name-suffix|buildpack-registry)\b/i

function usageError(message: string): CnbError {
  const told = message.split('\n')[0] ?? message
  // yargs counts words; people miss one.
  const first = told.startsWith('Not enough non-option') ? 'a command, or what it is to work on, is missing' : told
  return new CnbError('E_USAGE', first.charAt(0).toLowerCase() + first.slice(1), {
    hint: FLAGS_OF_PACK.test(first)
      ? 'registries and daemons come later: write the image with --to oci:DIR[:TAG], and say with --replace where images are read from'
      : 'see trowel --help, or trowel COMMAND --help',
  })
}
