/** Who builds: the owner of `/workspace` and `/layers`. */
export interface BuildUser {
  readonly uid: number
  readonly gid: number
}

/** Variable of a build image that says who builds. */
export const USER_ID = 'CNB_USER_ID'
/** Variable of a build image that says in which group. */
export const GROUP_ID = 'CNB_GROUP_ID'

/**
 * The value of `name` in the `Env` of an image, empty when there is none. The first entry counts, and one with a second
 * `=` in it counts as absent, as pack reads them.
 */
export function envValue(env: readonly string[], name: string): string {
  for (const entry of env) {
    const [key, value, ...rest] = entry.split('=')
    if (key === name && value !== undefined && rest.length === 0) return value
  }
  return ''
}

/** `text` as a user or group id, or undefined when it is no integer: decimal digits behind an optional sign. */
export function parseUserId(text: string): number | undefined {
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined
}
