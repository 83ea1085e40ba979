import type { RuleDescription } from './rule.js'

const TROWEL = 'trowel'
const PACKAGES = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/distribution.md'
const INDEX = 'https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md'
const REGISTRIES = 'https://github.com/buildpacks/rfcs/blob/main/text/0022-client-side-buildpack-registry.md'

/**
 * What a run says of flags, settings, images and registries, where it meets them. No example can show it by files alone; described
 * here, so that whatever a run says can be looked up.
 */
export const NOTICES: readonly RuleDescription[] = [
  {
    id: 'check-settings',
    severity: 'error',
    summary: 'trowel.toml settles what cannot be settled, such as a rule or a severity that there is not',
    reference: TROWEL,
  },
  {
    id: 'config-mirror',
    severity: 'error',
    summary: 'config.toml names a mirror of a registry that is no place of images',
    reference: TROWEL,
  },
  {
    id: 'config-pull-policy',
    severity: 'error',
    summary: 'config.toml has a pull policy that is neither always, if-not-present nor never',
    reference: TROWEL,
    refusedBy: { pack: 'every command that reads images' },
  },
  {
    id: 'credentials-refused',
    severity: 'warning',
    summary: 'a registry does not take the credentials for it, so what it shows to everybody is read',
    reference: TROWEL,
  },
  {
    id: 'credentials-world-readable',
    severity: 'warning',
    summary: 'a file with credentials can be read by everybody on the machine',
    reference: TROWEL,
  },
  {
    id: 'http-warning',
    severity: 'warning',
    summary:
      'something about the network is less safe than it could be, such as plain http or a proxy that was refused',
    reference: TROWEL,
  },
  {
    id: 'image-history',
    severity: 'warning',
    summary: 'the history of an image speaks of more or fewer layers than it has',
    reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties (history)',
  },
  {
    id: 'layout-strangers',
    severity: 'warning',
    summary: 'an archive of an image holds files that belong to no image layout; they are left out',
    reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md',
  },
  {
    id: 'lifecycle-descriptor-missing',
    severity: 'error',
    summary: 'a lifecycle has no lifecycle.toml',
    reference: 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/distribution.md#lifecycle',
    refusedBy: { pack: 'builder create' },
  },
  {
    id: 'lifecycle-not-semver',
    severity: 'error',
    summary: 'the version in lifecycle.toml is no semantic version',
    reference: 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/distribution.md#lifecycle',
    refusedBy: { pack: 'builder create' },
  },
  {
    id: 'lifecycle-version-unquoted',
    severity: 'warning',
    summary: 'the version in lifecycle.toml is a number instead of a text',
    reference: 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/distribution.md#lifecycle',
  },
  {
    id: 'lifecycle-platform',
    severity: 'warning',
    summary: 'the image of a lifecycle is for another platform than the builder',
    reference: TROWEL,
  },
  {
    id: 'package-label-differs',
    severity: 'warning',
    summary: 'the label of a package says otherwise of a module than the layer with the module does',
    reference: PACKAGES,
  },
  {
    id: 'package-layer-unlabelled',
    severity: 'warning',
    summary: 'a package has layers of which its label does not speak; they are left out',
    reference: PACKAGES,
  },
  {
    id: 'package-of-package',
    severity: 'error',
    summary: 'what a package is to be made of is a package already',
    reference: PACKAGES,
  },
  {
    id: 'platform-folder-missing',
    severity: 'error',
    summary: 'a module has a folder for each of some platforms, but none for the one that is wanted',
    reference: 'https://buildpacks.io/docs/for-buildpack-authors/how-to/distribute-buildpacks/package-buildpack/',
  },
  {
    id: 'platform-variants',
    severity: 'warning',
    summary: 'an index has several images for the platform that is wanted, and nothing says which; the first is taken',
    reference: INDEX,
  },
  {
    id: 'registry-entry-changed',
    severity: 'warning',
    summary: 'a version in a buildpack registry stands for another image than it did before',
    reference: REGISTRIES,
  },
  {
    id: 'registry-yanked',
    severity: 'warning',
    summary: 'a version that is named was yanked from its buildpack registry',
    reference: REGISTRIES,
  },
  {
    id: 'replacement-unused',
    severity: 'warning',
    summary: 'nothing in the files is what --replace names',
    reference: TROWEL,
  },
  {
    id: 'source-kind',
    severity: 'error',
    summary: '--replace gives a folder for an image that is no image layout',
    reference: TROWEL,
  },
  {
    id: 'toml-unknown-key-config',
    severity: 'warning',
    summary: 'config.toml or trowel.toml has a key that nobody reads; an error in trowel.toml',
    reference: TROWEL,
  },
  {
    id: 'W_LIFECYCLE_HARDLINK',
    severity: 'warning',
    summary: 'a hard link of a lifecycle leads to a name that the builder does not have',
    reference: TROWEL,
  },
  {
    id: 'W_LIFECYCLE_MODE',
    severity: 'warning',
    summary: 'a file of a lifecycle is setuid, setgid or sticky, and stays so in the builder',
    reference: TROWEL,
  },
  {
    id: 'W_TAR_ABSOLUTE_LINK',
    severity: 'warning',
    summary: 'a link of a module has an absolute target, which --allow-absolute-symlinks lets through',
    reference: TROWEL,
  },
  {
    id: 'W_TAR_END',
    severity: 'warning',
    summary: 'an archive ends with one block of zeros, where it should have two',
    reference: TROWEL,
  },
  {
    id: 'W_TAR_MODE',
    severity: 'warning',
    summary: 'a file of a module is setuid, setgid or sticky; these bits are dropped',
    reference: TROWEL,
  },
  {
    id: 'W_TAR_NAME_BIDI',
    severity: 'warning',
    summary: 'a name in an archive has characters that make the text around them look like something else',
    reference: TROWEL,
  },
  {
    id: 'W_TAR_NAME_TWIN',
    severity: 'warning',
    summary: 'two names in an archive are one file where case, or how letters are composed, does not count',
    reference: TROWEL,
  },
  {
    id: 'W_TAR_XATTR',
    severity: 'warning',
    summary: 'a file of an archive has extended attributes, which become part of the layer',
    reference: TROWEL,
  },
]

