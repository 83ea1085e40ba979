import { API_VERSION } from './api-version.js'
import { ANY, BOOLEAN, type Key, STRING, STRINGS, table, tables } from './schema.js'

/** The rows of `licenses`. */
const LICENSES = tables({
  type: { schema: STRING, about: 'SPDX identifier of the licence' },
  uri: { schema: STRING, about: 'where the text of the licence is' },
})

/** What a module says of itself, and what pack also takes beside every reference to one. */
export const MODULE_INFO = {
  id: { schema: STRING, about: 'name of the module, such as acme/java' },
  name: { schema: STRING, about: 'name for people' },
  version: { schema: STRING, about: 'version of the module, X.Y.Z' },
  description: { schema: STRING, about: 'what the module does' },
  homepage: { schema: STRING, about: 'where to read about the module' },
  keywords: { schema: STRINGS, about: 'words to find the module by' },
  'exec-env': {
    schema: STRINGS,
    about: 'execution environments that the module is for',
    wrongType: {
      rule: 'exec-env-shape',
      fix: 'write an array of strings: exec-env = ["production"]; no tool reads the tables of the specification',
    },
  },
  licenses: { schema: LICENSES, about: 'licences of the module' },
  'clear-env': { schema: BOOLEAN, about: 'whether user-provided variables are kept from the module' },
} as const satisfies Record<string, Key>

/** One entry of a group. */
const REF = { ...MODULE_INFO, optional: { schema: BOOLEAN, about: 'whether detection may fail' } } as const

/** `[[order]]`: alternatives, the first that passes detection is taken. */
export const ORDER = tables({
  group: { schema: tables(REF), about: 'modules that detect together, in this order' },
})

/** `[[system.pre.buildpacks]]` and `[[system.post.buildpacks]]`. */
export const REFS = tables(REF)

/** `[[targets]]`. */
export const TARGETS = tables(
  {
    os: { schema: STRING, about: 'operating system, as in an OCI image' },
    arch: { schema: STRING, about: 'CPU architecture, as in an OCI image' },
    variant: { schema: STRING, about: 'variant of the CPU architecture' },
    distros: {
      schema: tables(
        {
          name: { schema: STRING, about: 'as in the label io.buildpacks.base.distro.name' },
          version: { schema: STRING, about: 'as in the label io.buildpacks.base.distro.version' },
        },
        new Map([['versions', 'write one distro a version: version = "24.04"']]),
      ),
      about: 'distributions of the target; any when left out',
    },
  },
  new Map([['distributions', 'write [[targets.distros]]']]),
)

const STACKS = tables({
  id: { schema: STRING, about: 'id of the stack, * for any' },
  mixins: { schema: STRINGS, about: 'mixins that the module needs' },
})

const API = {
  schema: { kind: 'scalar', pattern: API_VERSION },
  about: 'Buildpack API that the module is written for, in quotes',
} as const
const METADATA = { schema: ANY, about: 'free for authors' } as const
/** Fields of pack's own that `pack buildpack new` writes out. */
const PACK_FIELD = { schema: BOOLEAN, about: 'written by pack buildpack new; not used' } as const

/** @see https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpacktoml-toml */
export const BUILDPACK_TOML = table({
  api: API,
  buildpack: {
    schema: table({
      ...MODULE_INFO,
      'sbom-formats': { schema: ANY, about: 'SBOM media types that the buildpack writes' },
    }),
    about: 'what the buildpack is',
  },
  stacks: { schema: STACKS, about: 'stacks that the buildpack runs on' },
  targets: { schema: TARGETS, about: 'targets that the buildpack runs on' },
  order: { schema: ORDER, about: 'makes the buildpack a composite' },
  metadata: METADATA,
  WithLinuxBuild: PACK_FIELD,
  WithWindowsBuild: PACK_FIELD,
})

/** @see https://github.com/buildpacks/spec/blob/buildpack/v0.12/image_extension.md#extensiontoml-toml */
export const EXTENSION_TOML = table({
  api: API,
  extension: { schema: table(MODULE_INFO), about: 'what the extension is' },
  targets: { schema: TARGETS, about: 'targets that the extension runs on' },
  metadata: METADATA,
  WithLinuxBuild: PACK_FIELD,
  WithWindowsBuild: PACK_FIELD,
})
