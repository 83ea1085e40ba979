import { CnbError, type Diagnostic } from '../../errors.js'
import type { Inspection, Side } from '../../operations/inspected.js'
import type { LookUpOptions } from '../../operations/look-up.js'
import { flag, runOptions, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { FORMATS, printDocument, type DocumentObject, type Format } from '../render/document.js'
import { diagnosticJson } from '../render/failure.js'
import type { ShowOptions } from '../render/inspect-builder.js'
import { printable } from '../render/text.js'
import { showWarnings } from '../warnings.js'

/** How an inspection is shown. */
export interface Shown<T, I extends Inspection<T>> {
  readonly human: (inspection: I, options: ShowOptions) => string
  readonly document: (inspection: I, format: Format, verbose: boolean) => DocumentObject
  /** What the document for machines has beside what was found. */
  readonly facts: (inspection: I) => object
  /** What of a found one is worth a warning; lines for people. */
  readonly warn?: (name: string, found: T) => readonly string[]
}

/** What the flags of every inspecting command say. @throws CnbError E_USAGE */
export function inspectOptions(args: Arguments, { host }: Context): Omit<LookUpOptions, 'name'> {
  formatOf(args)
  return {
    ...runOptions(args, host),
    platform: single(args, 'platform'),
    allPlatforms: flag(args, 'layers') || flag(args, 'json'),
  }
}

/** Levels of an order, all of them when negative. @throws CnbError E_USAGE */
export function depthOf(args: Arguments): number {
  const text = single(args, 'depth') ?? '-1'
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw new CnbError('E_USAGE', `--depth wants a whole number, not '${text}'`, { value: text })
}

/** Prints what was found as the flags want it, and says on stderr why something was not looked at. @throws CnbError */
export function show<T, I extends Inspection<T>>(
  inspection: I,
  args: Arguments,
  { output }: Context,
  shown: Shown<T, I>,
): void {
  output.done()
  const { name, remote, local, warnings } = inspection
  const format = formatOf(args)
  const sides = [remote, local]
  showWarnings(warnings, output)
  if (flag(args, 'json')) {
    output.json(fullDocument(inspection, shown.facts(inspection)))
  } else if (format === undefined) {
    const verbose = flag(args, 'verbose')
    output.result(shown.human(inspection, { verbose, layers: flag(args, 'layers') }))
  } else {
    // A program must not take an image that nobody could ask for as one that is not there.
    for (const side of sides) if (side.kind === 'failed') throw side.error
    output.result(printDocument(shown.document(inspection, format, flag(args, 'verbose')), format))
  }
  for (const side of sides) {
    if (side.kind === 'failed') showWarnings([warningOf(side.error, name)], output)
    // Who has found it need not know who else was not asked: in CI there is seldom an engine.
    const tell = side === local && remote.kind === 'found' ? 'detail' : 'info'
    if (side.kind === 'absent' && side.reason !== undefined) output[tell](printable(side.reason))
    if (side.kind === 'found') for (const line of shown.warn?.(name, side.value) ?? []) output.urgent(line)
  }
}

/** One of two places could not be asked, and the other one had it. */
function warningOf({ code, message, place, value, hint }: CnbError, name: string): Diagnostic {
  return { rule: code, severity: 'warning', message, place: place ?? { file: name }, value, fix: hint }
}

/** undefined for people. @throws CnbError E_USAGE */
function formatOf(args: Arguments): Format | undefined {
  const text = single(args, 'output') ?? 'human-readable'
  if (text === 'human-readable') return undefined
  const format = FORMATS.find((format) => format === text.toLowerCase())
  if (format !== undefined) return format
  throw new CnbError('E_USAGE', `output format '${text}' is not supported`, {
    value: text,
    hint: `write human-readable, ${FORMATS.join(', ')}`,
  })
}

function fullDocument<T>({ name, remote, local, warnings }: Inspection<T>, facts: object): object {
  return {
    name,
    ...facts,
    remote: valueOf(remote),
    local: valueOf(local),
    notes: notesOf([remote, local]),
    warnings: warnings.map((w: Diagnostic) => diagnosticJson(w)),
  }
}

function valueOf<T>(side: Side<T>): T | null {
  return side.kind === 'found' ? side.value : null
}

/** Why a place has nothing, where there is a reason. */
function notesOf(sides: readonly Side<unknown>[]): string[] {
  return sides.flatMap((side) => {
    if (side.kind === 'failed') return [side.error.message]
    return side.kind === 'absent' && side.reason !== undefined ? [side.reason] : []
  })
}
