import { realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { CnbError, type Report } from '../errors.js'
import { makeDirectory, writeFile } from '../files.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { readOptionalFile } from '../read-file.js'
import { parseToml } from '../toml/parse.js'
import type { Host } from './host.js'
import { decodeSettings, NO_SETTINGS, printSettings, type Settings } from './settings-file.js'

const FILE = 'config.toml'

/**
 * What the user has settled: in the `config.toml` of TROWEL_HOME, or, when there is none, in that of pack. Whatever is wrong
 * with it goes to `report`, with its place, and is taken for absent.
 *
 * @throws CnbError E_USAGE when it is no regular file, E_IO when it cannot be read
 */
export function readSettings(host: Host, report: Report): Settings {
  for (const file of [ownFile(host), packFile(host)]) {
    if (file === undefined) continue
    const bytes = readOptionalFile(file, { shown: file, limit: DEFAULT_LIMITS.tomlBytes })
    if (bytes === undefined) continue
    const document = parseToml(bytes, { file, limits: DEFAULT_LIMITS, report })
    return document === undefined ? NO_SETTINGS : decodeSettings(document, report)
  }
  return NO_SETTINGS
}

/**
 * Writes the settings into the `config.toml` of TROWEL_HOME, in one step; never into that of pack. Comments are lost.
 *
 * @throws CnbError E_USAGE when nobody knows where that is, E_IO
 */
export async function writeSettings(host: Host, settings: Settings): Promise<void> {
  const file = ownFile(host)
  if (file === undefined) {
    throw new CnbError('E_USAGE', 'there is no home directory to keep settings in', { hint: 'set TROWEL_HOME' })
  }
  makeDirectory(dirname(file))
  await writeFile(realPath(file), encodeUtf8(printSettings(settings)))
}

/** The directory of our own settings; undefined when nobody knows. */
export function homeDirectory(host: Host): string | undefined {
  return directoryOf(host, 'TROWEL_HOME', '.trowel')
}

function ownFile(host: Host): string | undefined {
  const directory = homeDirectory(host)
  return directory && join(directory, FILE)
}

function packFile(host: Host): string | undefined {
  const directory = directoryOf(host, 'PACK_HOME', '.pack')
  return directory && join(directory, FILE)
}

function directoryOf({ cwd, env, home }: Host, variable: string, name: string): string | undefined {
  const set = env[variable]
  if (set !== undefined && set !== '') return resolve(cwd, set)
  return home && join(home, name)
}

/** A link stays one: people keep such files elsewhere and link to them. */
function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
