import { architecturesOf } from '../cnb/target.js'
import type { ImageConfig } from '../oci/image.js'
import { printPlatform } from '../oci/platform.js'

/** The user of an image, without its group; empty when it names none. */
export function userOf({ user }: ImageConfig): string {
  return user.split(':')[0] ?? ''
}

/** True of an image that runs as root, or does not say as whom. */
export function isRoot(config: ImageConfig): boolean {
  return ['', '0', 'root'].includes(userOf(config))
}

/** True of a user that is written as `UID:GID`. */
export function isNumericUser(user: string): boolean {
  return /^[0-9]+:[0-9]+$/.test(user)
}

/** True of an image with PATH, whatever is in it. */
export function hasPath({ env }: ImageConfig): boolean {
  return env.some((entry) => entry.startsWith('PATH='))
}

/** Names of the variables that have "=" in their value. */
export function variablesWithEquals({ env }: ImageConfig): readonly string[] {
  return env.map((entry) => entry.split('=')).flatMap(([name = '', ...values]) => (values.length > 1 ? [name] : []))
}

/** What is wrong with the platform that an image says it is for. */
export function problemOfPlatform({ platform }: ImageConfig): string | undefined {
  const { os, architecture } = platform
  if (os === '' || architecture === '') return 'does not say for which platform it is'
  const known = architecturesOf(os)
  return known?.includes(architecture) === true ? undefined : `is for ${printPlatform(platform)}, which is no platform`
}

/** Those of `names` that an image does not have as labels. */
export function lackingLabels({ labels }: ImageConfig, names: readonly string[]): readonly string[] {
  return names.filter((name) => !labels.has(name))
}
