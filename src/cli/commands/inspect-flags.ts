import type { Flag } from '../command.js'
import { CACHE_FLAGS, INSECURE_DOWNLOAD_FLAG, JSON_FLAG, LIMIT_FLAG, NETWORK_FLAGS, PLATFORM_FLAG } from '../flags.js'

/** What every command takes that inspects an image: `inspectOptions` reads them. */
export const INSPECT_FLAGS: readonly Flag[] = [
  {
    name: 'output',
    short: 'o',
    kind: 'text',
    value: 'FORMAT',
    help: 'human-readable, json, yaml or toml, as pack prints them',
    default: 'human-readable',
  },
  { name: 'layers', kind: 'switch', help: 'show digests, platforms and layers too' },
  PLATFORM_FLAG,
  { ...JSON_FLAG, help: 'print all that is known as JSON' },
  INSECURE_DOWNLOAD_FLAG,
  ...NETWORK_FLAGS,
  ...CACHE_FLAGS,
  LIMIT_FLAG,
]

/** How far a detection order is opened. */
export const DEPTH_FLAG: Flag = {
  name: 'depth',
  short: 'd',
  kind: 'text',
  value: 'NUMBER',
  help: 'open the detection order that deep',
  default: 'all of it',
}
