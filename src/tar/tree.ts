import { CnbError, type ErrorCode } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import { SPECIAL_BITS, type EntryType, type TarHeader, type TarWarning, type Warn } from './entry.js'
import { ContentBudget } from './budget.js'
import { hasControl } from './header.js'
import { cleanName, foldedName, isDeceptive, parentOf, staysInside } from './names.js'
import { linkThatLeaves } from './link-ends.js'
import { ArchivePosition, quoted } from './position.js'

/** What checking a tree needs to know. */
export interface TreeOptions {
  /** Names the module's source in messages. */
  readonly file: string
  readonly limits: Limits
  /** Lets symbolic links point to absolute paths, with a warning. */
  readonly allowAbsoluteSymlinks?: boolean
  readonly warn?: Warn
}

/** What stands under a name. A folder that no entry made is `implied` by what is in it. */
type Kind = 'directory' | 'implied' | 'file' | 'symlink'

const KINDS: Readonly<Partial<Record<EntryType, Kind>>> = {
  directory: 'directory',
  file: 'file',
  hardlink: 'file',
  symlink: 'symlink',
}

/**
 * Checks that the entries of a module form one tree that stays in its folder and means the same to everybody. Its only
 * state is the names seen so far; nothing is looked up on a disk.
 */
export class TreeCheck {
  readonly #options: TreeOptions
  readonly #position: ArchivePosition
  readonly #budget: ContentBudget
  readonly #kinds = new Map<string, Kind>()
  /** Targets of symbolic links by name. */
  readonly #links = new Map<string, string>()
  /** Folded names, of those that differ from their name. */
  readonly #folded = new Map<string, string>()
  readonly #warned = new Set<string>()

  constructor(options: TreeOptions) {
    this.#options = options
    this.#position = new ArchivePosition(options.file)
    this.#budget = new ContentBudget(options.limits, this.#position)
  }

