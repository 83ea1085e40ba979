import type { AppModuleFacts, InspectedApp, InspectedProcess, Inspection, Side } from '../../operations/inspected.js'
import type { ShowOptions } from './inspect-builder.js'
import { orDash, printImageFacts, printRunImages, printTable, TABLE_PADDING } from './inspect-parts.js'
import { printable } from './text.js'

/** An application for people, laid out as pack does. */
export function printApp({ name, remote, local }: Inspection<InspectedApp>, options: ShowOptions): string {
  const side = (title: string, found: Side<InspectedApp>): string[] => [
    '',
    title,
    ...(found.kind === 'found'
      ? ['', ...printFound(found.value, options)]
      : found.kind === 'absent'
        ? ['(not present)']
        : []),
  ]
  return [printable(`Inspecting image: '${name}'`), ...side('REMOTE:', remote), ...side('LOCAL:', local)].join('\n')
}

function printFound(app: InspectedApp, options: ShowOptions): string[] {
  const { stackId, base, runImages, isRebasable, buildpacks, extensions = [], processes } = app
  return [
    printable(`Stack: ${stackId}`),
    '',
    'Base Image:',
    ...(base.reference === '' ? [] : [printable(`  Reference: ${base.reference}`)]),
    printable(`  Top Layer: ${base.topLayer}`),
    '',
    'Run Images:',
    ...printRunImages(runImages, TABLE_PADDING),
    '',
    `Rebasable: ${isRebasable}`,
    '',
    'Buildpacks:',
    ...printModules(buildpacks ?? []),
    ...(extensions.length === 0 ? [] : ['', 'Extensions:', ...printModules(extensions)]),
    ...(processes.length === 0 ? [] : ['', 'Processes:', ...printProcesses(processes)]),
    ...(options.layers ? printImageFacts(app.image) : []),
  ]
}

function printModules(modules: readonly AppModuleFacts[]): string[] {
  if (modules.length === 0) return ['  (buildpack metadata not present)']
  const rows = modules.map(({ id, version, homepage }) => [id, version, orDash(homepage)])
  return printTable(['ID', 'VERSION', 'HOMEPAGE'], rows)
}

function printProcesses(processes: readonly InspectedProcess[]): string[] {
  const rows = processes.map(({ type, isDefault, isDirect, command, args, workingDirectory }) => [
    isDefault ? `${type} (default)` : type,
    isDirect ? '' : 'bash',
    command,
    args.join(' '),
    workingDirectory,
  ])
  return printTable(['TYPE', 'SHELL', 'COMMAND', 'ARGS', 'WORK DIR'], rows)
}
