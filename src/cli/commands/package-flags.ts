import type { Flag } from '../command.js'
import { INPUT_FLAGS, MAKING_FLAGS, OUTPUT_FLAGS } from '../image-flags.js'

/** Flags of `buildpack package` and of `extension package`. */
export const PACKAGE_FLAGS: readonly Flag[] = [
  {
    name: 'config',
    short: 'c',
    kind: 'text',
    value: 'FILE',
    help: 'package.toml',
    default: 'none, and the module alone is packaged',
  },
  {
    name: 'path',
    short: 'p',
    kind: 'text',
    value: 'PATH',
    help: 'directory or archive of the module, when there is no package.toml',
    default: 'the current folder',
  },
  {
    name: 'format',
    short: 'f',
    kind: 'text',
    value: 'FORMAT',
    help: 'image, or file: NAME is a .cnb file',
    default: 'image',
  },
  ...OUTPUT_FLAGS,
  ...INPUT_FLAGS,
  {
    name: 'created-by',
    kind: 'text',
    value: 'NAME@VERSION',
    help: 'who made the image, as its author',
    default: 'nobody',
  },
  ...MAKING_FLAGS,
  { name: 'experimental', kind: 'switch', help: 'changes nothing: --flatten only gets a warning' },
]
