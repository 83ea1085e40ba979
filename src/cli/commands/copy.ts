import type { Command } from '../command.js'
import { CACHE_FLAGS, JSON_FLAG, LIMIT_FLAG, NETWORK_FLAGS, PLATFORM_FLAG, VERIFY_TAG_FLAG } from '../flags.js'

/** `trowel copy` */
export const COPY_COMMAND: Command = {
  words: ['copy'],
  operands: [
    {
      name: 'FROM',
      help: 'oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker:REF, a registry reference, or the name of a .cnb file or a layout directory',
      count: 'one',
    },
    {
      name: 'TO',
      help: 'oci:, oci-archive:, docker-archive:, docker:, a registry reference, or FILE.cnb; docker alone means the name that FROM has',
      count: 'several',
    },
  ],
  help: 'copy an image, or an index with its images, byte for byte',
  flags: [
    { ...PLATFORM_FLAG, help: 'os/arch[/variant]: copy one image of an index', default: 'all of them' },
    { name: 'all', kind: 'switch', help: 'copy every image of an index, which is done anyway' },
    VERIFY_TAG_FLAG,
    JSON_FLAG,
    ...NETWORK_FLAGS,
    ...CACHE_FLAGS,
    LIMIT_FLAG,
  ],
  load: async () => (await import('./copy-image.js')).copy,
}
