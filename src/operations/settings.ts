import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { markOf } from '../bytes.js'
import { CnbError, type Report } from '../errors.js'
import { type FileIdentity, identityOf, realPath } from '../files.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { readOptionalFile } from '../read-file.js'
import type { TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { Host } from './host.js'
import { decodeSettings, NO_SETTINGS, type Settings } from './settings-file.js'

/** What settings are in, below `homeDirectory`. */
export const SETTINGS_FILE = 'config.toml'

/** What the user has settled, and the text that says so. */
export interface StoredSettings {
  readonly settings: Settings
  /** The file that says it, or would. */
  readonly file: string
  /** undefined when the text is no TOML. */
  readonly document: TomlDocument | undefined
  /** What the text begins with that is no part of the document. */
  readonly mark: string
  /** Our own file as it was before it was read; undefined when there was none. */
  readonly was: FileIdentity | undefined
}

/**
 * What the user has settled: in the `config.toml` of TROWEL_HOME, or, when there is none, in that of pack. Whatever is wrong
 * with it goes to `report`, with its place, and is taken for absent.
 *
 * @throws CnbError E_USAGE when it is no regular file, E_IO when it cannot be read
 */
export function readSettings(host: Host, report: Report): Settings {
  return readStoredSettings(host, report).settings
}

/** As `readSettings`, with what `writeSettings` needs to know. */
export function readStoredSettings(host: Host, report: Report): StoredSettings {
  const own = ownFile(host)
  const was = own !== undefined && existsSync(own) ? identityOf(realPath(own)) : undefined
  const [file = SETTINGS_FILE, bytes = new Uint8Array()] = firstFile([own, packFile(host)]) ?? []
  const document = parseToml(bytes, { file, limits: DEFAULT_LIMITS, report })
  const settings = document === undefined ? NO_SETTINGS : decodeSettings(document, report)
  return { settings, file, document, mark: markOf(bytes), was }
}

function firstFile(files: readonly (string | undefined)[]): readonly [file: string, bytes: Uint8Array] | undefined {
  for (const file of files) {
    const bytes = file && readOptionalFile(file, { shown: file, limit: DEFAULT_LIMITS.tomlBytes })
    if (file && bytes) return [file, bytes]
  }
  return undefined
}

/** The directory of our own settings; undefined when nobody knows. */
export function homeDirectory(host: Host): string | undefined {
  return directoryOf(host, 'TROWEL_HOME', '.trowel')
}

/** As `homeDirectory`, for what is written there. @throws CnbError E_USAGE when nobody knows */
export function requiredHomeDirectory(host: Host): string {
  const directory = homeDirectory(host)
  if (directory !== undefined) return directory
  throw new CnbError('E_USAGE', 'there is no home directory to keep settings in', { hint: 'set TROWEL_HOME' })
}

/** The `config.toml` that is ours; undefined when nobody knows where. */
function ownFile(host: Host): string | undefined {
  const directory = homeDirectory(host)
  return directory && join(directory, SETTINGS_FILE)
}

function packFile(host: Host): string | undefined {
  const directory = directoryOf(host, 'PACK_HOME', '.pack')
  return directory && join(directory, SETTINGS_FILE)
}

function directoryOf({ cwd, env, home }: Host, variable: string, name: string): string | undefined {
  const set = env[variable]
  if (set !== undefined && set !== '') return resolve(cwd, set)
  return home && join(home, name)
}
