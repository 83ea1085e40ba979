import {
  addRegistry,
  buildpackRegistries,
  defaultRegistry,
  removeRegistry,
  setDefaultRegistry,
  unsetDefaultRegistry,
} from '../../operations/buildpack-registries.js'
import { writeSettings } from '../../operations/write-settings.js'
import { redactLocator } from '../../redact.js'
import { flag, operand, single, unsets } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { openSettings } from '../open-settings.js'
import { printable } from '../render/text.js'

/** Columns that `--verbose` gives the mark and the name, as in pack. */
const NAME_WIDTH = 12

/** Runs `trowel config registries list`. */
export async function listRegistries(args: Arguments, context: Context): Promise<void> {
  const { settings } = openSettings(context)
  const chosen = defaultRegistry(settings)
  for (const { name, url } of buildpackRegistries(settings)) {
    const marked = `${name === chosen ? '*' : ' '} ${name}`
    const shown = flag(args, 'verbose') ? `${marked.padEnd(NAME_WIDTH)} ${redactLocator(url)}` : marked
    context.output.result(printable(shown))
  }
}

/** Runs `trowel config registries add`. */
export async function addToRegistries(args: Arguments, context: Context): Promise<void> {
  const name = operand(args, 'NAME')
  const stored = openSettings(context)
  const added = addRegistry(stored.settings, {
    name,
    type: single(args, 'type') ?? 'github',
    url: operand(args, 'URL'),
  })
  await writeSettings(context.host, stored, flag(args, 'default') ? setDefaultRegistry(added, name) : added)
  context.output.info(printable(`Successfully added '${name}' to registries`))
}

/** Runs `trowel config registries remove`. */
export async function removeFromRegistries(args: Arguments, context: Context): Promise<void> {
  const name = operand(args, 'NAME')
  const stored = openSettings(context)
  await writeSettings(context.host, stored, removeRegistry(stored.settings, name))
  context.output.info(printable(`Successfully removed '${name}' from registries`))
}

/** Runs `trowel config registries default`. */
export async function chooseRegistry(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const name = single(args, 'NAME')
  const isUnset = unsets(args, 'NAME')
  const stored = openSettings(context)
  const { settings } = stored
  if (isUnset) {
    const unset = unsetDefaultRegistry(settings)
    await writeSettings(host, stored, unset)
    output.info(printable(`Successfully unset default registry '${defaultRegistry(settings)}'`))
    output.info(printable(`Default registry has been set to '${defaultRegistry(unset)}'`))
  } else if (name === undefined) {
    output.result(printable(`The current default registry is '${defaultRegistry(settings)}'`))
  } else {
    await writeSettings(host, stored, setDefaultRegistry(settings, name))
    output.info(printable(`Successfully set '${name}' as the default registry`))
  }
}
