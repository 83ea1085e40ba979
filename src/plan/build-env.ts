import { compareBytes } from '../bytes.js'
import type { BuildEnv } from '../cnb/builder-config.js'

/** One file of the build-config environment. */
export interface EnvFile {
  readonly name: string
  readonly value: string
  /** Position in `[[build.env]]` of the entry that gives it, and which key. */
  readonly entry: number
  readonly key: 'value' | 'delim'
}

/** Every file that `[[build.env]]` writes, in file order; a later one replaces an earlier one of the same name. */
export function envFileWrites(buildEnv: readonly BuildEnv[]): EnvFile[] {
  return buildEnv.flatMap(({ name, value, suffix, delim }, entry) => {
    const file: EnvFile = { name: suffix === '' ? name : `${name}.${suffix}`, value, entry, key: 'value' }
    return delim === '' ? [file] : [file, { name: `${name}.delim`, value: delim, entry, key: 'delim' }]
  })
}

/** The files of the build-config environment, sorted by name: pack's order is random. */
export function envFiles(buildEnv: readonly BuildEnv[]): EnvFile[] {
  const byFile = new Map(envFileWrites(buildEnv).map((file) => [file.name, file]))
  return [...byFile.values()].sort((a, b) => compareBytes(a.name, b.name))
}
