/** What a flag takes: nothing, one text (the last one given counts), or a text each time it is given. */
type FlagKind = 'switch' | 'text' | 'list'

/** A flag as data. */
export interface Flag {
  readonly name: string
  readonly short?: string
  readonly kind: FlagKind
  /** What stands for its value in the help. */
  readonly value?: string
  readonly help: string
}

/** A command as data: the parser and the help are made from it. */
export interface Command {
  /** The words that name it, such as `builder create`. */
  readonly words: readonly string[]
  readonly operand: string
  readonly operandHelp: string
  readonly help: string
  readonly flags: readonly Flag[]
}

/** Flags that every command takes. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'quiet', short: 'q', kind: 'switch', help: 'show warnings and errors only' },
  { name: 'verbose', short: 'v', kind: 'switch', help: 'show more of what is being done' },
  { name: 'timestamps', kind: 'switch', help: 'put the local time before every line' },
  { name: 'no-color', kind: 'switch', help: 'use no colour, as NO_COLOR in the environment' },
  { name: 'force-color', kind: 'switch', help: 'use colour although stderr is not a terminal' },
  { name: 'debug', kind: 'switch', help: 'show where in trowel an error arose' },
  { name: 'help', short: 'h', kind: 'switch', help: 'show this' },
  { name: 'version', kind: 'switch', help: 'show the version of trowel' },
]

const BUILDER_CREATE: Command = {
  words: ['builder', 'create'],
  operand: 'NAME',
  operandHelp: 'reference of the builder, such as registry.example/acme/builder:1',
  help: 'make a builder image from a builder.toml',
  flags: [
    { name: 'config', short: 'c', kind: 'text', value: 'FILE', help: 'builder.toml' },
    { name: 'to', kind: 'list', value: 'PLACE', help: 'write the image to oci:DIR[:TAG]' },
    {
      name: 'replace',
      kind: 'list',
      value: 'REF=PLACE',
      help: 'read PLACE (oci:DIR[:TAG], a directory, an archive) wherever the files say REF',
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
    { name: 'json', kind: 'switch', help: 'print the result as JSON' },
    { name: 'jobs', kind: 'text', value: 'NUMBER', help: 'layers made at once; as many as there are CPUs' },
    { name: 'cache-dir', kind: 'text', value: 'DIR', help: 'where made layers are kept for the next run' },
    { name: 'no-cache', kind: 'switch', help: 'keep and reuse no layers' },
    { name: 'limit', kind: 'list', value: 'NAME=NUMBER', help: 'lift or lower a limit; an unknown name lists them' },
    {
      name: 'experimental',
      kind: 'switch',
      help: 'accept what pack calls experimental: extensions below Platform API 0.13',
    },
    { name: 'allow-absolute-symlinks', kind: 'switch', help: 'take links with an absolute target, with a warning' },
  ],
}

/** Every command. */
export const COMMANDS: readonly Command[] = [BUILDER_CREATE]

/** First words that are understood for another one, as in pack. */
export const WORD_ALIASES: Readonly<Record<string, string>> = { builders: 'builder' }
