/** What pack has and trowel has not, by the words that say it: what to do instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  build: 'trowel makes what applications are built with; pack build builds them',
  rebase: 'pack rebase does that; trowel makes what applications are built with',
  'inspect --bom':
    'the bill of materials in a label is of an old form, which pack calls deprecated: see trowel sbom download',
  'builder suggest': 'trowel recommends nobody’s builders: see https://buildpacks.io',
  stack: 'stacks are deprecated: a builder.toml names a build image and run images',
  manifest: 'several targets are published as one index, and trowel copy takes one from place to place',
  report: 'see trowel version, and trowel config',
  'extension pull': 'in pack this does nothing: an engine pulls the image of an extension by its reference',
  'extension register': 'in pack this does nothing: a buildpack registry lists buildpacks only',
  'extension yank': 'in pack this does nothing: a buildpack registry lists buildpacks only',
  'inspect-image': 'see trowel inspect',
  'create-builder': 'see trowel builder create',
  'inspect-builder': 'see trowel builder inspect',
  'package-buildpack': 'see trowel buildpack package',
  'inspect-buildpack': 'see trowel buildpack inspect',
  'register-buildpack': 'see trowel buildpack register',
  'yank-buildpack': 'see trowel buildpack yank',
  'suggest-builders': 'trowel recommends nobody’s builders: see https://buildpacks.io',
  'set-default-builder': 'see trowel config default-builder',
  'set-run-image-mirrors': 'see trowel config run-image-mirrors add',
  'trust-builder': 'see trowel config trusted-builders add',
  'untrust-builder': 'see trowel config trusted-builders remove',
  'list-trusted-builders': 'see trowel config trusted-builders list',
  'add-registry': 'see trowel config registries add',
  'list-registries': 'see trowel config registries list',
  'remove-registry': 'see trowel config registries remove',
  'set-default-registry': 'see trowel config registries default',
}

/** What to do instead of a command line that pack would understand; undefined when it would not either. */
export function insteadOf(argv: readonly string[]): { readonly said: string; readonly instead: string } | undefined {
  const isFlag = (word: string): boolean => word.startsWith('-')
  const flags = new Set(argv.filter(isFlag).map((word) => word.split('=', 1)[0]))
  const words = argv.filter((word) => !isFlag(word))
  const begins = (said: readonly string[]): boolean => said.every((word, i) => word === words[i])
  const [said, instead] =
    Object.entries(INSTEAD).find(([text]) => {
      const said = text.split(' ')
      return begins(said.filter((word) => !isFlag(word))) && said.filter(isFlag).every((flag) => flags.has(flag))
    }) ?? []
  return said === undefined || instead === undefined ? undefined : { said, instead }
}
