import type { BuilderInspection } from '../../operations/inspect-builder.js'
import type { InspectedBuilder, InspectedModule, InspectedStack, Side } from '../../operations/inspected.js'
import { trimmed } from './columns.js'
import { builderOrder, extensionOrder } from './detection-order.js'
import { orDash, printImageFacts, printRunImages, printTable } from './inspect-parts.js'
import { printable } from './text.js'
import { drawTree, type Branch } from './tree.js'

/** What is shown of an inspected image beside what always is. */
export interface ShowOptions {
  /** Mixins. */
  readonly verbose: boolean
  /** Digests, platforms and layers. */
  readonly layers: boolean
}

/** Blanks before what marks a mirror. */
const RUN_IMAGE_PADDING = 4

/** A builder for people, laid out as pack does. */
export function printBuilder(inspection: BuilderInspection, options: ShowOptions): string {
  const { name, isDefault, isTrusted, remote, local } = inspection
  const side = (title: string, found: Side<InspectedBuilder>): string[] => [
    '',
    title,
    ...(found.kind === 'found'
      ? ['', ...printFound(found.value, isTrusted, options)]
      : found.kind === 'absent'
        ? ['(not present)']
        : []),
  ]
  return [
    printable(`Inspecting ${isDefault ? 'default ' : ''}builder: '${name}'`),
    ...side('REMOTE:', remote),
    ...side('LOCAL:', local),
  ].join('\n')
}

function printFound(builder: InspectedBuilder, isTrusted: boolean, options: ShowOptions): string[] {
  const { description, createdBy, stack, lifecycle, runImages, buildpacks, extensions, order, orderExtensions } =
    builder
  return [
    ...(description === '' ? [] : [printable(`Description: ${description}`), '']),
    ...printCreatedBy(createdBy),
    `Trusted: ${isTrusted ? 'Yes' : 'No'}`,
    '',
    ...printStack(stack, options),
    'Lifecycle:',
    printable(`  Version: ${lifecycle.version ?? '(none)'}`),
    ...printApis('Buildpack', lifecycle.buildpackApis),
    ...printApis('Platform', lifecycle.platformApis),
    '',
    'Run Images:',
    ...printRunImages(runImages, RUN_IMAGE_PADDING),
    '',
    'Buildpacks:',
    ...printModules(buildpacks ?? []),
    '',
    'Detection Order:',
    ...printOrder(builderOrder(order ?? [])),
    ...(extensions === undefined ? [] : ['', 'Extensions:', ...printModules(extensions)]),
    ...(extensions === undefined
      ? []
      : ['', 'Detection Order (Extensions):', ...printOrder(extensionOrder(orderExtensions ?? []))]),
    ...(options.layers ? printImageFacts(builder.image) : []),
  ]
}

function printCreatedBy({ name, version }: InspectedBuilder['createdBy']): string[] {
  if (name === '') return []
  return ['Created By:', printable(`  Name: ${name}`), printable(`  Version: ${version}`), '']
}

/** Without a stack pack leaves a line blank. */
function printStack({ id, mixins }: InspectedStack = { id: '', mixins: [] }, { verbose }: ShowOptions): string[] {
  const listed = verbose && mixins.length > 0 ? ['  Mixins:', ...mixins.map((mixin) => printable(`    ${mixin}`))] : []
  return [...(id === '' ? [''] : ['Stack:', printable(`  ID: ${id}`)]), ...listed, '']
}

function printApis(name: string, { deprecated, supported }: InspectedBuilder['lifecycle']['buildpackApis']): string[] {
  const list = (versions: readonly string[] = []): string => (versions.length === 0 ? '(none)' : versions.join(', '))
  return [
    `  ${name} APIs:`,
    printable(`    Deprecated: ${list(deprecated)}`),
    printable(`    Supported: ${list(supported)}`),
  ]
}

/** A table of modules, as builders and packages have it. */
export function printModules(
  modules: readonly Pick<InspectedModule, 'id' | 'name' | 'version' | 'homepage'>[],
): string[] {
  if (modules.length === 0) return ['  (none)']
  const rows = modules.map(({ id, name, version, homepage }) => [id, orDash(name), version, orDash(homepage)])
  return printTable(['ID', 'NAME', 'VERSION', 'HOMEPAGE'], rows)
}

function printOrder(branches: readonly Branch[]): string[] {
  return branches.length === 0 ? ['  (none)'] : drawTree(branches).map(trimmed)
}

/** What a builder lacks that its users will miss, in pack's words. */
export function builderWarnings(name: string, builder: InspectedBuilder): string[] {
  const { runImages, order, buildpacks, lifecycle } = builder
  const lacks = (apis: readonly string[] | undefined): boolean => (apis ?? []).length === 0
  const said: (readonly [boolean, ...string[]])[] = [
    [
      runImages.length === 0,
      `${name} does not specify a run image`,
      'Users must build with an explicitly specified run image',
    ],
    [
      (order ?? []).length === 0,
      `${name} has no detection order`,
      'Users must build with explicitly specified buildpacks',
    ],
    [
      (buildpacks ?? []).length === 0,
      `${name} has no buildpacks`,
      'Users must supply buildpacks from the host machine',
    ],
    [lifecycle.version === undefined, `${name} does not specify a Lifecycle version`],
    [lacks(lifecycle.buildpackApis.supported), `${name} does not specify supported Lifecycle Buildpack APIs`],
    [lacks(lifecycle.platformApis.supported), `${name} does not specify supported Lifecycle Platform APIs`],
  ]
  return said.flatMap(([holds, ...lines]) => (holds ? lines.map((line) => printable(`Warning: ${line}`)) : []))
}
