import { writeSettings } from '../../operations/write-settings.js'
import { distrustBuilder, isTrusted, trustBuilder, trustedBuilders } from '../../operations/trusted-builders.js'
import { operand } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { openSettings } from '../open-settings.js'
import { printable } from '../render/text.js'

/** Runs `trowel config trusted-builders list`. */
export async function listTrustedBuilders(_: Arguments, context: Context): Promise<void> {
  const lines = trustedBuilders(openSettings(context).settings).map((name) => `  ${printable(name)}`)
  context.output.result(['Trusted Builders:', ...lines].join('\n'))
}

/** Runs `trowel config trusted-builders add`. */
export async function addTrustedBuilder(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const name = operand(args, 'NAME')
  const stored = openSettings(context)
  const { settings } = stored
  if (isTrusted(settings, name)) {
    output.info(printable(`Builder '${name}' is already trusted`))
    return
  }
  await writeSettings(host, stored, trustBuilder(settings, name))
  output.info(printable(`Builder '${name}' is now trusted`))
}

/** Runs `trowel config trusted-builders remove`. */
export async function removeTrustedBuilder(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const name = operand(args, 'NAME')
  const stored = openSettings(context)
  const { settings } = stored
  const changed = distrustBuilder(settings, name)
  if (changed.trustedBuilders.length === settings.trustedBuilders.length) {
    output.info(printable(`Builder '${name}' wasn't trusted`))
    return
  }
  await writeSettings(host, stored, changed)
  output.info(printable(`Builder '${name}' is no longer trusted`))
}
