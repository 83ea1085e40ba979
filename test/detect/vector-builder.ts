import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { type Files, writeFiles } from '../support/workspace.js'
import { descriptorText, isToml, sorted, type Vector, type VectorModule, type VectorResult } from './vectors.js'

/** A vector as a user would put it: a builder.toml with modules beside it, and arguments of `trowel order`. */
export interface VectorBuilder {
  readonly files: Files
  /** Programs that lack the permission to be run. */
  readonly notExecutable: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Why there is no builder.toml that comes to the same; undefined where there is. */
export function whyNot(vector: Vector): string | undefined {
  const { order, layersOrder, osRelease, target, system, modules, env = {}, platformApi } = vector
  const minor = Number(platformApi.split('.')[1])
  if (layersOrder !== undefined) return 'an order.toml in the layers'
  if (osRelease !== null) return 'an os-release file of the build image'
  if (order === null || vector.analyzed !== undefined) return 'a file of the layers'
  if (!isToml(order) || !isToml(system ?? '')) return 'a file that is no TOML'
  if (/^\[\[pre/m.test(system ?? '')) return 'a system.toml of another shape'
  if (hasRefWithoutVersion(order + (system ?? ''))) return 'a version that a packer fills in'
  if (Object.keys(env).some((name) => name !== 'CNB_EXEC_ENV' && name !== 'CNB_EXPERIMENTAL_MODE'))
    return 'an environment'
  if (minor < 10 && modules.some(({ kind }) => kind === 'extension')) return 'extensions that are elsewhere'
  if (target !== null && (target.arch === '' || target.distro?.name === '')) {
    return 'a run image that --target does not know'
  }
  if (modules.some(({ toml = '', id }) => /^id = "/m.test(toml) && !toml.includes(`id = "${id}"`)))
    return 'a module elsewhere'
  return undefined
}

function hasRefWithoutVersion(text: string): boolean {
  const refs = text.split(/\[\[[^\]]*(?:group|buildpacks)\]\]/).slice(1)
  return refs.some((ref) => !ref.includes('version'))
}

export function builderOf(vector: Vector): VectorBuilder {
  const present = vector.modules.filter(({ absent }) => absent !== true)
  const entries = present.map((module, i) => {
    const keys = [`uri = "m${i}"`, `id = ${JSON.stringify(module.id)}`, `version = ${JSON.stringify(module.version)}`]
    return `[[${module.kind}s]]\n${keys.join('\n')}\n`
  })
  const runToml = vector.run ?? '[[images]]\nimage = "golden.test/run:1"\n'
  const images = `[build]\nimage = "base.test/build:1"\n${runToml.replaceAll('[[images]]', '[[run.images]]')}`
  const files: Record<string, string> = {
    'builder.toml': [images, ...entries, vector.order ?? '', vector.system ?? ''].join('\n'),
    'outcomes.json': JSON.stringify(Object.fromEntries(present.flatMap(outcomeOf))),
  }
  present.forEach((module, i) => {
    for (const [name, text] of Object.entries(filesOf(module))) files[`m${i}/${name}`] = text
  })
  const { target, platformApi, env = {} } = vector
  return {
    files,
    notExecutable: present.flatMap(({ notExecutable }, i) => (notExecutable === true ? [`m${i}/bin/detect`] : [])),
    args: [
      'order',
      '--explain',
      '--outcomes',
      'outcomes.json',
      '--target',
      targetText(target),
      '--platform-api',
      platformApi,
    ],
    env,
  }
}

function targetText(target: Vector['target']): string {
  if (target === null) return 'linux/amd64'
  const { os, arch, variant, distro } = target
  const version = distro?.version ? `@${distro.version}` : ''
  return `${os}/${arch}${variant === undefined ? '' : `/${variant}`}${distro === undefined ? '' : `:${distro.name}${version}`}`
}

function outcomeOf({ kind, id, version, detect, plan = '', order, generate }: VectorModule): [string, object][] {
  if (order !== undefined) return []
  const name = `${kind} ${id}@${version}`
  const generated = generate ? { generate } : {}
  if (detect !== null && detect !== undefined) {
    return [[name, { exit: detect === 'killed' ? null : detect, plan, ...generated }]]
  }
  return []
}

const SCRIPT = '#!/bin/sh\n'

function filesOf(module: VectorModule): Record<string, string> {
  const { kind, detect, order, binBuild, generate, files = {} } = module
  const isScripted = detect !== null && detect !== undefined && order === undefined
  return {
    [`${kind}.toml`]: descriptorText(module),
    ...(isScripted ? { 'bin/detect': SCRIPT } : {}),
    ...(kind === 'buildpack' && order === undefined && binBuild !== false ? { 'bin/build': SCRIPT } : {}),
    ...(generate ? { 'bin/generate': SCRIPT } : {}),
    ...files,
  }
}

export function writeBuilder({ files, notExecutable }: VectorBuilder, directory: string): void {
  writeFiles(directory, files)
  for (const name of notExecutable) chmodSync(join(directory, name), 0o644)
}

/** What `--json` says, in the words of a vector. */
export function resultOfJson(
  json: VectorResult & { readonly exit: number | null },
  expected: VectorResult,
): VectorResult {
  const isCrash = json.exit === 2
  const counted = { ...json, trials: isCrash ? 0 : json.trials, tries: isCrash ? 0 : json.tries }
  return wholeOf({ ...counted, ran: expected.ran === null ? null : json.ran })
}

/** What a vector expects of detection together with what extensions generate. */
export function wholeOf({ exit, group, groupExt, plan, ran, trials, tries }: VectorResult): VectorResult {
  return { exit, group, groupExt, plan: plan && sorted(plan), ran, trials, tries }
}