  /**
   * The header with its name, and that of what it is a hard link to, relative and clean. Undefined for an entry that adds
   * nothing: the root, or a directory that was there before.
   *
   * @param offset of the header in the archive, if there is one, for messages
   * @throws CnbError
   */
  check(header: TarHeader, offset?: number): TarHeader | undefined {
    this.#position.entry++
    this.#position.name = header.name
    this.#position.offset = offset
    this.#budget.count(header.size)
    const kind = KINDS[header.type]
    if (kind === undefined) {
      throw this.#error('E_TAR_SPECIAL', `it is a ${header.type === 'fifo' ? 'fifo' : `${header.type} device`}`, {
        hint: 'a module holds files, directories and links only',
      })
    }
    const name = this.#nameOf(header)
    if (name === '') return this.#root(kind)
    this.#checkParents(parentOf(name))
    if (!this.#isNew(name, kind)) return undefined
    const linkname = this.#linknameOf(header, name)
    this.#kinds.set(name, kind)
    this.#warnAbout(header, name)
    return name === header.name && linkname === header.linkname ? header : { ...header, name, linkname }
  }

  /**
   * Says that there are no more entries: only now can it be told where links lead that go through each other.
   *
   * @throws CnbError E_TAR_LINK_ESCAPE
   */
  end(): void {
    const name = linkThatLeaves(this.#links)
    if (name === undefined) return
    const target = this.#links.get(name) ?? ''
    const { file } = this.#options
    throw new CnbError(
      'E_TAR_LINK_ESCAPE',
      `${quoted(name)} in ${file} points to ${quoted(target)}, out of the module by way of other links`,
      { place: { file }, value: target, hint: 'make the link point to a file of the module' },
    )
  }

  #nameOf(header: TarHeader): string {
    const name = cleanName(header.name, this.#options.limits)
    if (typeof name === 'string') return name
    throw this.#error(name.code, `its name ${name.problem}`, name.hint === undefined ? {} : { hint: name.hint })
  }

  #root(kind: Kind): undefined {
    if (kind === 'directory') return undefined
    throw this.#error('E_TAR_NAME_CHARS', `it is a ${kind} in the place of the root`)
  }

  /** Everything above an entry must be a directory. One that is missing so far is noted, so that it becomes no file later. */
  #checkParents(parent: string): void {
    for (let folder = parent; folder !== ''; folder = parentOf(folder)) {
      const kind = this.#kinds.get(folder)
      if (kind === 'directory' || kind === 'implied') return
      if (kind !== undefined) {
        throw this.#error('E_TAR_PARENT_NOT_DIR', `it is below ${quoted(folder)}, which is a ${kind}`, {
          value: folder,
        })
      }
      this.#kinds.set(folder, 'implied')
    }
  }

  #isNew(name: string, kind: Kind): boolean {
    const before = this.#kinds.get(name)
    if (before === undefined || (before === 'implied' && kind === 'directory')) return true
    if (before === 'directory' && kind === 'directory') return false
    if (before === 'implied') {
      throw this.#error('E_TAR_PARENT_NOT_DIR', `it is a ${kind}, but entries before it are in it`)
    }
    throw this.#error('E_TAR_DUPLICATE', `${quoted(name)} is there already, as a ${before}`, {
      value: name,
      hint: 'which of the two counts must not be a question; remove one',
    })
  }

  #linknameOf(header: TarHeader, name: string): string {
    if (header.type === 'hardlink') return this.#hardLink(header.linkname)
    if (header.type === 'symlink') {
      this.#checkSymlink(header.linkname, parentOf(name))
      this.#links.set(name, header.linkname)
    }
    return header.linkname
  }

  #hardLink(linkname: string): string {
    const target = cleanName(linkname, this.#options.limits)
    if (typeof target !== 'string') {
      const leaves = target.code === 'E_TAR_ABSOLUTE' || target.code === 'E_TAR_PATH_ESCAPE'
      const code = leaves ? 'E_TAR_LINK_ESCAPE' : target.code
      throw this.#error(code, `its target ${quoted(linkname)} ${target.problem}`, { value: linkname })
    }
    if (this.#kinds.get(target) === 'file') return target
    throw this.#error('E_TAR_LINK_TARGET', `it is a hard link to ${quoted(linkname)}, which is no file before it`, {
      value: linkname,
    })
  }

  #checkSymlink(target: string, folder: string): void {
    const { allowAbsoluteSymlinks, limits } = this.#options
    if (target === '' || hasControl(target)) {
      throw this.#error('E_TAR_LINK_TARGET', `its target ${quoted(target)} is empty or has a control character`, {
        value: target,
      })
    }
    if (Buffer.byteLength(target) > limits.linkBytes) {
      throw this.#error('E_TAR_PATH_LIMIT', `its target has more than ${limits.linkBytes} bytes`, {
        value: target,
        hint: limitHint('linkBytes'),
      })
    }
    if (!target.startsWith('/')) {
      if (staysInside(folder, target)) return
      throw this.#error('E_TAR_LINK_ESCAPE', `it points to ${quoted(target)}, out of the module`, { value: target })
    }
    if (allowAbsoluteSymlinks !== true) {
      throw this.#error('E_TAR_LINK_ESCAPE', `it points to ${quoted(target)}, an absolute path`, {
        value: target,
        hint: 'make the link relative, or allow this with --allow-absolute-symlinks',
      })
    }
    this.#warn('W_TAR_ABSOLUTE_LINK', `points to ${quoted(target)}, an absolute path`, target)
  }

  #warnAbout(header: TarHeader, name: string): void {
    if ((header.mode & SPECIAL_BITS) !== 0 && header.type !== 'symlink') {
      this.#warn('W_TAR_MODE', `has the mode ${header.mode.toString(8)}; setuid, setgid and sticky are dropped`, name)
    }
    if (isDeceptive(name))
      this.#warn('W_TAR_NAME_BIDI', 'has characters that change how the text around them looks', name)
    const twin = this.#twinOf(name)
    if (twin !== undefined) {
      this.#warn('W_TAR_NAME_TWIN', `and ${quoted(twin)} are one file where case or composition is ignored`, name)
    }
  }

  /** An earlier name that differs only in case or in how its letters are composed. */
  #twinOf(name: string): string | undefined {
    const folded = foldedName(name)
    const twin = this.#folded.get(folded) ?? (folded !== name && this.#kinds.has(folded) ? folded : undefined)
    if (folded !== name && !this.#folded.has(folded)) this.#folded.set(folded, name)
    return twin === name ? undefined : twin
  }

  /** Passes one warning of each kind on: the first says it all, and there may be a million. */
  #warn(code: TarWarning['code'], problem: string, value: string): void {
    if (this.#warned.has(code)) return
    this.#warned.add(code)
    const name = typeof this.#position.name === 'string' ? quoted(this.#position.name) : ''
    this.#options.warn?.({ code, message: `${name} in ${this.#options.file} ${problem}`, value })
  }

  #error(code: ErrorCode, problem: string, details: { value?: string; hint?: string } = {}): Error {
    return this.#position.error(code, problem, details)
  }
}
