import { encodeUtf8 } from '../bytes.js'
import { decode } from '../cnb/decode.js'
import type { ModuleKind } from '../cnb/module.js'
import {
  BOOLEAN,
  type Decoded,
  type Key,
  type Schema,
  STRING,
  STRINGS,
  table,
  type TableSchema,
  tables,
} from '../cnb/schema.js'
import type { Diagnostic } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import type { TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { DetectDescriptor, DetectOrder } from './module.js'

// What the lifecycle decodes of its files: fewer keys than a packer reads, one of them by another name (`arch-variant`), one
// that nobody documents (`extension` in an order), and a single value of a wrong type makes the whole file unreadable.
// https://github.com/buildpacks/lifecycle/blob/v0.21.0/buildpack/bp_descriptor.go

const keyOf = <const S extends Schema>(schema: S): Key & { readonly schema: S } => ({ schema, about: '' })
const TEXT = keyOf(STRING)

const REF = {
  id: TEXT,
  version: TEXT,
  api: TEXT,
  homepage: TEXT,
  extension: keyOf(BOOLEAN),
  optional: keyOf(BOOLEAN),
} as const

const ORDER = tables({ group: keyOf(tables(REF)), 'group-extensions': keyOf(tables(REF)) })

const INFO = {
  id: TEXT,
  name: TEXT,
  version: TEXT,
  homepage: TEXT,
  'clear-env': keyOf(BOOLEAN),
  'exec-env': keyOf(STRINGS),
} as const

const TARGETS = tables({
  os: TEXT,
  arch: TEXT,
  'arch-variant': TEXT,
  distros: keyOf(tables({ name: TEXT, version: TEXT })),
})

const BUILDPACK = table({
  api: TEXT,
  buildpack: keyOf(table({ ...INFO, 'sbom-formats': keyOf(STRINGS) })),
  order: keyOf(ORDER),
  targets: keyOf(TARGETS),
  stacks: keyOf(tables({ id: TEXT })),
})

const EXTENSION = table({ api: TEXT, extension: keyOf(table(INFO)), targets: keyOf(TARGETS) })

/** `/cnb/order.toml`. */
const ORDER_FILE = table({ order: keyOf(ORDER), 'order-extensions': keyOf(ORDER) })

/** A file as the lifecycle decodes it, or why it does not. */
export type DecodedFile<T> =
  | { readonly kind: 'decoded'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string }

/** A buildpack.toml or extension.toml as the detector reads it. */
export function decodeDescriptor(kind: ModuleKind, document: TomlDocument): DecodedFile<DetectDescriptor> {
  return kind === 'buildpack'
    ? mapped(decodeFile(BUILDPACK, document), buildpackOf)
    : mapped(decodeFile(EXTENSION, document), extensionOf)
}

/** The orders of an order.toml as the detector reads them. */
export function decodeOrderFile(
  document: TomlDocument,
): DecodedFile<{ readonly order: DetectOrder; readonly orderExtensions: DetectOrder }> {
  return mapped(decodeFile(ORDER_FILE, document), (file) => ({
    order: orderOf(file.order),
    orderExtensions: extensionOrder(orderOf(file['order-extensions'])),
  }))
}

/** Whatever stands in an order of extensions is an extension, and optional. */
export function extensionOrder(order: DetectOrder): DetectOrder {
  return order.map((group) => group.map((ref) => ({ ...ref, kind: 'extension', optional: true })))
}

/** The TOML document in `text`, or why there is none. `file` is how places name it. */
export function parseFile(text: string, file: string): DecodedFile<TomlDocument> {
  let reason = ''
  const report = (diagnostic: Diagnostic): void => void (reason = reasonOf(diagnostic))
  const document = parseToml(encodeUtf8(text), { file, limits: DEFAULT_LIMITS, report })
  return document === undefined ? { kind: 'refused', reason } : { kind: 'decoded', value: document }
}

/** Decodes by a schema, and refuses the whole for any one value. */
export function decodeFile<S extends TableSchema>(schema: S, document: TomlDocument): DecodedFile<Decoded<S>> {
  const errors: Diagnostic[] = []
  const value = decode(schema, document, (diagnostic) => errors.push(diagnostic))
  const first = errors.find(({ severity }) => severity === 'error')
  return first === undefined ? { kind: 'decoded', value } : { kind: 'refused', reason: reasonOf(first) }
}

/** Where and why a file cannot be read, in one line. */
export function reasonOf({ place: { line }, message }: Diagnostic): string {
  return line === undefined ? message : `line ${line}: ${message}`
}

function mapped<A, B>(decoded: DecodedFile<A>, map: (value: A) => B): DecodedFile<B> {
  return decoded.kind === 'refused' ? decoded : { kind: 'decoded', value: map(decoded.value) }
}

function buildpackOf({
  api = '',
  buildpack,
  order,
  targets,
  stacks = [],
}: Decoded<typeof BUILDPACK>): DetectDescriptor {
  return {
    api,
    homepage: buildpack?.homepage ?? '',
    targets: targetsOf(targets),
    stacks: stacks.map(({ id = '' }) => ({ id })),
    execEnv: buildpack?.['exec-env'] ?? [],
    order: orderOf(order),
  }
}

function extensionOf({ api = '', extension, targets }: Decoded<typeof EXTENSION>): DetectDescriptor {
  return {
    api,
    homepage: extension?.homepage ?? '',
    targets: targetsOf(targets),
    stacks: [],
    execEnv: extension?.['exec-env'] ?? [],
    order: [],
  }
}

function targetsOf(targets: Decoded<typeof TARGETS> = []): DetectDescriptor['targets'] {
  return targets.map(({ os = '', arch = '', 'arch-variant': variant = '', distros = [] }) => ({
    os,
    arch,
    variant,
    distros: distros.map(({ name = '', version = '' }) => ({ name, version })),
  }))
}

function orderOf(order: Decoded<typeof ORDER> = []): DetectOrder {
  return order.map(({ group = [] }) =>
    group.map(({ id = '', version = '', optional = false, extension = false }) => ({
      id,
      version,
      optional,
      kind: extension ? 'extension' : 'buildpack',
    })),
  )
}
