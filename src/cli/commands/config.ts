import type { Command, Flag, Operand } from '../command.js'

const UNSET: Flag = { name: 'unset', short: 'u', kind: 'switch', help: 'take the setting away' }

const one = (name: string, help: string): Operand => ({ name, help, count: 'one' })
const optional = (name: string, help: string): Operand => ({ name, help, count: 'optional' })
const setting = (name: string, help: string): Operand => optional(name, `${help}; without it, what is set is shown`)

const RUN_IMAGE = 'run image, as builders and applications name it'
const MIRRORS: Flag = {
  name: 'mirror',
  short: 'm',
  kind: 'list',
  value: 'IMAGE,…',
  help: 'another place of the run image',
}

const VALUES: readonly Command[] = [
  {
    words: ['config', 'default-builder'],
    operands: [setting('NAME', 'reference of the builder')],
    help: 'show or set the builder that is taken when none is named',
    flags: [UNSET],
    load: async () => (await import('./config-values.js')).defaultBuilder,
  },
  {
    words: ['config', 'experimental'],
    operands: [setting('BOOLEAN', 'true or false')],
    help: 'show or set whether experimental features are on, as --experimental does',
    flags: [],
    load: async () => (await import('./config-values.js')).experimental,
  },
  {
    words: ['config', 'pull-policy'],
    operands: [setting('POLICY', 'always, if-not-present or never')],
    help: 'show or set when images are fetched that a docker engine has',
    flags: [UNSET],
    load: async () => (await import('./config-values.js')).pullPolicy,
  },
  {
    words: ['config', 'lifecycle-image'],
    operands: [setting('IMAGE', 'reference of the image')],
    help: 'show or set the image that pack takes the lifecycle from when it builds',
    flags: [UNSET],
    load: async () => (await import('./config-values.js')).lifecycleImage,
  },
]

const REGISTRIES: readonly Command[] = [
  {
    words: ['config', 'registries', 'list'],
    isAssumed: true,
    operands: [],
    help: 'list the buildpack registries',
    flags: [],
    load: async () => (await import('./config-registries.js')).listRegistries,
  },
  {
    words: ['config', 'registries', 'add'],
    operands: [one('NAME', 'what it shall be called'), one('URL', 'where it is: a URL, or an absolute path')],
    help: 'add a buildpack registry',
    flags: [
      { name: 'type', kind: 'text', value: 'TYPE', help: 'git or github', default: 'github' },
      { name: 'default', kind: 'switch', help: 'make it the default registry' },
    ],
    load: async () => (await import('./config-registries.js')).addToRegistries,
  },
  {
    words: ['config', 'registries', 'remove'],
    operands: [one('NAME', 'what it is called')],
    help: 'remove a buildpack registry',
    flags: [],
    load: async () => (await import('./config-registries.js')).removeFromRegistries,
  },
  {
    words: ['config', 'registries', 'default'],
    operands: [setting('NAME', 'what it is called')],
    help: 'show or set the default buildpack registry',
    flags: [UNSET],
    load: async () => (await import('./config-registries.js')).chooseRegistry,
  },
]

const REGISTRY_MIRRORS: readonly Command[] = [
  {
    words: ['config', 'registry-mirrors', 'list'],
    isAssumed: true,
    operands: [],
    help: 'list the mirrors of image registries',
    flags: [],
    load: async () => (await import('./config-mirrors.js')).listRegistryMirrors,
  },
  {
    words: ['config', 'registry-mirrors', 'add'],
    operands: [one('REGISTRY', 'host, index.docker.io for Docker Hub, or * for every registry')],
    help: 'read images of a registry from a mirror',
    flags: [
      {
        name: 'mirror',
        short: 'm',
        kind: 'text',
        value: 'MIRROR',
        help: 'HOST[:PORT][/PATH] of the mirror',
        isRequired: true,
      },
    ],
    load: async () => (await import('./config-mirrors.js')).addRegistryMirror,
  },
  {
    words: ['config', 'registry-mirrors', 'remove'],
    operands: [one('REGISTRY', 'host, or *')],
    help: 'read images of a registry from there again',
    flags: [],
    load: async () => (await import('./config-mirrors.js')).dropRegistryMirror,
  },
]

const RUN_IMAGE_MIRRORS: readonly Command[] = [
  {
    words: ['config', 'run-image-mirrors', 'list'],
    isAssumed: true,
    operands: [{ ...optional('IMAGE', RUN_IMAGE), default: 'all of them' }],
    help: 'list the mirrors of run images',
    flags: [],
    load: async () => (await import('./config-mirrors.js')).listRunImageMirrors,
  },
  {
    words: ['config', 'run-image-mirrors', 'add'],
    operands: [one('IMAGE', RUN_IMAGE)],
    help: 'add mirrors of a run image',
    flags: [{ ...MIRRORS, isRequired: true }],
    load: async () => (await import('./config-mirrors.js')).addMirrorsOfRunImage,
  },
  {
    words: ['config', 'run-image-mirrors', 'remove'],
    operands: [one('IMAGE', RUN_IMAGE)],
    help: 'remove mirrors of a run image',
    flags: [{ ...MIRRORS, default: 'all of them' }],
    load: async () => (await import('./config-mirrors.js')).dropMirrorsOfRunImage,
  },
]

const TRUSTED_BUILDERS: readonly Command[] = [
  {
    words: ['config', 'trusted-builders', 'list'],
    isAssumed: true,
    operands: [],
    help: 'list the builders that pack trusts with credentials',
    flags: [],
    load: async () => (await import('./config-trusted-builders.js')).listTrustedBuilders,
  },
  {
    words: ['config', 'trusted-builders', 'add'],
    operands: [one('NAME', 'reference of the builder; without tag, all its tags')],
    help: 'trust a builder',
    flags: [],
    load: async () => (await import('./config-trusted-builders.js')).addTrustedBuilder,
  },
  {
    words: ['config', 'trusted-builders', 'remove'],
    operands: [one('NAME', 'reference of the builder')],
    help: 'trust a builder no longer',
    flags: [],
    load: async () => (await import('./config-trusted-builders.js')).removeTrustedBuilder,
  },
]

/** `trowel config …` */
export const CONFIG_COMMANDS: readonly Command[] = [
  ...VALUES,
  ...REGISTRIES,
  ...REGISTRY_MIRRORS,
  ...RUN_IMAGE_MIRRORS,
  ...TRUSTED_BUILDERS,
]
