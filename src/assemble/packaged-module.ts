import { posix } from 'node:path'
import type { LayerContent, LocalLayer } from '../cnb/content.js'
import { moduleName, moduleRoot } from '../cnb/module.js'
import { CnbError, type ErrorCode } from '../errors.js'
import type { ModuleSource } from '../plan/planned-layer.js'
import { SPECIAL_BITS, type TarEntry, type TarHeader } from '../tar/entry.js'
import { withoutEmptyParts } from '../tar/names.js'
import { TreeCheck } from '../tar/tree.js'
import { warnAbout, type EntryContext } from './entry-context.js'
import { NO_CONTENT } from './headers.js'
import { layerName, packagedEntries } from './open-archive.js'
import { PromisedDescriptor } from './promised-descriptor.js'

/** Folders that lead to those of modules; they are the builder's, so a module's layer does not have them. */
const ABOVE_MODULES: ReadonlySet<string> = new Set(['', 'cnb', 'cnb/buildpacks', 'cnb/extensions'])

/** The folder of a module, without the leading slash, and what of a name is below it. */
const IN_MODULE = /^(cnb\/(?:buildpacks|extensions)\/[^/]+)(?:\/([^/]+)(?:\/(.*))?)?$/s

/**
 * One module out of a layer of a package, which may hold others: its entries as they are, so that the layer of a package
 * that pack made comes out as it was.
 *
 * Every name is proven to lie in the folder of some module; those of this module form a sound tree.
 *
 * @throws CnbError E_TAR_PATH_ESCAPE for an entry outside all modules, E_TAR_LINK_ESCAPE for a link out of the module,
 *   E_LABEL_LAYER_MISMATCH when the module is not there, or its descriptor does not say what the label does; those of
 *   `packagedEntries` and `TreeCheck`
 */
export async function* packagedModuleEntries(
  module: ModuleSource<LocalLayer>,
  content: LayerContent<LocalLayer>,
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const file = layerName(content)
  const reader = new ModuleReader(module, file, context)
  const promised = content.promised && new PromisedDescriptor(content.promised, file, context)
  for await (const entry of packagedEntries(content, context)) {
    for (const own of reader.next(entry)) yield promised?.isIn(own) === true ? await promised.check(own) : own
  }
  reader.end()
  promised?.end()
}

class ModuleReader {
  readonly #module: ModuleSource<LocalLayer>
  readonly #file: string
  readonly #check: TreeCheck
  /** The folders of the module and of all versions of its id, without the leading slash. */
  readonly #root: string
  readonly #idFolder: string
  /** What the layer says of the latter, once it does. */
  #idHeader: TarHeader | undefined
  #begun = false

  constructor(module: ModuleSource<LocalLayer>, file: string, context: EntryContext) {
    const { limits, allowAbsoluteSymlinks } = context
    this.#module = module
    this.#file = file
    this.#check = new TreeCheck({ file, limits, allowAbsoluteSymlinks, warn: warnAbout(file, context) })
    this.#root = moduleRoot(module.kind, module.id).slice(1)
    this.#idFolder = posix.dirname(this.#root)
  }

  /** What `entry` adds to the module's layer: nothing, itself, or the folders that it stands in before it. */
  *next({ header, content, offset }: TarEntry): Generator<TarEntry> {
    const name = withoutEmptyParts(header.name)
    if (ABOVE_MODULES.has(name) && header.type === 'directory') return
    const [, idFolder, version, below] = IN_MODULE.exec(name) ?? []
    if (idFolder === undefined || version === '..' || idFolder.endsWith('/..')) {
      throw this.#error('E_TAR_PATH_ESCAPE', `has ${header.name}, which is in no module's folder`, header.name)
    }
    if (below === undefined && header.type !== 'directory') {
      throw this.#error(
        'E_TAR_PARENT_NOT_DIR',
        `has ${header.name}, a ${header.type} in the place of a folder`,
        header.name,
      )
    }
    if (version === undefined) {
      if (idFolder === this.#idFolder) this.#idHeader ??= header
      return
    }
    if (`${idFolder}/${version}` !== this.#root) return
    if (below === undefined) yield* this.#begin(header)
    else yield* this.#entry({ header, content, offset }, below)
  }

  end(): void {
    this.#check.end()
    if (this.#begun) return
    throw this.#error('E_LABEL_LAYER_MISMATCH', `does not have ${moduleName(this.#module.id)}`, this.#root)
  }

  /** The version's folder, with the id's before it. Where the layer leaves that out it looks like the version's. */
  *#begin(header: TarHeader): Generator<TarEntry> {
    if (this.#begun) return
    this.#begun = true
    const name = posix.dirname(header.name)
    yield { header: this.#idHeader ?? { ...header, name }, content: NO_CONTENT }
    yield { header, content: NO_CONTENT }
  }

  *#entry({ header, content, offset }: TarEntry, below: string): Generator<TarEntry> {
    if (!this.#begun) {
      throw this.#error('E_TAR_PARENT_NOT_DIR', `has ${header.name} before the folder of its module`, header.name)
    }
    const linkname = header.type === 'hardlink' ? this.#belowRoot(header) : header.linkname
    const checked = this.#check.check({ ...header, name: below, linkname }, offset)
    if (checked === undefined) return
    yield {
      header: {
        ...header,
        name: this.#absolute(checked.name, header.name),
        linkname: header.type === 'hardlink' ? this.#absolute(checked.linkname, header.linkname) : linkname,
        mode: header.mode & ~SPECIAL_BITS,
      },
      content,
    }
  }

  #belowRoot({ name, linkname }: TarHeader): string {
    const target = withoutEmptyParts(linkname)
    if (target.startsWith(`${this.#root}/`)) return target.slice(this.#root.length + 1)
    throw this.#error('E_TAR_LINK_ESCAPE', `has ${name}, a hard link to ${linkname} outside its module`, linkname)
  }

  /** A clean name below the root as the layer spells it: some begin without a slash, and some directories end with one. */
  #absolute(below: string, spelled: string): string {
    return `${spelled.startsWith('/') ? '/' : ''}${this.#root}/${below}${spelled.endsWith('/') ? '/' : ''}`
  }

  #error(code: ErrorCode, problem: string, value: string): CnbError {
    return new CnbError(code, `${this.#file} ${problem}`, {
      place: { file: this.#file },
      value,
      hint: 'make the package again',
    })
  }
}
