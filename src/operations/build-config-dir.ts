import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { DEFAULT_BUILD_CONFIG_DIR } from '../plan/builder-input.js'
import { cleanName } from '../tar/names.js'
import type { Host } from './host.js'

/** A lifecycle looks for the same variable when it runs. */
const VARIABLE = 'CNB_BUILD_CONFIG_DIR'

/** Folders that a builder has for other ends. Of these only `/cnb` has room for one more. */
const SHARED = '/cnb'
const TAKEN: readonly string[] = [
  '/workspace',
  '/layers',
  '/platform',
  '/lifecycle',
  ...['buildpacks', 'extensions', 'lifecycle', 'order.toml', 'system.toml', 'stack.toml', 'run.toml'].map(
    (name) => `${SHARED}/${name}`,
  ),
]

/**
 * Folder of the image for the environment that `[[build.env]]` sets: absolute, without a slash at the end, and nothing else is in
 * it. The default when the variable is not set, or is empty, which means the same to a lifecycle.
 *
 * @throws CnbError E_USAGE when the variable has no such folder
 */
export function buildConfigDirOf(env: Host['env'], limits: Limits): string {
  const text = env[VARIABLE] ?? ''
  if (text === '') return DEFAULT_BUILD_CONFIG_DIR
  if (!text.startsWith('/')) throw noFolder(text, 'is not absolute')
  const name = cleanName(text.replace(/^\/+/, '') || '.', limits)
  if (typeof name !== 'string') throw noFolder(text, name.problem)
  const path = `/${name}`
  if (name === '' || path === SHARED || TAKEN.some((taken) => `${path}/`.startsWith(`${taken}/`))) {
    throw noFolder(text, 'is where the builder has something else')
  }
  return path
}

function noFolder(text: string, problem: string): CnbError {
  return new CnbError('E_USAGE', `the environment variable ${VARIABLE} names '${text}', which ${problem}`, {
    value: text,
    hint: `unset it, or name a folder of the image such as ${DEFAULT_BUILD_CONFIG_DIR}`,
  })
}
