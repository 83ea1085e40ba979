/** Why an error on a real file is right, by rule; `file` narrows it to files whose path has it. The first that fits counts. */
export const REASONS: readonly { readonly rule: string; readonly file?: string; readonly why: string }[] = [
  {
    rule: 'toml-path-missing',
    why: 'the file is judged where it lies, without the folders that it names; pack refuses it there too',
  },
  {
    rule: 'descriptor-missing',
    why: 'the folder that it names holds no descriptor of this kind here; pack refuses it there too',
  },
  { rule: 'toml-syntax', why: 'TOML 1.0 does not allow it, and pack and the lifecycle cannot read the file' },
  { rule: 'toml-unknown-key-builder', why: 'the keys of 2019, before orders; pack refuses keys that it does not know' },
  { rule: 'builder-build-image-missing', why: 'the file is from before builders named their images; pack refuses it' },
  { rule: 'builder-run-images-missing', why: 'the file is from before builders named their images; pack refuses it' },
  {
    rule: 'builder-locator-invalid',
    why: 'pack finds nothing there: what follows file:// is taken for the name of a host, or the scheme is none that it knows',
  },
  { rule: 'reference-malformed', why: 'no registry can have a repository of this name, and pack cannot fetch it' },
  {
    rule: 'platform-api-gap',
    why: 'the lifecycle that it pins has no Platform API in which extensions are no experiment; pack refuses it without --experimental',
  },
  { rule: 'target-on-composite', why: 'a composite has no stacks of its own; pack refuses one from a folder' },
  { rule: 'package-source-missing', why: 'it names no module to be packaged; pack refuses it' },
  {
    rule: 'version-missing',
    why: 'the descriptor names no version and nothing says that a tool fills it in; pack refuses a module without',
  },
  { rule: 'package-dep-scheme', why: 'only its own tool knows the scheme; pack refuses it' },
]
