/** Images to inspect, as their labels and configs describe them: made of variants that meet in ways that nobody has thought of. */
import fc, { type Arbitrary } from 'fast-check'
import { APP } from './random-apps.js'
import { IDS, INFO, layersOf, MODULE, MODULES, Orders, SEEDS, STACKS, VERSIONS } from './random-layers.js'
import { mostly } from './random-modules.js'
import { RUN_IMAGE, SETTINGS } from './random-run-images.js'
import { list, maybe, randomText } from './random-texts.js'

/** An image to inspect. */
export interface RandomImage {
  readonly kind: 'builder' | 'buildpack' | 'extension' | 'app'
  /** Values that are no text are written as JSON; what is undefined is not there. */
  readonly labels: Readonly<Record<string, unknown>>
  /** Members of the `config` of the image's config. */
  readonly container: Readonly<Record<string, unknown>>
  /** Mirrors in the user's settings. */
  readonly mirrors: readonly { readonly image: string; readonly mirrors: readonly string[] }[]
  readonly depth: number
  readonly verbose: boolean
}

const APIS = maybe(
  fc.record({
    deprecated: list(fc.constantFrom('0.2', '0.3')),
    supported: list(fc.constantFrom('0.7', '0.10', '0.12')),
  }),
)
const LIFECYCLE = fc.record({
  version: mostly<string | null | undefined>('0.21.0', [null, undefined, '0.9.3', '1.0.0-rc.1+x'], 3),
  api: maybe(
    fc.record({ buildpack: fc.constantFrom('0.2', '0.10', null), platform: fc.constantFrom('0.3', '0.12', null) }),
  ),
  apis: maybe(fc.record({ buildpack: APIS, platform: APIS })),
})

const EXTENSIONS = fc.option(
  fc.array(fc.record({ id: fc.constantFrom(...IDS), version: fc.constantFrom(...VERSIONS), info: INFO }), {
    maxLength: 3,
  }),
)
const METADATA = fc.record({
  description: maybe(randomText('an example', '')),
  createdBy: maybe(fc.record({ name: maybe(randomText('trowel', '')), version: maybe(randomText('1.2.3')) })),
  stack: maybe(fc.record({ runImage: maybe(RUN_IMAGE) })),
  images: list(RUN_IMAGE),
  lifecycle: maybe(LIFECYCLE),
})

const BUILDER: Arbitrary<RandomImage> = fc
  .record({
    metadata: METADATA,
    modules: MODULES,
    repeats: fc.boolean(),
    seeds: SEEDS,
    groups: maybe(fc.array(fc.nat(3), { maxLength: 4 })),
    extensions: EXTENSIONS,
    stackId: maybe(randomText('io.acme.stack')),
    mixins: maybe(list(randomText('git', 'build:git', 'run:tz', 'curl', 'build:make'), 6)),
    settings: fc.record({ mirrors: SETTINGS, depth: fc.integer({ min: -1, max: 3 }), verbose: fc.boolean() }),
  })
  .map(({ metadata, modules, repeats, seeds, groups, extensions, stackId, mixins, settings }): RandomImage => {
    const orders = new Orders(modules, seeds)
    const buildpacks = modules.map(({ id, version, info }) => ({ id, version, ...info }))
    return {
      kind: 'builder',
      labels: {
        'io.buildpacks.builder.metadata': {
          ...metadata,
          buildpacks: repeats ? [...buildpacks, ...buildpacks.slice(0, 1)] : buildpacks,
          extensions: extensions?.map(({ id, version, info }) => ({ id, version, ...info })),
        },
        'io.buildpacks.buildpack.order': groups?.map((count) => ({ group: orders.group(modules, count) })),
        // Of a group of several pack shows the last one.
        'io.buildpacks.buildpack.order-extensions': extensions?.map(({ id, version }, i) => ({
          group: [{ id, version, optional: i > 0 }],
        })),
        'io.buildpacks.buildpack.layers': layersOf(modules, orders),
        'io.buildpacks.stack.id': stackId,
        'io.buildpacks.stack.mixins': mixins,
      },
      container: {},
      ...settings,
    }
  })

