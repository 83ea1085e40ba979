import { dirname, join } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { CnbError } from '../errors.js'
import { makeDirectory, realPath, replaceFile, writeFile } from '../files.js'
import { changeValues } from '../fix/change-values.js'
import { DEFAULT_LIMITS } from '../limits.js'
import type { Host } from './host.js'
import { settingsTable, type Settings } from './settings-file.js'
import { requiredHomeDirectory, SETTINGS_FILE, type StoredSettings } from './settings.js'

/**
 * Writes other settings into the `config.toml` of TROWEL_HOME, in one step; never into that of pack. What was stored and does
 * not change stays as it is written, with its comments, and so does what we know nothing of.
 *
 * @throws CnbError E_USAGE when nobody knows where that is, E_SOURCE_CHANGED when somebody else changed it meanwhile, E_IO
 */
export async function writeSettings(host: Host, stored: StoredSettings, settings: Settings): Promise<void> {
  const file = join(requiredHomeDirectory(host), SETTINGS_FILE)
  const { document, mark, was } = stored
  if (document === undefined) throw new Error('settings that cannot be read are not changed')
  const values = { before: settingsTable(stored.settings), after: settingsTable(settings) }
  const bytes = encodeUtf8(mark + changeValues(document, values, DEFAULT_LIMITS).source)
  makeDirectory(dirname(file))
  // A link stays one: people keep such files elsewhere and link to them.
  if (was === undefined) await writeFile(realPath(file), bytes)
  else if (!(await replaceFile(realPath(file), bytes, was))) {
    throw new CnbError('E_SOURCE_CHANGED', `${file} was changed while the settings were`, {
      place: { file },
      hint: 'run the command again; nothing was written to it',
    })
  }
}
