import { unlessBlank, unlessEmpty } from '../oci/go-json.js'
import { type PrintableTable, printToml } from '../toml/encode.js'
import type { RunImage } from './builder-config.js'
import type { ModuleRef, Order, SystemModules } from './order.js'

/**
 * The text of /cnb/order.toml: orders with every version filled in. An order without groups is left out.
 * @see https://github.com/buildpacks/spec/blob/platform/v0.12/platform.md#ordertoml-toml
 */
export function printOrderToml(order: Order, orderExtensions: Order): string {
  return printToml(
    new Map([
      ['order', unlessEmpty(order.map(groupTable))],
      ['order-extensions', unlessEmpty(orderExtensions.map(groupTable))],
    ]),
  )
}

function groupTable({ refs = [] }: Order[number]): PrintableTable {
  return new Map([['group', unlessEmpty(refs.map(refTable))]])
}

/**
 * The text of /cnb/system.toml: system buildpacks with every version filled in.
 * @see https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml
 */
export function printSystemToml({ pre, post }: SystemModules): string {
  const refs = (list: readonly ModuleRef[]): PrintableTable | undefined =>
    list.length === 0 ? undefined : new Map([['buildpacks', list.map(refTable)]])
  return printToml(
    new Map([
      [
        'system',
        new Map([
          ['pre', refs(pre)],
          ['post', refs(post)],
        ]),
      ],
    ]),
  )
}

/**
 * The text of /cnb/stack.toml, which platforms before API 0.12 read.
 * @see https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#stacktoml-toml
 */
export function printStackToml(runImage: RunImage): string {
  return printToml(new Map([['run-image', runImageTable(runImage)]]))
}

/**
 * The text of /cnb/run.toml.
 * @see https://github.com/buildpacks/spec/blob/platform/v0.12/platform.md#runtoml-toml
 */
export function printRunToml(runImages: readonly RunImage[]): string {
  return printToml(new Map([['images', runImages.map(runImageTable)]]))
}

function runImageTable({ image, mirrors }: RunImage): PrintableTable {
  return new Map<string, string | readonly string[] | undefined>([
    ['image', image],
    ['mirrors', mirrors],
  ])
}

/** The keys in pack's order: licences, being tables, come last whatever their place. */
function refTable(ref: ModuleRef): PrintableTable {
  return new Map<string, string | boolean | readonly string[] | readonly PrintableTable[] | undefined>([
    ['id', unlessBlank(ref.id)],
    ['name', unlessBlank(ref.name)],
    ['version', unlessBlank(ref.version)],
    ['description', unlessBlank(ref.description)],
    ['homepage', unlessBlank(ref.homepage)],
    ['keywords', unlessEmpty(ref.keywords)],
    ['exec-env', unlessEmpty(ref.execEnv)],
    ['clear-env', ref.clearEnv || undefined],
    ['optional', ref.optional || undefined],
    [
      'licenses',
      unlessEmpty(
        ref.licenses.map(
          ({ type, uri }) =>
            new Map([
              ['type', type],
              ['uri', uri],
            ]),
        ),
      ),
    ],
  ])
}
