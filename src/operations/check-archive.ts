import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CnbError, type Diagnostic } from '../errors.js'
import type { Module, ModuleKind } from '../cnb/module.js'
import { redactLocator } from '../redact.js'
import { readModuleArchive } from '../sources/archive.js'
import type { CheckedSubject } from './check-report.js'
import { judgeModule } from './check-module.js'
import { imageRequestOf, type CheckRun } from './check-run.js'
import { sourceContext } from './source-context.js'

/** Judges the module in an archive, as package reads it. undefined for whatever else has that name: an image is looked for then. */
export async function checkArchive(name: string, run: CheckRun): Promise<CheckedSubject | undefined> {
  const path = resolve(run.context.surroundings.host.cwd, name)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined
  for (const kind of ['buildpack', 'extension'] as const) {
    const { module, found } = await readArchive(name, path, kind, run)
    if (module?.document === undefined) continue
    found.forEach(run.context.problems.report)
    await judgeModule({ ...module, document: module.document }, run, { asTheyAre: true })
    return { name: redactLocator(name), kind: `${kind}.toml` }
  }
  return undefined
}

/** The module of one kind, and what there is to say of its descriptor. */
async function readArchive(
  name: string,
  path: string,
  kind: ModuleKind,
  { context }: CheckRun,
): Promise<{ readonly module: Module | undefined; readonly found: readonly Diagnostic[] }> {
  const found: Diagnostic[] = []
  const place = { file: redactLocator(name) }
  const names = { base: context.surroundings.host.cwd, relativeTo: 'the current folder', locate: () => place }
  const run = { ...context, request: imageRequestOf(context) }
  const sources = sourceContext(run, { ...names, makes: 'package' }, context.options.limits)
  try {
    const named = { text: name, place, what: kind }
    const inside = await readModuleArchive(
      { kind: 'file', path },
      { kind, named },
      { ...sources, report: (one) => found.push(one) },
    )
    return { module: inside?.kind === 'module' ? inside.module : undefined, found }
  } catch (error) {
    // Whoever looks for an image in it says what is wrong with the file.
    if (error instanceof CnbError) return { module: undefined, found }
    throw error
  }
}
