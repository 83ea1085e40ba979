import {
  addressOf,
  findEntry,
  parseEntries,
  printVersions,
  type EntryList,
  type FoundEntry,
  type RegistryEntry,
} from '../cnb/registry-entry.js'
import { entriesPath, idOfFile, parseRegistryId, printRegistryId, type RegistryId } from '../cnb/registry-id.js'
import { CnbError, type Place, type Report } from '../errors.js'
import { nearest } from '../nearest.js'
import { normaliseReference, printReference, type Reference } from '../oci/reference.js'
import { redactLocator } from '../redact.js'
import type { Named } from './context.js'
import { openIndex, type IndexContext, type IndexFiles } from './index-files.js'
import type { RegistryLocator } from '../cnb/locator.js'

/** What to do where a registry does not have what is looked for. */
export const OTHER_REGISTRY = 'see which registry is asked: trowel config registries default'

/** What looking things up takes, beside what finding the index does. */
export interface RegistryIndexContext extends IndexContext {
  readonly report: Report
}

/** A buildpack registry, which says where versions of buildpacks are. Its index is fetched once, when it is first wanted. */
export class RegistryIndex {
  readonly #context: RegistryIndexContext
  #files: Promise<IndexFiles> | undefined

  constructor(context: RegistryIndexContext) {
    this.#context = context
  }

  /**
   * The image that an entry names, by its digest. A version that was yanked is taken when it is named, with a warning, and never
   * chosen.
   *
   * @throws CnbError E_INDEX_ID, E_INDEX_MISSING, E_INDEX; E_USAGE, E_GIT, E_AUTH, E_NETWORK, E_OFFLINE when there is no index
   */
  async lookUp({ id: text, version }: RegistryLocator, named: Named): Promise<Reference> {
    const id = idOf(text, named)
    try {
      return await this.#lookUp(id, version, named)
    } catch (error) {
      if (!(error instanceof CnbError)) throw error
      // Who keeps the index looks at the place in it; who named the module, at that.
      if (error.code === 'E_INDEX') throw told(error, `the ${named.what} ${redactLocator(named.text)}: `)
      throw error.kind === 'network' ? notAsked(error, named) : error
    }
  }

