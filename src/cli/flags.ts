import type { Flag } from './command.js'

/** Flags that every command takes. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'quiet', short: 'q', kind: 'switch', help: 'show warnings and errors only' },
  { name: 'verbose', short: 'v', kind: 'switch', help: 'show more of what is being done' },
  { name: 'timestamps', kind: 'switch', help: 'put the local time before every line' },
  { name: 'no-color', kind: 'switch', help: 'use no colour, as NO_COLOR in the environment' },
  { name: 'force-color', kind: 'switch', help: 'use colour although stderr is not a terminal' },
  { name: 'debug', kind: 'switch', help: 'show where in trowel an error arose' },
  { name: 'help', short: 'h', kind: 'switch', help: 'show this' },
  { name: 'version', kind: 'switch', help: 'show the version of trowel' },
]

/** Prints the result for machines. */
export const JSON_FLAG: Flag = { name: 'json', kind: 'switch', help: 'print the result as JSON' }

/** Whoever it stands for decides what is an error. */
export const PROFILE_FLAG: Flag = {
  name: 'profile',
  kind: 'text',
  value: 'PROFILE',
  help: 'judge as pack, lifecycle[@VERSION], kpack, strict-spec or cf does',
  default: 'pack',
}

/** Which image of an index is read. */
export const PLATFORM_FLAG: Flag = {
  name: 'platform',
  kind: 'text',
  value: 'OS/ARCH',
  help: 'os/arch[/variant]: the image of an index to look at',
  default: 'that for this machine, or the first',
}

/** Whether a tag may be moved by others meanwhile. */
export const VERIFY_TAG_FLAG: Flag = {
  name: 'verify-tag',
  kind: 'switch',
  help: 'fail when a tag is found to have moved after it was written',
}

/** How registries are reached: `runOptions` reads them, and those of downloads. */
export const NETWORK_FLAGS: readonly Flag[] = [
  { name: 'offline', kind: 'switch', help: 'send nothing over the network; use what is on this machine' },
  { name: 'registry-mirror', kind: 'list', value: 'HOST=MIRROR', help: 'read images of HOST, or of all with *, there' },
  { name: 'insecure-registry', kind: 'list', value: 'HOST', help: 'speak to HOST over plain http if it has no https' },
  { name: 'ca', kind: 'text', value: 'FILE', help: 'trust the certificates in this file too' },
]

/** Whether what nothing vouches for is fetched. */
export const INSECURE_DOWNLOAD_FLAG: Flag = {
  name: 'allow-insecure-download',
  kind: 'switch',
  help: 'download over plain http although no sha256 pins what comes',
}

/** What is fetched by name or address: `runOptions` reads them. */
export const FETCH_FLAGS: readonly Flag[] = [
  {
    name: 'pull-policy',
    kind: 'text',
    value: 'POLICY',
    help: 'when images are fetched that a docker engine has: always, if-not-present or never',
    default: 'that of trowel config pull-policy, or always',
  },
  INSECURE_DOWNLOAD_FLAG,
]

/** How the index of a buildpack registry may be reached. */
const INDEX_SCHEME_FLAG: Flag = {
  name: 'allow-index-scheme',
  kind: 'list',
  value: 'SCHEME,…',
  help: 'read its index over http, ssh or file too, not over https only',
}

/**
 * What says where ids of buildpacks are looked up: `runOptions` reads them.
 *
 * @param short as pack has it for the command
 * @param name the same
 */
export function registryFlags(short: 'r' | 'R', name = 'buildpack-registry'): readonly Flag[] {
  return [
    {
      name,
      short,
      also: ['registry', 'buildpack-registry', 'r', 'R'].filter((other) => other !== name && other !== short),
      kind: 'text',
      value: 'NAME',
      help: 'buildpack registry in which ids are looked up',
      default: 'that of trowel config registries default',
    },
    INDEX_SCHEME_FLAG,
  ]
}

/** Where things are kept for the next run: `runOptions` reads it. */
export const CACHE_DIRECTORY_FLAG: Flag = {
  name: 'cache-dir',
  kind: 'text',
  value: 'DIR',
  help: 'where what was made or fetched is kept for the next run',
  default: 'TROWEL_CACHE_DIR, or trowel in XDG_CACHE_HOME or in ~/.cache',
}

/** Whether, and where, things are kept for the next run: `runOptions` reads them. */
export const CACHE_FLAGS: readonly Flag[] = [
  CACHE_DIRECTORY_FLAG,
  { name: 'no-cache', kind: 'switch', help: 'keep and reuse nothing' },
]

/** Bounds of what hostile input can make us do: `runOptions` reads it. */
export const LIMIT_FLAG: Flag = {
  name: 'limit',
  kind: 'list',
  value: 'NAME=NUMBER',
  help: 'lift or lower a limit; an unknown name lists them',
}
