import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Diagnostic, Place } from '../errors.js'

/**
 * Calls files below what somebody named as it was named, whatever way they were found: `../java` for a folder that a package.toml
 * leads to, so that nothing is told twice under two names.
 */
export class SpelledFiles {
  readonly #cwd: string
  readonly #known = new Map<string, string>()
  /** By what it is, how it was named. */
  readonly #named: readonly (readonly [path: string, name: string])[]

  constructor(names: readonly string[], cwd: string) {
    this.#cwd = cwd
    this.#named = names.flatMap((name) => {
      const path = this.#pathOf(name)
      return path === undefined || name === '.' ? [] : [[path, name.replace(/(?<=.)\/+$/, '')] as const]
    })
  }

  /** The same finding, with its places as they were named. */
  spell<Found extends Diagnostic>(found: Found): Found {
    const { place, also } = found
    return { ...found, place: this.#place(place), ...(also && { also: also.map((one) => this.#place(one)) }) }
  }

  #place(place: Place): Place {
    return { ...place, file: this.file(place.file) }
  }

  /** What a file, or one in an archive, is called; as it is when nobody named it or what it lies in. */
  file(file: string): string {
    const known = this.#known.get(file) ?? this.#spelled(file)
    this.#known.set(file, known)
    return known
  }

  #spelled(file: string): string {
    const [outer = '', ...inner] = file.split('!')
    const path = this.#pathOf(outer)
    const named = this.#named.find(([root]) => path === root || path?.startsWith(`${root}/`) === true)
    if (path === undefined || named === undefined) return file
    const [root, name] = named
    return [`${name}${path.slice(root.length)}`, ...inner].join('!')
  }

  /** Absolute, links resolved; undefined for what is no file. */
  #pathOf(text: string): string | undefined {
    const path = resolve(this.#cwd, text)
    return existsSync(path) ? realpathSync.native(path) : undefined
  }
}
