import { newModule, type NewModuleOptions } from '../../operations/new-module.js'
import { commaList, flag, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { printable } from '../render/text.js'

/** The first Buildpack API that has targets and that extensions and buildpacks have in common. */
const API = '0.10'

/** Runs `trowel buildpack new`. */
export async function newBuildpack(args: Arguments, context: Context): Promise<void> {
  await begin('buildpack', args, context)
}

/** Runs `trowel extension new`. */
export async function newExtension(args: Arguments, context: Context): Promise<void> {
  await begin('extension', args, context)
}

async function begin(kind: NewModuleOptions['kind'], args: Arguments, { host, output }: Context): Promise<void> {
  const result = await newModule(
    {
      kind,
      id: operand(args, 'ID'),
      version: single(args, 'version') ?? '1.0.0',
      api: single(args, 'api') ?? API,
      path: single(args, 'path'),
      targets: commaList(args, 'targets'),
      stacks: commaList(args, 'stacks').filter((stack) => stack !== ''),
    },
    host,
  )
  output.result(flag(args, 'json') ? JSON.stringify(result) : printable(result.directory))
  for (const file of result.files) output.info(`    'create'  ${file}`)
  output.info(`Successfully created '${result.id}'`)
}
