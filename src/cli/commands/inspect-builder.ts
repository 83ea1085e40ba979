import type { BuilderInspection } from '../../operations/inspect-builder.js'
import type { InspectedBuilder } from '../../operations/inspected.js'
import { single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { builderDocument } from '../render/builder-document.js'
import { builderWarnings, printBuilder } from '../render/inspect-builder.js'
import { surroundingsOf } from '../surroundings.js'
import { depthOf, inspectOptions, show } from './inspect-image.js'

/** Runs `trowel builder inspect`. */
export async function builderInspect(args: Arguments, context: Context): Promise<void> {
  const request = { ...inspectOptions(args, context), name: single(args, 'NAME'), depth: depthOf(args) }
  // Loaded late: usage errors need none of it.
  const { inspectBuilder } = await import('../../operations/inspect-builder.js')
  const { surroundings } = surroundingsOf(context)
  const inspection = await inspectBuilder(request, surroundings)
  show<InspectedBuilder, BuilderInspection>(inspection, args, context, {
    human: printBuilder,
    document: builderDocument,
    facts: ({ isTrusted, isDefault }) => ({ trusted: isTrusted, default: isDefault }),
    warn: builderWarnings,
  })
}
