import { newModule, type NewModuleOptions } from '../../operations/new-module.js'
import { commaList, flag, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { printable } from '../render/text.js'
import { NEW_MODULE_API, NEW_MODULE_VERSION } from './new-module-flags.js'

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
      version: single(args, 'version') ?? NEW_MODULE_VERSION,
      api: single(args, 'api') ?? NEW_MODULE_API,
      path: single(args, 'path'),
      targets: commaList(args, 'targets'),
      stacks: commaList(args, 'stacks').filter((stack) => stack !== ''),
    },
    host,
  )
  if (flag(args, 'json')) output.json(result)
  else output.result(printable(result.directory))
  for (const file of result.files) output.info(`    'create'  ${file}`)
  output.info(`Successfully created '${result.id}'`)
}
