import yargs, { type Argv } from 'yargs'
import { CnbError } from '../errors.js'
import { builderCreateOptions } from './commands/builder-create-options.js'
import type { Context } from './main.js'

type Arguments = Readonly<Record<string, unknown>>

/** Parses a command line and runs what it names. @throws CnbError E_USAGE when it names nothing, or names it wrongly */
export async function runCommand(argv: readonly string[], version: string, context: Context): Promise<void> {
  const { output } = context
  let chosen: ((args: Arguments) => Promise<void>) | undefined
  const parser = yargs([...argv])
    .scriptName('trowel')
    .usage('$0 <command>\n\nLays reproducible layers: makes Cloud Native Buildpacks builders without a daemon.')
    .parserConfiguration({
      'boolean-negation': false,
      'dot-notation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
    })
    .locale('en')
    .strict()
    .exitProcess(false)
    .version(version)
    .help('help')
    .alias('help', 'h')
    .wrap(100)
    .options({
      quiet: { alias: 'q', type: 'boolean', global: true, describe: 'Show warnings and errors only' },
      verbose: { alias: 'v', type: 'boolean', global: true, describe: 'Show more of what is being done' },
      timestamps: { type: 'boolean', global: true, describe: 'Put the local time before every line' },
      'no-color': {
        type: 'boolean',
        global: true,
        describe: 'Use no colour; NO_COLOR in the environment does the same',
      },
      'force-color': { type: 'boolean', global: true, describe: 'Use colour although stderr is not a terminal' },
      debug: { type: 'boolean', global: true, describe: 'Show where in trowel an error arose' },
    })
    .command(['builder <command>', 'builders'], 'Make builders', (group: Argv) =>
      group
        .command(
          'create <name>',
          'Make a builder image from a builder.toml',
          (command) => builderCreateOptions(command),
          () => {
            chosen = async (args) => {
              // Loaded late: `--help` needs none of it.
              const { builderCreate } = await import('./commands/builder-create.js')
              await builderCreate(args, context, version)
            }
          },
        )
        .demandCommand(1, 'which builder command?'),
    )
    .demandCommand(1, 'which command?')
    .fail((message, error) => {
      throw error ?? usageError(message)
    })
  const args = await parser.parseAsync([...argv], {}, (error, _args, text) => {
    if (error !== undefined && error !== null) throw error instanceof CnbError ? error : usageError(error.message)
    if (text !== '') output.result(text)
  })
  await chosen?.(args)
}

function usageError(message: string): CnbError {
  const first = message.split('\n')[0] ?? message
  return new CnbError('E_USAGE', first.charAt(0).toLowerCase() + first.slice(1), {
    hint: 'see trowel --help, or trowel COMMAND --help',
  })
}
