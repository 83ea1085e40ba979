import type { Flag } from '../command.js'
import { CACHE_FLAGS, INDEX_SCHEME_FLAG, JSON_FLAG, LIMIT_FLAG, NETWORK_FLAGS } from '../flags.js'

/** What every command takes that inspects an image: `inspectOptions` reads them. */
export const INSPECT_FLAGS: readonly Flag[] = [
  {
    name: 'output',
    short: 'o',
    kind: 'text',
    value: 'FORMAT',
    help: 'human-readable, json, yaml or toml, as pack prints them',
  },
  { name: 'layers', kind: 'switch', help: 'show digests, platforms and layers too' },
  { name: 'platform', kind: 'text', value: 'OS/ARCH', help: 'os/arch[/variant]: the image of an index to look at' },
  { ...JSON_FLAG, help: 'print all that is known as JSON' },
  {
    name: 'allow-insecure-download',
    kind: 'switch',
    help: 'download over plain http although no sha256 pins what comes',
  },
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
  help: 'open the detection order that deep; all of it',
}

/** Where ids of buildpacks are looked up. */
export const REGISTRY_FLAGS: readonly Flag[] = [
  {
    name: 'registry',
    short: 'r',
    kind: 'text',
    value: 'NAME',
    help: 'buildpack registry in which ids are looked up; the default registry of the configuration',
  },
  INDEX_SCHEME_FLAG,
]