const BUILDPACK: Arbitrary<RandomImage> = fc
  .record({
    modules: MODULES,
    seeds: SEEDS,
    stacks: STACKS,
    depth: fc.integer({ min: -1, max: 4 }),
    verbose: fc.boolean(),
  })
  .map(({ modules, seeds, stacks, depth, verbose }): RandomImage => {
    const orders = new Orders(modules, seeds)
    const [main] = modules
    return {
      kind: 'buildpack',
      labels: {
        'io.buildpacks.buildpackage.metadata': { id: main?.id, version: main?.version, ...main?.info, stacks },
        'io.buildpacks.buildpack.layers': layersOf(modules, orders),
      },
      container: {},
      mirrors: [],
      depth,
      verbose,
    }
  })

const EXTENSION: Arbitrary<RandomImage> = MODULE.map((module): RandomImage => {
  const { id, version, info } = module
  return {
    kind: 'extension',
    labels: {
      'io.buildpacks.buildpackage.metadata': { id, version, ...info, stacks: null },
      'io.buildpacks.extension.layers': layersOf([{ ...module, groups: [] }], new Orders([], [0])),
    },
    container: {},
    mirrors: [],
    depth: -1,
    verbose: false,
  }
})

/** Labels whose outer objects are maps, and how many of them. */
const MAPS: Readonly<Record<string, number>> = {
  'io.buildpacks.buildpack.layers': 2,
  'io.buildpacks.extension.layers': 2,
}

/** A value of a label as a maker of later times writes it: with one member more in every object that is no map. */
function ofLaterTimes(value: unknown, maps: number): unknown {
  if (Array.isArray(value)) return value.map((item) => ofLaterTimes(item, maps))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, item]) => [key, ofLaterTimes(item, Math.max(maps - 1, 0))] as const)
  return Object.fromEntries(maps > 0 ? members : [...members, ['of-later-times', [{ id: 1, version: null }]]])
}

function withUnknown(image: RandomImage): RandomImage {
  const labels = Object.entries(image.labels).map(([name, value]) => [name, ofLaterTimes(value, MAPS[name] ?? 0)])
  return { ...image, labels: Object.fromEntries(labels) as RandomImage['labels'] }
}

/** Images of every kind. */
export const IMAGE: Arbitrary<RandomImage> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: BUILDER },
      { weight: 3, arbitrary: BUILDPACK },
      { weight: 1, arbitrary: EXTENSION },
      { weight: 3, arbitrary: APP },
    ),
    mostly(false, [true], 4),
  )
  .map(([image, isLater]) => (isLater ? withUnknown(image) : image))

/** What stands where something else is looked for. */
const OTHER = [null, 0, 1.5, -1, true, false, 'x', [], {}, [null], ['x'], [1], [[]], [{}], { x: 1 }, [{ id: 1 }]]
const OTHER_LABELS = '|{|[]|{}|"x"|1|true| {} |[{}]|{"a":1}x|[[]]|{"buildpacks":null}'.split('|')

/** Images of which one label says something else, as a whole or in one place. */
export const BROKEN_IMAGE: Arbitrary<RandomImage> = fc
  .record({
    image: IMAGE,
    which: fc.nat(),
    change: fc.oneof(
      { weight: 1, arbitrary: fc.record({ whole: fc.constantFrom(...OTHER_LABELS) }) },
      { weight: 2, arbitrary: fc.record({ where: fc.nat(), other: fc.constantFrom(...OTHER) }) },
    ),
  })
  .map(({ image, which, change }): RandomImage => {
    const there = Object.entries(image.labels).filter(([, value]) => value !== undefined)
    const [name, value] = there[which % there.length] ?? ['', '']
    const changed = 'whole' in change ? change.whole : withOther(value, change.where, change.other)
    return { ...image, labels: { ...image.labels, [name]: changed } }
  })

/** `value` with `other` in one of the places in it; `value` when it has none. */
function withOther(value: unknown, where: number, other: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(value)) as unknown
  const places: (readonly [Record<string, unknown>, string])[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const holder = node as Record<string, unknown>
    for (const key of Object.keys(holder)) {
      places.push([holder, key])
      visit(holder[key])
    }
  }
  visit(copy)
  const [holder, key] = places[where % Math.max(places.length, 1)] ?? []
  if (holder !== undefined && key !== undefined) holder[key] = other
  return copy
}
