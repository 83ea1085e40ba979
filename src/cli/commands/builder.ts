import type { Command } from '../command.js'
import {
  CACHE_FLAGS,
  FETCH_FLAGS,
  JSON_FLAG,
  LIMIT_FLAG,
  NETWORK_FLAGS,
  registryFlags,
  VERIFY_TAG_FLAG,
} from '../flags.js'
import { BUILDER_INSPECT } from './inspect.js'

/** `trowel builder …` */
export const BUILDER_COMMANDS: readonly Command[] = [
  {
    words: ['builder', 'create'],
    operands: [
      { name: 'NAME', help: 'reference of the builder, such as registry.example/acme/builder:1', count: 'one' },
    ],
    help: 'make a builder image from a builder.toml',
    flags: [
      { name: 'config', short: 'c', kind: 'text', value: 'FILE', help: 'builder.toml' },
      {
        name: 'to',
        kind: 'list',
        value: 'PLACE',
        help: 'write the image to oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker or a registry reference',
      },
      { name: 'publish', kind: 'switch', help: 'write the image to the registry that NAME says' },
      { name: 'tag', kind: 'list', value: 'REF,…', help: 'a further reference of the image' },
      {
        name: 'append-image-name-suffix',
        kind: 'switch',
        help: 'with --publish, give the image of each platform a tag that ends in -OS-ARCH',
      },
      VERIFY_TAG_FLAG,
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
        help: 'os/arch[/variant][:distro@version]; replaces [[targets]]',
      },
      { name: 'label', short: 'l', kind: 'list', value: 'KEY=VALUE', help: 'set a label on the image' },
      { name: 'flatten', kind: 'list', value: 'ID@VERSION,…', help: 'put these modules into one layer' },
      {
        name: 'created-by',
        kind: 'text',
        value: 'NAME@VERSION',
        help: 'createdBy of the builder; trowel and its version',
      },
      { name: 'dry-run', kind: 'switch', help: 'print the plan and write nothing' },
      JSON_FLAG,
      { name: 'jobs', kind: 'text', value: 'NUMBER', help: 'layers made at once; as many as there are CPUs' },
      ...FETCH_FLAGS,
      ...NETWORK_FLAGS,
      ...CACHE_FLAGS,
      LIMIT_FLAG,
      {
        name: 'experimental',
        kind: 'switch',
        help: 'accept what pack calls experimental: extensions below Platform API 0.13',
      },
      { name: 'allow-absolute-symlinks', kind: 'switch', help: 'take links with an absolute target, with a warning' },
      ...registryFlags('R'),
    ],
    load: async () => (await import('./builder-create.js')).builderCreate,
  },
  BUILDER_INSPECT,
]
