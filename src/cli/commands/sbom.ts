import type { Command } from '../command.js'
import { CACHE_FLAGS, INSECURE_DOWNLOAD_FLAG, JSON_FLAG, LIMIT_FLAG, NETWORK_FLAGS, PLATFORM_FLAG } from '../flags.js'

/** `trowel sbom …` */
export const SBOM_COMMANDS: readonly Command[] = [
  {
    words: ['sbom', 'download'],
    operands: [
      {
        name: 'IMAGE',
        help: 'the application: a reference, docker:REF, oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or a file',
        count: 'one',
      },
    ],
    help: 'write the bills of materials of an application below a directory',
    flags: [
      {
        name: 'output-dir',
        short: 'o',
        kind: 'text',
        value: 'DIR',
        help: 'where they go',
        default: 'the current folder',
      },
      { name: 'remote', kind: 'switch', help: 'look in the registry only, not in the docker engine first' },
      PLATFORM_FLAG,
      JSON_FLAG,
      INSECURE_DOWNLOAD_FLAG,
      ...NETWORK_FLAGS,
      ...CACHE_FLAGS,
      LIMIT_FLAG,
    ],
    load: async () => (await import('./sbom-download.js')).sbomDownload,
  },
]