  async #lookUp(id: RegistryId, version: string, named: Named): Promise<Reference> {
    const { list } = await this.fileOf(id)
    const found = findEntry(list, version)
    if (found.kind !== 'entry') throw await this.#missing(id, version, found, named)
    const { entry } = found
    if (entry.isYanked) this.#warnYanked(list, entry, named)
    const reference = addressOf(entry, list.file)
    await this.#remember(list, entry, reference, named)
    return reference
  }

  /** All that the index has of a buildpack, and the file that says so; an empty one when there is none. @throws CnbError */
  async fileOf(id: RegistryId): Promise<{ readonly list: EntryList; readonly bytes: Uint8Array }> {
    const { registry, limits } = this.#context
    const path = entriesPath(id)
    const file = `${registry.name}/${path}`
    const bytes = (await this.#asked((files) => files.read(path), file)) ?? new Uint8Array()
    return { list: parseEntries(bytes, { id, file, limits }), bytes }
  }

  /**
   * Changes a file of the index where it is kept, for everybody.
   *
   * @returns the commit, if the index is a git repository
   * @throws CnbError, also when somebody else changed the index meanwhile
   */
  async write(path: string, bytes: Uint8Array, message: string): Promise<string | undefined> {
    return this.#asked((files) => files.write(path, bytes, message), `${this.#context.registry.name}/${path}`)
  }

  /** What the files of the index answer. @throws CnbError that says which registry they are of */
  async #asked<Answer>(ask: (files: IndexFiles) => Promise<Answer>, file: string): Promise<Answer> {
    return this.#naming(ask(await this.#opened()), { file })
  }

  async #opened(): Promise<IndexFiles> {
    this.#files ??= openIndex(this.#context)
    return this.#naming(this.#files)
  }

  async #naming<Answer>(answer: Promise<Answer>, place?: Place): Promise<Answer> {
    try {
      return await answer
    } catch (error) {
      if (!(error instanceof CnbError) || error.code === 'E_USAGE') throw error
      throw told(error, `the buildpack registry ${this.#context.registry.name}: `, place)
    }
  }

  async #missing(
    id: RegistryId,
    version: string,
    { kind, versions }: Exclude<FoundEntry, { readonly kind: 'entry' }>,
    named: Named,
  ): Promise<CnbError> {
    const { registry } = this.#context
    const name = printRegistryId(id)
    const shown = redactLocator(named.text)
    const [problem, hint] = {
      'no-buildpack': [`has no buildpack ${name}`, await this.#otherName(name)],
      'no-such-version': [`has no version ${version} of ${name}`, `it has ${printVersions(versions)}`],
      'all-yanked': [`has no version of ${name} to choose: all of them were yanked`, nameOne(name, versions)],
      'no-semver': [`has no version of ${name} to choose: none has the form of semver`, nameOne(name, versions)],
    }[kind]
    return new CnbError('E_INDEX_MISSING', `the ${named.what} ${shown}: the registry ${registry.name} ${problem}`, {
      place: named.place,
      value: shown,
      hint,
    })
  }

  /** What to do about a buildpack that is not listed. That no names can be told is no further failure. */
  async #otherName(name: string): Promise<string> {
    const files = await this.#opened()
      .then(async ({ names }) => names())
      .catch(() => [])
    const meant = nearest(
      name,
      files.flatMap((file) => idOfFile(file) ?? []),
    )
    return meant === undefined ? OTHER_REGISTRY : `did you mean ${meant}?`
  }

  #warnYanked({ id }: EntryList, { version }: RegistryEntry, named: Named): void {
    const { registry, report } = this.#context
    report({
      rule: 'registry-yanked',
      severity: 'warning',
      message: `version ${version} of ${printRegistryId(id)} was yanked from the registry ${registry.name}`,
      place: named.place,
      value: redactLocator(named.text),
      fix: 'name another version, or none for the latest that was not yanked',
    })
  }

  /** What a version stands for is to stay; whoever can rewrite an index can change it. */
  async #remember({ id }: EntryList, { version }: RegistryEntry, reference: Reference, named: Named): Promise<void> {
    const { registry, report, cache } = this.#context
    const name = `${printRegistryId(id)}@${version}`
    const key = `${(await this.#opened()).url}\0${name}`
    const now = printReference(reference)
    const before = normaliseReference(cache.record('index', key) ?? '')
    if (before === now) return
    cache.remember('index', key, now)
    if (before === undefined) return
    report({
      rule: 'registry-entry-changed',
      severity: 'warning',
      message: `${name} in the registry ${registry.name} stands for another image than before: ${now}, not ${before}`,
      place: named.place,
      value: redactLocator(named.text),
      fix: 'ask whoever keeps the registry, or name the image by its digest',
    })
  }
}

function idOf(text: string, { what, place }: Named): RegistryId {
  try {
    return parseRegistryId(text)
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    throw error.with({ message: `the ${what} ${redactLocator(text)}: ${error.message}`, place })
  }
}

/** What is not chosen can be named. */
function nameOne(id: string, versions: readonly string[]): string {
  return `it has ${printVersions(versions)}; name one: urn:cnb:registry:${id}@${versions.at(-1) ?? ''}`
}

/** Why nobody could say where a module is, where that is asked: the module may have been meant for a path. */
function notAsked(error: CnbError, named: Named): CnbError {
  const shown = redactLocator(named.text)
  return error.with({ message: `the ${named.what} ${shown}: ${error.message}`, place: named.place, value: shown })
}

/** An error with what it is about; its place goes before another one. */
function told(error: CnbError, prefix: string, place?: Place): CnbError {
  const { code, message, value, hint } = error
  return error.with({
    message: `${prefix}${message}`,
    value: value && redactLocator(value),
    place: error.place ?? place,
    hint: hint ?? (code === 'E_INDEX' ? 'tell whoever keeps the registry' : undefined),
  })
}
