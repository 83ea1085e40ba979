import type { Report } from '../errors.js'
import type { TomlDocument } from '../toml/document.js'
import type { RunImage } from './builder-config.js'
import { decode } from './decode.js'
import { orderOf, refsOf } from './decode-order.js'
import { ORDER, REFS } from './module-schema.js'
import type { Order, SystemModules } from './order.js'
import { STRING, STRINGS, table, tables } from './schema.js'

const RUN_IMAGE = {
  image: { schema: STRING, about: 'image that applications run on' },
  mirrors: { schema: STRINGS, about: 'other places of the same image' },
}

const SYSTEM_MODULES = table({ buildpacks: { schema: REFS, about: 'buildpacks that every group gets' } })

const ORDER_TOML = table({
  order: { schema: ORDER, about: 'buildpacks by detection order' },
  'order-extensions': { schema: ORDER, about: 'extensions by detection order' },
})
const SYSTEM_TOML = table({
  system: {
    schema: table({
      pre: { schema: SYSTEM_MODULES, about: 'put before every group' },
      post: { schema: SYSTEM_MODULES, about: 'put behind every group' },
    }),
    about: 'buildpacks that run with every group',
  },
})
const RUN_TOML = table({ images: { schema: tables(RUN_IMAGE), about: 'run images, the first is the default' } })
const STACK_TOML = table({ 'run-image': { schema: table(RUN_IMAGE), about: 'the default run image' } })

/**
 * What /cnb/order.toml of a builder says. Keys that are not known are for others.
 *
 * @see https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#ordertoml-toml
 */
export function decodeOrderToml(
  document: TomlDocument,
  report: Report,
): { readonly order: Order; readonly orderExtensions: Order } {
  const file = decode(ORDER_TOML, document, report)
  return { order: orderOf(file.order), orderExtensions: orderOf(file['order-extensions']) }
}

/** What /cnb/system.toml says. @see https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml */
export function decodeSystemToml(document: TomlDocument, report: Report): SystemModules {
  const { system } = decode(SYSTEM_TOML, document, report)
  return { pre: refsOf(system?.pre?.buildpacks), post: refsOf(system?.post?.buildpacks) }
}

/** The images of /cnb/run.toml. @see https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#runtoml-toml */
export function decodeRunToml(document: TomlDocument, report: Report): readonly RunImage[] {
  const { images = [] } = decode(RUN_TOML, document, report)
  return images.map(({ image = '', mirrors }) => ({ image, mirrors }))
}

/**
 * The run image of /cnb/stack.toml; undefined when it has none.
 *
 * @see https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#stacktoml-toml
 */
export function decodeStackToml(document: TomlDocument, report: Report): RunImage | undefined {
  const image = decode(STACK_TOML, document, report)['run-image']
  return image && { image: image.image ?? '', mirrors: image.mirrors }
}
