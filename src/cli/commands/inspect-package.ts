import type { InspectedPackage, Inspection } from '../../operations/inspected.js'
import { operand, single } from '../arguments.js'
import type { Arguments, Context, Run } from '../command.js'
import { printBuildpackage, printExtensionPackage } from '../render/inspect-package.js'
import { packageDocument } from '../render/package-document.js'
import { surroundingsOf } from '../surroundings.js'
import { depthOf, inspectOptions, show } from './inspect-image.js'

/** Runs `trowel buildpack inspect`. */
export const buildpackInspect = inspectOf('buildpack')

/** Runs `trowel extension inspect`. */
export const extensionInspect = inspectOf('extension')

function inspectOf(kind: 'buildpack' | 'extension'): Run {
  return async (args: Arguments, context: Context): Promise<void> => {
    const request = {
      ...inspectOptions(args, context),
      name: operand(args, 'NAME'),
      kind,
      depth: depthOf(args),
      buildpackRegistry: single(args, 'registry'),
    }
    // Loaded late: usage errors need none of it.
    const { inspectPackage } = await import('../../operations/inspect-package.js')
    const { surroundings } = surroundingsOf(context)
    const inspection = await inspectPackage(request, surroundings)
    show<InspectedPackage, Inspection<InspectedPackage>>(inspection, args, context, {
      human: kind === 'buildpack' ? printBuildpackage : printExtensionPackage,
      document: (found) => packageDocument(found, kind),
      facts: ({ from }) => ({ from }),
    })
  }
}
