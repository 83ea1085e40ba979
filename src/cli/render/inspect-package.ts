import type { InspectedPackage, InspectedStack, Inspection, Side } from '../../operations/inspected.js'
import { packageOrder } from './detection-order.js'
import { printModules, type ShowOptions } from './inspect-builder.js'
import { printImageFacts } from './inspect-parts.js'
import { printable } from './text.js'
import { drawTree } from './tree.js'

/** A buildpackage for people, laid out as pack does; at depth 0 without a tree. */
export function printBuildpackage(inspection: Inspection<InspectedPackage>, options: ShowOptions): string {
  return printSides('buildpack', inspection, ({ stacks, modules, order, image }) => [
    'Stacks:',
    ...stacks.flatMap((stack) => printStack(stack, options)),
    '',
    'Buildpacks:',
    ...printModules(modules),
    '',
    'Detection Order:',
    ...(order.length === 0 ? ['  (none)', ''] : drawTree(packageOrder(order))),
    ...(options.layers ? printImageFacts(image) : []),
  ])
}

/** An extension package for people, laid out as pack does. */
export function printExtensionPackage(inspection: Inspection<InspectedPackage>, options: ShowOptions): string {
  return printSides('extension', inspection, ({ modules, image }) => [
    'Extension:',
    ...printModules(modules),
    ...(options.layers ? printImageFacts(image) : []),
  ])
}

function printSides(
  what: string,
  { name, from, remote, local }: Inspection<InspectedPackage>,
  print: (found: InspectedPackage) => string[],
): string {
  const [localTitle, remoteTitle] = TITLES[from]
  const side = (title: string, found: Side<InspectedPackage>): string[] =>
    found.kind === 'found' ? ['', `${title}:`, '', ...print(found.value)] : []
  return [printable(`Inspecting ${what}: '${name}'`), ...side(localTitle, local), ...side(remoteTitle, remote)].join(
    '\n',
  )
}

/** What pack calls the places, local and remote, by what the name names. */
const TITLES: Readonly<Record<Inspection<unknown>['from'], readonly [string, string]>> = {
  reference: ['LOCAL IMAGE', 'REMOTE IMAGE'],
  file: ['LOCAL ARCHIVE', ''],
  url: ['', 'REMOTE ARCHIVE'],
  'buildpack registry': ['', 'REGISTRY IMAGE'],
}

function printStack({ id, mixins }: InspectedStack, { verbose }: ShowOptions): string[] {
  const listed = mixins.length === 0 ? ['(none)'] : mixins
  return [
    printable(`  ID: ${id}`),
    '    Mixins:',
    ...(verbose ? listed : ['(omitted)']).map((m) => printable(`      ${m}`)),
  ]
}
