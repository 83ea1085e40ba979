import type { InspectedApp, Inspection } from '../../operations/inspected.js'
import { operand } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { appDocument } from '../render/app-document.js'
import { printApp } from '../render/inspect-app.js'
import { surroundingsOf } from '../surroundings.js'
import { inspectOptions, show } from './inspect-image.js'

/** Runs `trowel inspect`. */
export async function inspect(args: Arguments, context: Context): Promise<void> {
  const request = { ...inspectOptions(args, context), name: operand(args, 'IMAGE') }
  // Loaded late: usage errors need none of it.
  const { inspectApp } = await import('../../operations/inspect-app.js')
  const { surroundings } = surroundingsOf(context)
  const inspection = await inspectApp(request, surroundings)
  show<InspectedApp, Inspection<InspectedApp>>(inspection, args, context, {
    human: printApp,
    document: appDocument,
    facts: () => ({}),
  })
}
