import type { Flag } from './command.js'
import {
  CACHE_FLAGS,
  FETCH_FLAGS,
  JSON_FLAG,
  LIMIT_FLAG,
  NETWORK_FLAGS,
  PROFILE_FLAG,
  VERIFY_TAG_FLAG,
} from './flags.js'

/** Where an image goes, and under which names: `imageOptions` reads them, and those below. */
export const OUTPUT_FLAGS: readonly Flag[] = [
  {
    name: 'to',
    kind: 'list',
    value: 'PLACE',
    help: 'write the image to oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker or a registry reference',
    default: 'docker, or where --publish says',
  },
  { name: 'publish', kind: 'switch', help: 'write the image to the registry that NAME says' },
  { name: 'tag', kind: 'list', value: 'REF,…', help: 'a further reference of the image' },
  {
    name: 'append-image-name-suffix',
    kind: 'switch',
    help: 'give the image of each platform a tag or an archive of its own, which ends in -OS-ARCH',
  },
  VERIFY_TAG_FLAG,
]

/** What an image is made of and for. */
export const INPUT_FLAGS: readonly Flag[] = [
  {
    name: 'replace',
    kind: 'list',
    value: 'REF=PLACE',
    help: 'read PLACE (as --to has them, a directory, an archive) wherever the files say REF',
  },
  {
    name: 'target',
    short: 't',
    kind: 'list',
    value: 'OS/ARCH',
    help: 'os/arch[/variant][:distro@version]: make the image for this platform',
    default: 'those of the files',
  },
  { name: 'label', short: 'l', kind: 'list', value: 'KEY=VALUE', help: 'set a label on the image' },
]

/** How an image is made. */
export const MAKING_FLAGS: readonly Flag[] = [
  PROFILE_FLAG,
  { name: 'dry-run', kind: 'switch', help: 'print the plan and write nothing' },
  JSON_FLAG,
  { name: 'jobs', kind: 'text', value: 'NUMBER', help: 'layers made at once', default: 'as many as there are CPUs' },
  ...FETCH_FLAGS,
  ...NETWORK_FLAGS,
  ...CACHE_FLAGS,
  LIMIT_FLAG,
  { name: 'allow-absolute-symlinks', kind: 'switch', help: 'take links with an absolute target, with a warning' },
]
