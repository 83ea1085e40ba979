import type { Command } from '../command.js'
import {
  CACHE_FLAGS,
  FETCH_FLAGS,
  JSON_FLAG,
  LIMIT_FLAG,
  NETWORK_FLAGS,
  PROFILE_FLAG,
  registryFlags,
} from '../flags.js'

/** `trowel check` */
export const CHECK_COMMAND: Command = {
  words: ['check'],
  operands: [
    {
      name: 'NAME',
      help: 'builder.toml, package.toml, buildpack.toml or extension.toml, a folder with some of them, or an image',
      default: 'all that is in the current folder',
      count: 'any',
    },
  ],
  help: 'say what is wrong or risky about builders, packages and modules, and how to mend it',
  flags: [
    { ...PROFILE_FLAG, default: 'that of trowel.toml, or pack' },
    {
      name: 'fail-on',
      kind: 'text',
      value: 'SEVERITY',
      help: 'fail from this on: error, warning or info',
      default: 'that of trowel.toml, or error',
    },
    {
      name: 'as-of',
      kind: 'text',
      value: 'DAY',
      help: 'judge ends of life for this day, as YYYY-MM-DD',
      default: 'today',
    },
    {
      name: 'format',
      kind: 'text',
      value: 'FORMAT',
      help: 'text, json, sarif, github, junit or markdown',
      default: 'text',
    },
    {
      name: 'matrix',
      kind: 'switch',
      help: 'show every module of a builder against the images and APIs it meets: --format text, json, markdown or html',
    },
    { name: 'fix', kind: 'switch', help: 'mend what is certain, keeping comments, and check again' },
    { name: 'dry-run', kind: 'switch', help: 'with --fix: write nothing, and print what would change as a diff' },
    {
      name: 'config',
      short: 'c',
      kind: 'text',
      value: 'FILE',
      help: 'trowel.toml',
      default: 'the nearest one from the current folder up',
    },
    {
      name: 'target',
      short: 't',
      kind: 'list',
      value: 'TARGET',
      help: 'os/arch[/variant]: judge for this platform',
      default: 'those of the files',
    },
    { name: 'replace', kind: 'list', value: 'REF=PLACE', help: 'read PLACE wherever the files say REF' },
    { name: 'deep', kind: 'switch', help: 'read the layers of images too, all of them' },
    { name: 'experimental', kind: 'switch', help: 'accept what pack calls experimental' },
    { ...JSON_FLAG, help: 'the same as --format json' },
    ...registryFlags('r'),
    ...FETCH_FLAGS,
    ...NETWORK_FLAGS,
    ...CACHE_FLAGS,
    LIMIT_FLAG,
  ],
  load: async () => (await import('./check-files.js')).check,
}
