import type { RuleDescription } from './rule.js'

const TOML = 'https://toml.io/en/v1.0.0'
const BUILDER = 'https://buildpacks.io/docs/reference/config/builder-config/'
const PACKAGE = 'https://buildpacks.io/docs/reference/config/package-config/'
const BUILDPACK = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpacktoml-toml'
const EXEC_ENV = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#execution-environments'

const BOTH = 'builder create and buildpack package'

/**
 * Rules that are judged where a file is read, because nothing can be made of what they find. Described here, so that
 * there is one catalogue.
 */
export const READER_RULES: readonly RuleDescription[] = [
  {
    id: 'api-malformed',
    severity: 'error',
    summary: 'an API version is not of the form major.minor',
    reference: BUILDPACK,
    refusedBy: { pack: BOTH, lifecycle: 'detect, exit 12', spec: 'api is a version of the Buildpack API' },
  },
  {
    id: 'check-allow-unused',
    severity: 'info',
    summary: 'trowel.toml allows what is found nowhere',
    reference: 'trowel',
  },
  {
    id: 'api-missing',
    severity: 'warning',
    summary: 'a module names no Buildpack API; 0.1 is assumed, which no lifecycle of today runs',
    reference: BUILDPACK,
    refusedBy: { pack: 'builder create', lifecycle: 'detect, exit 12', spec: 'api is required' },
  },
  {
    id: 'api-unquoted',
    severity: 'error',
    summary: 'an API version is a number, so that 0.10 becomes 0.1 or 0.100000; a whole number is a warning',
    reference: BUILDPACK,
    refusedBy: { pack: 'builder create', lifecycle: 'detect, exit 1', spec: 'api is a string' },
  },
  {
    id: 'builder-entry-no-source',
    severity: 'warning',
    summary: 'an entry has neither uri nor image, so the folder of builder.toml is taken for it',
    reference: BUILDER,
  },
  {
    id: 'builder-locator-invalid',
    severity: 'error',
    summary: 'a uri leads nowhere',
    reference: BUILDER,
    refusedBy: { pack: 'builder create' },
  },
  {
    id: 'descriptor-missing',
    severity: 'error',
    summary: 'a module has no buildpack.toml or extension.toml at its root',
    reference: BUILDPACK,
    refusedBy: { pack: BOTH, spec: 'a module has a descriptor' },
  },
  {
    id: 'exec-env-shape',
    severity: 'error',
    summary: 'execution environments are tables, as the specification shows them, and not the array that tools read',
    reference: EXEC_ENV,
    refusedBy: { pack: BOTH, lifecycle: 'detect, exit 1' },
  },
  {
    id: 'id-missing',
    severity: 'error',
    summary: 'a module has no id',
    reference: BUILDPACK,
    refusedBy: { pack: BOTH, lifecycle: 'detect', spec: 'id is required' },
  },
  {
    id: 'package-dep-both',
    severity: 'error',
    summary: 'a dependency has both uri and image',
    reference: PACKAGE,
    refusedBy: { pack: 'buildpack package' },
  },
  {
    id: 'package-dep-none',
    severity: 'error',
    summary: 'a dependency has neither uri nor image',
    reference: PACKAGE,
  },
  {
    id: 'package-dep-scheme',
    severity: 'error',
    summary: 'a uri of package.toml leads nowhere, or is of a kind that only some other tool knows',
    reference: PACKAGE,
    refusedBy: { pack: 'buildpack package' },
  },
  {
    id: 'package-extension-deps',
    severity: 'warning',
    summary: 'an extension has dependencies, which nobody packages',
    reference: PACKAGE,
  },
  {
    id: 'package-platform-os',
    severity: 'error',
    summary: 'platform.os is neither linux nor windows',
    reference: PACKAGE,
    refusedBy: { pack: 'buildpack package' },
  },
  {
    id: 'package-source-missing',
    severity: 'error',
    summary: 'package.toml does not say what is packaged',
    reference: PACKAGE,
    refusedBy: { pack: 'buildpack package' },
  },
  {
    id: 'package-targets-ignored',
    severity: 'warning',
    summary: 'package.toml has targets, and packages no composite: those of the descriptor count',
    reference: PACKAGE,
  },
  {
    id: 'toml-deprecated-key',
    severity: 'warning',
    summary: 'a key is deprecated',
    reference: BUILDER,
  },
  {
    id: 'toml-key-case',
    severity: 'error',
    summary: 'two keys differ only in case, and readers take one of them at random',
    reference: TOML,
  },
  {
    id: 'toml-legacy-target-keys',
    severity: 'warning',
    summary: 'a key of targets is one of an older draft, which nobody reads; an error in builder.toml and package.toml',
    reference: 'https://github.com/buildpacks/rfcs/blob/main/text/0096-remove-stacks-mixins.md',
  },
  {
    id: 'toml-limit',
    severity: 'error',
    summary: 'a file is larger, or goes deeper, than --limit allows',
    reference: 'trowel',
  },
  {
    id: 'toml-path-missing',
    severity: 'error',
    summary: 'a path leads to nothing',
    reference: BUILDER,
    refusedBy: { pack: BOTH },
  },
  {
    id: 'toml-syntax',
    severity: 'error',
    summary: 'a file is no TOML',
    reference: TOML,
    refusedBy: { pack: BOTH, lifecycle: 'detect, exit 1', spec: 'the file is TOML' },
  },
  {
    id: 'toml-unknown-key-builder',
    severity: 'error',
    summary: 'builder.toml has a key that nobody reads',
    reference: BUILDER,
    refusedBy: { pack: 'builder create' },
  },
  {
    id: 'toml-unknown-key-descriptor',
    severity: 'warning',
    summary: 'a buildpack.toml or extension.toml has a key that nobody reads',
    reference: BUILDPACK,
  },
  {
    id: 'toml-unknown-key-package',
    severity: 'error',
    summary: 'package.toml has a key that nobody reads',
    reference: PACKAGE,
    refusedBy: { pack: 'buildpack package' },
  },
  {
    id: 'toml-wrong-type',
    severity: 'error',
    summary: 'a value has another type than its key wants',
    reference: TOML,
    refusedBy: { pack: BOTH, lifecycle: 'detect, exit 1', spec: 'the type of the key' },
  },
  {
    id: 'version-missing',
    severity: 'error',
    summary: 'a module has no version',
    reference: BUILDPACK,
    refusedBy: { pack: BOTH, spec: 'version is required' },
  },
]
