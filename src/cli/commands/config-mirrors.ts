import { compareBytes } from '../../bytes.js'
import {
  addRunImageMirrors,
  removeRegistryMirror,
  removeRunImageMirrors,
  setRegistryMirror,
} from '../../operations/edit-settings.js'
import { writeSettings } from '../../operations/write-settings.js'
import { commaList, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { openSettings } from '../open-settings.js'
import { printable } from '../render/text.js'

/** Runs `trowel config registry-mirrors list`. */
export async function listRegistryMirrors(_: Arguments, context: Context): Promise<void> {
  const { output } = context
  const mirrors = [...openSettings(context).settings.registryMirrors].toSorted(([a], [b]) => compareBytes(a, b))
  if (mirrors.length === 0) output.info('No registry mirrors have been set')
  else
    printList(
      context,
      'Registry Mirrors:',
      mirrors.map(([registry, mirror]) => `  ${registry}: '${mirror}'`),
    )
}

/** Runs `trowel config registry-mirrors add`. */
export async function addRegistryMirror(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const registry = operand(args, 'REGISTRY')
  const mirror = single(args, 'mirror')
  if (mirror === undefined) {
    output.info('A registry mirror was not provided: name it with --mirror')
    return
  }
  const stored = openSettings(context)
  await writeSettings(host, stored, setRegistryMirror(stored.settings, registry, mirror))
  output.info(printable(`Registry '${registry}' configured with mirror '${mirror}'`))
}

/** Runs `trowel config registry-mirrors remove`. */
export async function dropRegistryMirror(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const registry = operand(args, 'REGISTRY')
  const stored = openSettings(context)
  if (!stored.settings.registryMirrors.has(registry)) {
    output.info(printable(`No mirror has been set for '${registry}'`))
    return
  }
  await writeSettings(host, stored, removeRegistryMirror(stored.settings, registry))
  output.info(printable(`Removed mirror for '${registry}'`))
}

/** Runs `trowel config run-image-mirrors list`. */
export async function listRunImageMirrors(args: Arguments, context: Context): Promise<void> {
  const image = single(args, 'IMAGE')
  const { runImages } = openSettings(context).settings
  const shown = runImages.filter((runImage) => image === undefined || runImage.image === image)
  if (shown.length === 0) {
    context.output.info(printable(`No run image mirrors have been set${image === undefined ? '' : ` for '${image}'`}`))
    return
  }
  const lines = shown.flatMap(({ image, mirrors = [] }) => [`  '${image}':`, ...mirrors.map((one) => `    ${one}`)])
  printList(context, 'Run Image Mirrors:', lines)
}

/** Runs `trowel config run-image-mirrors add`. */
export async function addMirrorsOfRunImage(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const image = operand(args, 'IMAGE')
  const mirrors = commaList(args, 'mirror')
  if (mirrors.length === 0) {
    output.info('A run image mirror was not provided: name it with --mirror')
    return
  }
  const stored = openSettings(context)
  await writeSettings(host, stored, addRunImageMirrors(stored.settings, image, mirrors))
  for (const mirror of mirrors) output.info(printable(`Run Image '${image}' configured with mirror '${mirror}'`))
}

/** Runs `trowel config run-image-mirrors remove`. */
export async function dropMirrorsOfRunImage(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const image = operand(args, 'IMAGE')
  const mirrors = commaList(args, 'mirror')
  const stored = openSettings(context)
  if (!stored.settings.runImages.some((runImage) => runImage.image === image)) {
    output.info(printable(`No run image mirrors have been set for '${image}'`))
    return
  }
  await writeSettings(host, stored, removeRunImageMirrors(stored.settings, image, mirrors))
  output.info(
    printable(
      mirrors.length === 0
        ? `Removed all run image mirrors for '${image}'`
        : `Removed mirrors ${mirrors.join(', ')} for '${image}'`,
    ),
  )
}

function printList({ output }: Context, title: string, lines: readonly string[]): void {
  output.result([title, ...lines.map(printable)].join('\n'))
}
