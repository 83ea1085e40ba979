import { BUILDPACK_WITH, hasBuildpackFeature } from '../cnb/lifecycle-apis.js'
import { lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { compareApiVersions, parseApiVersion, printApiVersion, type ApiVersion } from '../cnb/api-version.js'
import { newestBuildpackApi } from '../cnb/known-lifecycles.js'
import { descriptorFile, type ModuleKind, RESERVED_IDS } from '../cnb/module.js'
import { isSemver } from '../cnb/semver.js'
import { parseTargets, type Target } from '../cnb/target.js'
import { CnbError } from '../errors.js'
import { attempt, commitTemp, discardTemp, makeDirectory, makeScratch, writeFile } from '../files.js'
import { printToml, type PrintableTable, type PrintableValue } from '../toml/encode.js'
import type { Host } from './host.js'

/** What `newModule` is asked for. Texts are as a user writes them. */
export interface NewModuleOptions {
  readonly kind: ModuleKind
  readonly id: string
  readonly version: string
  /** Buildpack API. */
  readonly api: string
  /** The directory to make; undefined for one that is called like the last part of the id. */
  readonly path: string | undefined
  /** `os/arch[/variant][:distro@version…]`; this machine's, when neither these nor stacks are given and the API has targets. */
  readonly targets: readonly string[]
  /** Ids of stacks. */
  readonly stacks: readonly string[]
}

/** What was made. */
export interface NewModuleResult {
  readonly id: string
  readonly version: string
  readonly directory: string
  /** Below the directory, in the order in which they are listed to people. */
  readonly files: readonly string[]
}

/** Letters, digits, dots and dashes between slashes: what the specification has an id made of. */
const ID = /^[A-Za-z0-9-][A-Za-z0-9.-]*(?:\/[A-Za-z0-9-][A-Za-z0-9.-]*)*$/

const ANY_STACK = '*'

const EXECUTABLE = 0o777

/**
 * Makes a directory with a module that does nothing yet, but can be packaged and put into a builder as it is. The directory
 * appears whole, or not at all.
 *
 * @throws CnbError E_USAGE for a value that makes no module, or a directory that is there; E_IO
 */
export async function newModule(options: NewModuleOptions, host: Host): Promise<NewModuleResult> {
  const { kind, id, version } = options
  const files = filesOf(options, host)
  const path = options.path ?? id.slice(id.lastIndexOf('/') + 1)
  const directory = resolve(host.cwd, path)
  if (isThere(directory)) {
    throw new CnbError('E_USAGE', `directory '${path}' exists`, {
      value: path,
      hint: `say where the ${kind} goes with --path`,
    })
  }
  makeDirectory(dirname(directory))
  const scratch = makeScratch(dirname(directory))
  try {
    makeDirectory(join(scratch, 'bin'))
    for (const [name, text] of files) {
      await writeFile(join(scratch, name), encodeUtf8(text), name.startsWith('bin/') ? EXECUTABLE : undefined)
    }
    commitTemp(scratch, directory)
  } catch (error) {
    discardTemp(scratch)
    throw error
  }
  return { id, version, directory: path, files: [...files.keys()] }
}

/** A link that leads nowhere is there too. */
function isThere(path: string): boolean {
  return attempt('reading', path, () => lstatSync(path, { throwIfNoEntry: false })) !== undefined
}

function filesOf(options: NewModuleOptions, host: Host): ReadonlyMap<string, string> {
  const { kind, id, version } = options
  check(ID.test(id) && !id.includes('..') && !RESERVED_IDS.has(id), id, `'${id}' is no id of a ${kind}`, {
    hint: 'use letters, digits, dots and dashes, with slashes between names: acme/java',
  })
  check(isSemver(version), version, `'${version}' is no version of a ${kind}`, {
    hint: 'write three numbers: 1.0.0',
  })
  const descriptor = printToml(kind === 'buildpack' ? buildpackToml(options, host) : extensionToml(options))
  return new Map([
    [descriptorFile(kind), descriptor],
    ...(kind === 'buildpack'
      ? [['bin/build', BUILD] as const, ['bin/detect', detectScript('build')] as const]
      : [['bin/detect', detectScript('generate')] as const, ['bin/generate', GENERATE] as const]),
  ])
}

function buildpackToml(options: NewModuleOptions, host: Host): PrintableTable {
  const { id, version, targets, stacks } = options
  const api = apiOf(options.api)
  const named = targets.flatMap((text) => parseTargets(text))
  const isBare = named.length === 0 && stacks.length === 0
  const hasTargets = hasBuildpackFeature(api, 'targets')
  const here: Target = { os: 'linux', arch: host.architecture, variant: '', distros: [] }
  return toml({
    api: printApiVersion(api),
    buildpack: toml({ id, version }),
    targets: (isBare && hasTargets ? [here] : named).map(targetTable),
    stacks: (isBare && !hasTargets ? [ANY_STACK] : stacks).map((stack) => toml({ id: stack })),
  })
}

function extensionToml(options: NewModuleOptions): PrintableTable {
  const { id, version, targets, stacks } = options
  const api = apiOf(options.api)
  check(hasBuildpackFeature(api, 'extensions'), options.api, `Buildpack API ${options.api} has no extensions`, {
    hint: `take ${printApiVersion(BUILDPACK_WITH.extensions)} or later`,
  })
  check(targets.length === 0 && stacks.length === 0, id, 'an extension names neither targets nor stacks', {
    hint: 'leave out --targets and --stacks',
  })
  return toml({ api: printApiVersion(api), extension: toml({ id, version }) })
}

function targetTable({ os, arch, variant, distros }: Target): PrintableTable {
  return toml({
    os,
    arch,
    variant: variant || undefined,
    distros: distros.map(({ name, version }) => toml({ name, version: version || undefined })),
  })
}

function toml(table: Readonly<Record<string, PrintableValue | undefined>>): PrintableTable {
  return new Map(Object.entries(table).filter(([, value]) => !Array.isArray(value) || value.length > 0))
}

function apiOf(text: string): ApiVersion {
  const api = parseApiVersion(text)
  if (api === undefined)
    throw new CnbError('E_USAGE', `'${text}' is no Buildpack API`, { value: text, hint: 'write 0.10' })
  const newest = newestBuildpackApi()
  check(compareApiVersions(api, newest) <= 0, text, `no lifecycle is known that runs Buildpack API ${text}`, {
    hint: `the newest is ${printApiVersion(newest)}`,
  })
  return api
}

function check(isSound: boolean, value: string, problem: string, { hint }: { readonly hint: string }): void {
  if (!isSound) throw new CnbError('E_USAGE', problem, { value, hint })
}

function detectScript(next: 'build' | 'generate'): string {
  return `#!/usr/bin/env bash
set -euo pipefail

platform_dir="$1"
plan_path="$2"

# Exit with 0 to take part, and with 100 to pass: then bin/${next} is not run.
exit 0
`
}

const BUILD = `#!/usr/bin/env bash
set -euo pipefail

layers_dir="$1"
platform_dir="$2"
plan_path="$3"

exit 0
`

const GENERATE = `#!/usr/bin/env bash
set -euo pipefail

output_dir="$1"
platform_dir="$2"
plan_path="$3"

exit 0
`
