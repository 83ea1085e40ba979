import ignore, { type Ignore } from 'ignore'
import { readdirSync, readFileSync, statSync, type Dirent, type Stats } from 'node:fs'
import { join, resolve } from 'node:path'
import { CnbError } from '../errors.js'
import { looksLikeFile, looksLikePath } from '../oci/place.js'
import { ioError } from '../files.js'

/** What a name leads to. Paths are as a user would write them, with `/`. */
export type NamedSubject =
  | { readonly kind: 'file'; readonly file: string }
  /** Left to those who read images. */
  | { readonly kind: 'image'; readonly name: string }
  /** A folder in which nobody lets us look. */
  | { readonly kind: 'closed'; readonly path: string; readonly reason: string }

/** The files that say what a builder, a package or a module is. */
const DESCRIPTOR_FILES = ['builder.toml', 'package.toml', 'buildpack.toml', 'extension.toml'] as const

/** What nobody wants to be checked with the repository that it lies in. */
const NEVER = new Set(['.git', 'node_modules'])
const IGNORE_FILES = ['.gitignore', '.ignore', '.trowelignore']
/** Names looked at below one folder; a repository has fewer. */
const MAX_NAMES = 500_000

/**
 * What there is to check under a name: a TOML file; in a folder all that is called as descriptors are, however deep, but for what
 * ignore files name; an image otherwise.
 *
 * @throws CnbError E_USAGE when there is nothing, E_IO
 */
export function findSubjects(name: string, cwd: string): NamedSubject[] {
  const stats = statOf(resolve(cwd, name))
  if (stats?.isDirectory() === false && name.endsWith('.toml')) return [{ kind: 'file', file: name }]
  if (stats === undefined && (looksLikePath(name) || looksLikeFile(name))) throw nothing(`there is no ${name}`, name)
  if (stats?.isDirectory() !== true || statOf(resolve(cwd, name, 'oci-layout')) !== undefined) {
    return [{ kind: 'image', name }]
  }
  const { files, closed } = new Walk(resolve(cwd, name))
  const shown = (path: string): string => (name === '.' ? path : `${name.replace(/\/+$/, '')}/${path}`)
  if (files.length === 0) throw nothing(`there is no ${DESCRIPTOR_FILES.join(', ')} in ${name}`, name)
  return [
    ...files.map((path) => ({ kind: 'file' as const, file: shown(path) })),
    ...closed.map(({ path, reason }) => ({ kind: 'closed' as const, path: shown(path), reason })),
  ]
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    throw ioError('reading', path, cause)
  }
}

function nothing(message: string, value: string): CnbError {
  return new CnbError('E_USAGE', message, {
    value,
    hint: 'name a builder.toml, package.toml, buildpack.toml or extension.toml, a folder with some of them, the archive of a module, or an image',
  })
}

/** What one ignore file says of the paths below its folder. */
interface Rules {
  /** With a slash at its end unless it is empty. */
  readonly folder: string
  readonly matcher: Ignore
}

/** All descriptors below a folder, in the order of their paths. Links are not followed. */
class Walk {
  readonly files: string[] = []
  /** Folders that cannot be read, with why. */
  readonly closed: { readonly path: string; readonly reason: string }[] = []
  readonly #root: string
  #names = 0

  constructor(root: string) {
    this.#root = root
    this.#visit('', [])
  }

  #visit(folder: string, above: readonly Rules[]): void {
    const entries = this.#read(folder)
    const rules = [...above, ...this.#rulesOf(folder, entries)]
    for (const entry of entries) {
      const path = `${folder}${entry.name}`
      if (NEVER.has(entry.name)) continue
      if (entry.isDirectory()) {
        if (!isIgnored(`${path}/`, rules)) this.#visit(`${path}/`, rules)
      } else if (entry.isFile() && isDescriptor(entry.name) && !isIgnored(path, rules)) this.files.push(path)
    }
  }

  #read(folder: string): Dirent[] {
    const path = join(this.#root, folder)
    try {
      const entries = readdirSync(path, { withFileTypes: true })
      this.#names += entries.length
      if (this.#names > MAX_NAMES) {
        throw new CnbError('E_USAGE', `there are more than ${MAX_NAMES} files below ${this.#root}`, {
          value: this.#root,
          hint: 'name the folders that matter, or exclude others in .trowelignore',
        })
      }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (cause) {
      if (cause instanceof CnbError) throw cause
      const error = ioError('reading', path, cause)
      // That somebody's data lie in a repository is no reason not to look at the rest of it.
      if (folder === '') throw error
      this.closed.push({ path: folder, reason: error.message })
      return []
    }
  }

  #rulesOf(folder: string, entries: readonly Dirent[]): Rules[] {
    return entries
      .filter((entry) => entry.isFile() && IGNORE_FILES.includes(entry.name))
      .map(({ name }) => ({
        folder,
        matcher: ignore().add(readFileSync(join(this.#root, folder, name), 'utf8')),
      }))
  }
}

function isDescriptor(name: string): boolean {
  return DESCRIPTOR_FILES.some((file) => file === name)
}

/** The last file that says anything of a path decides, as in git. */
function isIgnored(path: string, rules: readonly Rules[]): boolean {
  let isOut = false
  for (const { folder, matcher } of rules) {
    const { ignored, unignored } = matcher.test(path.slice(folder.length))
    if (ignored) isOut = true
    else if (unignored) isOut = false
  }
  return isOut
}
