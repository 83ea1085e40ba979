import { resolve } from 'node:path'
import { entriesPath, parseRegistryId, printRegistryId } from '../cnb/registry-id.js'
import { printVersions, type EntryList } from '../cnb/registry-entry.js'
import { CnbError } from '../errors.js'
import { mayBeImage } from '../oci/place.js'
import { parseReference, printReference, type Reference } from '../oci/reference.js'
import { redactLocator } from '../redact.js'
import { mayExist } from '../sources/paths.js'
import { OTHER_REGISTRY } from '../sources/registry-index.js'
import { readHere } from './told-here.js'
import { listedPackage } from './listed-package.js'
import {
  issueOf,
  takesIssues,
  titleOf,
  withEntry,
  withYanked,
  type IssueRequest,
  type RegistryChange,
} from './registry-request.js'
import type { Surroundings } from './surroundings.js'
import { withReadingRun, type Outcome, type ReadingRun } from './reading-run.js'
import type { RunOptions } from './run-options.js'

/** What both changes of a registry are asked with. */
interface ChangeOptions extends RunOptions {
  /** Makes the change in a registry that takes no issues; otherwise it is only told what would have to be written. */
  readonly push: boolean
}

/** What `registerBuildpack` is asked for. */
export interface RegisterBuildpackOptions extends ChangeOptions {
  /** Reference of a package in a registry of images. */
  readonly image: string
}

/** What `yankBuildpack` is asked for. */
export interface YankBuildpackOptions extends ChangeOptions {
  /** `ID@VERSION`. */
  readonly id: string
  /** Takes the yanking back. */
  readonly undo: boolean
}

/** What is to be done, and whether it was; `--json` prints it. */
export interface ChangeResult {
  readonly registry: string
  readonly id: string
  readonly version: string
  /** The image that was registered, by digest. */
  readonly address: string | null
  /** What somebody has to ask for, in a registry that takes issues. */
  readonly issue: IssueRequest | null
  /** What stands in the index afterwards, in one that does not. */
  readonly entry: { readonly file: string; readonly line: string } | null
  /** Whether the index was changed. */
  readonly written: boolean
  /** The commit that was pushed. */
  readonly commit: string | null
}

/** What came of it. */
export interface ChangeOutcome extends Outcome<ChangeResult> {
  /** The index says it already: there is nothing to write. */
  readonly isThere: boolean
}

/** Versions that stand in a request without being quoted, and name a folder. */
const VERSION = /^[0-9A-Za-z.+_~-]+$/

/**
 * Asks a buildpack registry to list the package at `image`, under the id and version that its label says, by the digest that the
 * image has now. Of several platforms that is the digest of all of them.
 *
 * @throws CnbError E_LABEL when it is no package, E_INDEX_ID, E_INDEX when the version is there already, E_USAGE
 */
export function registerBuildpack(
  options: RegisterBuildpackOptions,
  surroundings: Surroundings,
): Promise<ChangeOutcome> {
  return withReadingRun(options, surroundings, async (run) => {
    const { signal, host } = run.surroundings
    const reference = publishedReference(options.image, host.cwd)
    const named = { text: options.image, what: 'package', cwd: host.cwd }
    const root = await readHere(named, () => run.images.read({ kind: 'registry', reference }, 'base'))
    const { limits } = options
    const { id, version } = await listedPackage(root, { shown: printReference(reference), limits, signal })
    const { repository } = reference
    const address = printReference({ repository, selector: { kind: 'digest', digest: root.descriptor.digest } })
    const change: RegistryChange = { verb: 'ADD', id, version, address }
    return carryOut(change, options, run, ({ entries, file }, bytes) => {
      const there = entries.find((entry) => entry.version === version)
      if (there?.address === address && !there.isYanked) return { text: undefined, line: there.line }
      if (there !== undefined) {
        const isYanked = there.address === address
        throw new CnbError('E_INDEX', `the registry has ${printRegistryId(id)}@${version} already`, {
          place: { file, line: there.line },
          value: isYanked ? 'yanked' : there.address,
          hint: isYanked ? 'take that back with trowel buildpack yank --undo' : 'publish another version',
        })
      }
      return { text: withEntry(bytes, id, { version, address }), line: entries.length + 1 }
    })
  })
}

/**
 * Asks a buildpack registry to give a version out no longer unless it is named, or to give it out again.
 *
 * @throws CnbError E_USAGE when no version is named, E_INDEX_ID, E_INDEX_MISSING when a registry that can be looked at has no such version
 */
