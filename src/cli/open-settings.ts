import { Problems } from '../operations/problems.js'
import { readStoredSettings, type StoredSettings } from '../operations/settings.js'
import type { Context } from './command.js'
import { showWarnings } from './warnings.js'

/** What the user has settled; warnings about it are shown. @throws CnbError with all that is wrong with it */
export function openSettings({ host, output }: Context): StoredSettings {
  const problems = new Problems()
  const stored = readStoredSettings(host, problems.report)
  problems.check()
  showWarnings(problems.warnings, output)
  return stored
}