/** The same of what `check` never meets: what other commands are asked for, what they write, and what they show. */
export const COMMAND_NOTICES: readonly RuleDescription[] = [
  {
    id: 'flatten-exclude-alone',
    severity: 'warning',
    summary: '--flatten-exclude is given without --flatten, and does nothing',
    reference: TROWEL,
  },
  {
    id: 'flatten-exclude-unknown',
    severity: 'warning',
    summary: '--flatten-exclude names a buildpack that is not in the package',
    reference: TROWEL,
  },
  {
    id: 'label-layer-missing',
    severity: 'warning',
    summary: 'a label says that a module is in a layer that the image does not have',
    reference: PACKAGES,
  },
  {
    id: 'package-file-extension',
    severity: 'warning',
    summary: 'the file of a package has another extension than .cnb',
    reference: PACKAGES,
  },
  {
    id: 'package-file-publish',
    severity: 'warning',
    summary: '--publish is given where the package becomes a file, and publishes nothing',
    reference: TROWEL,
  },
  {
    id: 'package-file-tag',
    severity: 'warning',
    summary: '--tag is given where the package becomes a file, and no registry gets what it names',
    reference: TROWEL,
  },
  {
    id: 'package-flatten',
    severity: 'warning',
    summary: 'one layer of a package holds several buildpacks, which its specification does not have',
    reference: PACKAGES,
  },
  {
    id: 'place-not-looked-at',
    severity: 'info',
    summary: 'a plan was made offline, so nobody was asked whether the registry would take the image',
    reference: TROWEL,
  },
  {
    id: 'registry-tag',
    severity: 'warning',
    summary: 'a tag stands for something else than it was just given, or could not be put back',
    reference: TROWEL,
  },
  {
    id: 'suffix-without-publish',
    severity: 'warning',
    summary: '--append-image-name-suffix is given where there are no names to append to',
    reference: TROWEL,
  },
  {
    id: 'tag-nowhere',
    severity: 'warning',
    summary: '--tag gives a name to an image that goes only to places that keep no such names',
    reference: TROWEL,
  },
]
