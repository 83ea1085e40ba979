import type { Report } from '../errors.js'
import type { KeyPath, Locate, TomlDocument } from '../toml/document.js'
import type { BuilderConfig, ModuleEntry, RunImage } from './builder-config.js'
import { BUILDER_TOML } from './builder-schema.js'
import { decode } from './decode.js'
import { orderOf, refsOf, targetsOf } from './decode-order.js'
import type { Order } from './order.js'
import type { Decoded } from './schema.js'

type BuilderToml = Decoded<typeof BUILDER_TOML>

/**
 * What a builder.toml says. `[stack]` is folded into `[build]` and `[run]` as pack does: the newer keys win. Wrong types and
 * unknown keys go to `report`, and a value of the wrong type is taken for absent.
 *
 * @throws never
 */
export function decodeBuilderConfig(document: TomlDocument, report: Report): BuilderConfig {
  const file = decode(BUILDER_TOML, document, report, { rule: 'toml-unknown-key-builder', severity: 'error' })
  return {
    description: file.description ?? '',
    buildpacks: entriesOf(file.buildpacks),
    extensions: entriesOf(file.extensions),
    order: file.order && orderOf(file.order),
    orderExtensions: file['order-extensions'] && withoutOptional(orderOf(file['order-extensions'])),
    system: { pre: refsOf(file.system?.pre?.buildpacks), post: refsOf(file.system?.post?.buildpacks) },
    stackId: file.stack?.id ?? '',
    buildImage: file.build?.image || (file.stack?.['build-image'] ?? ''),
    runImages: runImagesOf(file),
    lifecycle: { version: file.lifecycle?.version ?? '', uri: file.lifecycle?.uri ?? '' },
    buildEnv: (file.build?.env ?? []).map(({ name = '', value = '', suffix = '', delim = '' }) => ({
      name,
      value,
      suffix,
      delim,
    })),
    targets: targetsOf(file.targets),
  }
}

/**
 * Where the keys of a builder.toml stand, by the paths of the newer form: `build.image` and `run.images[0]` are found in
 * `[stack]` when that is where their value comes from.
 */
export function locateInBuilder(document: TomlDocument): Locate {
  return (path) => {
    const place = document.locate(path)
    const older = OLDER_FORM.find(([newer]) => newer.every((step, i) => step === path[i]))?.[1]
    return older !== undefined && document.has(older) && !document.has(path) ? document.locate(older) : place
  }
}

/** The paths of the newer form with those of the older one. */
const OLDER_FORM: readonly (readonly [newer: KeyPath, older: KeyPath])[] = [
  [
    ['build', 'image'],
    ['stack', 'build-image'],
  ],
  [
    ['run', 'images', 0, 'mirrors'],
    ['stack', 'run-image-mirrors'],
  ],
  [
    ['run', 'images', 0],
    ['stack', 'run-image'],
  ],
]

function entriesOf(entries: BuilderToml['buildpacks']): readonly ModuleEntry[] {
  return (entries ?? []).map(({ uri = '', image = '', id = '', version = '' }) => ({ uri, image, id, version }))
}

/** Every extension is optional, so pack takes the word out wherever a file has it. */
function withoutOptional(order: Order): Order {
  return order.map(({ refs }) => ({ refs: refs?.map((ref) => ({ ...ref, optional: false })) }))
}

function runImagesOf({ run, stack }: BuilderToml): readonly RunImage[] {
  if (run?.images !== undefined && run.images.length > 0) {
    return run.images.map(({ image = '', mirrors }) => ({ image, mirrors }))
  }
  const image = stack?.['run-image'] ?? ''
  return image === '' ? [] : [{ image, mirrors: stack?.['run-image-mirrors'] }]
}
