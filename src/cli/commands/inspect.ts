import type { Command, Operand } from '../command.js'
import { registryFlags } from '../flags.js'
import { DEPTH_FLAG, INSPECT_FLAGS } from './inspect-flags.js'

const PLACES = 'a reference, docker:REF, oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, a file or a URL'

const operand = (name: string, what: string): Operand => ({ name, help: `${what}: ${PLACES}`, count: 'one' })

/** `trowel builder inspect` */
export const BUILDER_INSPECT: Command = {
  words: ['builder', 'inspect'],
  operands: [
    { ...operand('NAME', 'the builder'), default: 'that of trowel config default-builder', count: 'optional' },
  ],
  help: 'show what is in a builder',
  flags: [DEPTH_FLAG, ...INSPECT_FLAGS],
  load: async () => (await import('./inspect-builder.js')).builderInspect,
}

/** `trowel buildpack inspect` */
export const BUILDPACK_INSPECT: Command = {
  words: ['buildpack', 'inspect'],
  operands: [operand('NAME', 'the buildpackage')],
  help: 'show what is in a buildpackage',
  flags: [DEPTH_FLAG, ...registryFlags('r', 'registry'), ...INSPECT_FLAGS],
  load: async () => (await import('./inspect-package.js')).buildpackInspect,
}

/** `trowel extension inspect` */
export const EXTENSION_INSPECT: Command = {
  words: ['extension', 'inspect'],
  operands: [operand('NAME', 'the extension package')],
  help: 'show what is in an extension package',
  flags: INSPECT_FLAGS,
  load: async () => (await import('./inspect-package.js')).extensionInspect,
}

const INSPECT: Command = {
  words: ['inspect'],
  operands: [operand('IMAGE', 'the application')],
  help: 'show how an application was built',
  flags: INSPECT_FLAGS,
  load: async () => (await import('./inspect-app.js')).inspect,
}

const also = (command: Command, ...words: readonly string[]): Command => ({ ...command, words, isHidden: true })

/** `trowel inspect`, and the other names that pack has for what inspects. */
export const INSPECT_COMMANDS: readonly Command[] = [
  INSPECT,
  also(INSPECT, 'inspect-image'),
  also(BUILDER_INSPECT, 'inspect-builder'),
  also(BUILDER_INSPECT, 'builder', 'inspect-builder'),
  also(BUILDPACK_INSPECT, 'inspect-buildpack'),
]
