/** Rules about one thing: the catalogue, its pages and `explain` show them together. */
export interface RuleFamily {
  readonly title: string
  /** How ids of its rules begin, up to a hyphen. The longest that fits an id decides. */
  readonly prefixes: readonly string[]
}

/** For ids that no family knows; a test keeps it empty. */
const OTHERS: RuleFamily = { title: 'Others', prefixes: [] }

/** In the order in which they are shown. */
export const FAMILIES: readonly RuleFamily[] = [
  { title: 'Syntax and keys', prefixes: ['toml', 'descriptor', 'check'] },
  {
    title: 'Identity and versions',
    prefixes: [
      'id',
      'version',
      'module',
      'declared',
      'tag',
      'name',
      'homepage',
      'description',
      'extension-id-collides-with-generated',
    ],
  },
  { title: 'API versions', prefixes: ['api', 'platform-api', 'platform-consumer', 'exec-env'] },
  { title: 'Stacks and mixins', prefixes: ['stack', 'mixin'] },
  { title: 'Targets', prefixes: ['target', 'platform'] },
  { title: 'Orders, composites and system buildpacks', prefixes: ['order', 'system', 'module-unused'] },
  {
    title: 'Builders',
    prefixes: ['builder', 'run', 'build-env', 'lifecycle', 'flatten', 'label', 'config', 'reference', 'locator'],
  },
  { title: 'Packages', prefixes: ['package'] },
  { title: 'Files of a module', prefixes: ['file', 'exec'] },
  { title: 'Dependencies', prefixes: ['dependency'] },
  { title: 'Licences and SBOM', prefixes: ['license', 'sbom'] },
  { title: 'Extensions and Dockerfiles', prefixes: ['extension', 'extend', 'context', 'dockerfile'] },
  { title: 'Base images', prefixes: ['base'] },
  { title: 'Published images', prefixes: ['artifact'] },
  {
    title: 'Flags, settings and registries',
    prefixes: [
      'config-mirror',
      'config-pull-policy',
      'credentials',
      'flatten-exclude',
      'http',
      'image',
      'label-layer',
      'layout',
      'place',
      'registry',
      'replacement',
      'source',
      'suffix',
      'tag-nowhere',
    ],
  },
  {
    title: 'Archives',
    prefixes: [
      'W_LIFECYCLE_HARDLINK',
      'W_LIFECYCLE_MODE',
      'W_TAR_ABSOLUTE_LINK',
      'W_TAR_END',
      'W_TAR_MODE',
      'W_TAR_NAME_BIDI',
      'W_TAR_NAME_TWIN',
      'W_TAR_XATTR',
    ],
  },
  OTHERS,
]

/** The family of a rule, by its id. */
export function familyOf(id: string): RuleFamily {
  let best = OTHERS
  let length = 0
  for (const family of FAMILIES) {
    for (const prefix of family.prefixes) {
      if (prefix.length <= length || !`${id}-`.startsWith(`${prefix}-`)) continue
      best = family
      length = prefix.length
    }
  }
  return best
}