export function yankBuildpack(options: YankBuildpackOptions, surroundings: Surroundings): Promise<ChangeOutcome> {
  return withReadingRun(options, surroundings, async (run) => {
    const [id = '', version = '', ...rest] = options.id.split('@')
    if (version === '' || rest.length > 0) {
      throw new CnbError('E_USAGE', `invalid buildpack id@version '${options.id}'`, {
        value: options.id,
        hint: 'name one version: acme/java@1.0.0',
      })
    }
    const change: RegistryChange = {
      verb: options.undo ? 'ADD' : 'YANK',
      id: parseRegistryId(id),
      version: checked(version),
      address: undefined,
    }
    return carryOut(change, options, run, (list, bytes) => {
      const { line, lines } = linesToYank(list, version, options)
      return { text: lines.length === 0 ? undefined : withYanked(bytes, lines, !options.undo), line }
    })
  })
}

/** What names a package in a registry of images: nobody else could fetch what lies here. @throws CnbError E_USAGE */
function publishedReference(text: string, cwd: string): Reference {
  const [scheme, name = text] = /^(docker:\/\/)(.*)$/s.exec(text)?.slice(1) ?? []
  const reference = scheme !== undefined || mayBeImage(text) ? parseReference(name) : undefined
  if (reference !== undefined) return reference
  const isHere = mayExist(resolve(cwd, text))
  throw new CnbError('E_USAGE', `'${text}' is ${isHere ? 'a file, and ' : ''}no image reference`, {
    value: text,
    hint: isHere
      ? `publish it first: trowel copy ${text} registry.example/acme/java:1.0.0`
      : 'name a package that was published: registry.example/acme/java:1.0.0',
  })
}

/** The first line of an index that is about a version, or the first that is to be changed, and all those. */
function linesToYank(
  { id, entries, file }: EntryList,
  version: string,
  { undo }: YankBuildpackOptions,
): { readonly line: number; readonly lines: readonly number[] } {
  const name = `${printRegistryId(id)}@${version}`
  const found = entries.filter((entry) => entry.version === version)
  const lines = found.filter(({ isYanked }) => isYanked === undo).map((entry) => entry.line)
  const line = lines[0] ?? found[0]?.line
  if (line !== undefined) return { line, lines }
  const versions = entries.map((entry) => entry.version)
  throw new CnbError('E_INDEX_MISSING', `the index has no ${name}`, {
    place: { file },
    value: name,
    hint: versions.length === 0 ? OTHER_REGISTRY : `it has ${printVersions(versions)}`,
  })
}

/** What a file of the index becomes, undefined when it is that already; and the line of it that matters, from 1. */
type Edit = (list: EntryList, bytes: Uint8Array) => { readonly text: string | undefined; readonly line: number }

async function carryOut(
  change: RegistryChange,
  { push }: ChangeOptions,
  { remote, settings, problems }: ReadingRun,
  edit: Edit,
): Promise<ChangeOutcome> {
  const registry = settings.buildpackRegistry()
  const { id, version, address = null } = change
  const told = (result: ChangeResult, isThere = false): ChangeOutcome => ({
    result,
    isThere,
    warnings: problems.warnings,
  })
  const common = { registry: registry.name, id: printRegistryId(id), version, address, written: false, commit: null }
  if (takesIssues(registry)) {
    if (push) {
      throw new CnbError('E_USAGE', `the buildpack registry ${registry.name} takes changes by issues only`, {
        value: redactLocator(registry.url),
        hint: 'leave out --push, and open the issue that is shown; a repository that you may push to is added with --type git',
      })
    }
    return told({ ...common, issue: issueOf(change, registry), entry: null })
  }
  const index = await remote.registryIndex()
  const { list, bytes } = await index.fileOf(id)
  const { text, line } = edit(list, bytes)
  const now = text ?? Buffer.from(bytes).toString('utf8')
  const entry = { file: entriesPath(id), line: now.split(/\r?\n/)[line - 1] ?? '' }
  if (text === undefined) return told({ ...common, issue: null, entry }, true)
  if (!push) return told({ ...common, issue: null, entry })
  const commit = await index.write(entry.file, Buffer.from(text), titleOf(change))
  return told({ ...common, issue: null, entry, written: true, commit: commit ?? null })
}

function checked(version: string): string {
  if (VERSION.test(version)) return version
  throw new CnbError('E_USAGE', `'${version}' is no version that a registry can list`, {
    value: version,
    hint: 'write three numbers: 1.0.0',
  })
}
