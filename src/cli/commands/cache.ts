import type { Command } from '../command.js'
import { CACHE_DIRECTORY_FLAG, JSON_FLAG } from '../flags.js'

/** `trowel cache …` */
export const CACHE_COMMANDS: readonly Command[] = [
  {
    words: ['cache', 'info'],
    operands: [],
    help: 'show what is kept for the next run, and where',
    flags: [CACHE_DIRECTORY_FLAG, JSON_FLAG],
    load: async () => (await import('./cache-upkeep.js')).showCache,
  },
  {
    words: ['cache', 'prune'],
    operands: [],
    help: 'remove what is no longer needed; what is missed is made or fetched again',
    flags: [
      { name: 'older-than', kind: 'text', value: 'DAYS', help: 'remove what was not used for so many days' },
      {
        name: 'max-bytes',
        kind: 'text',
        value: 'NUMBER',
        help: 'remove what was used least lately until this is left',
      },
      { name: 'all', kind: 'switch', help: 'remove everything' },
      CACHE_DIRECTORY_FLAG,
      JSON_FLAG,
    ],
    load: async () => (await import('./cache-upkeep.js')).pruneKept,
  },
  {
    words: ['cache', 'verify'],
    operands: [],
    help: 'hash everything that is kept, and remove what is damaged',
    flags: [CACHE_DIRECTORY_FLAG, JSON_FLAG],
    load: async () => (await import('./cache-upkeep.js')).verifyKept,
  },
]
