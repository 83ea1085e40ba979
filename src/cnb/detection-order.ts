import { CnbError } from '../errors.js'
import type { ModuleLayer } from './layers-label.js'
import { moduleName } from './module.js'
import type { ModuleRef, Order } from './order.js'

/** A module in an order, and below it the order of its own if it is a composite that is shown opened. */
export interface OrderEntry extends ModuleRef {
  /** It stands above itself, so it is not opened again. */
  readonly isCyclic: boolean
  readonly groups: DetectionOrder
}

/** An order with its composites opened. */
export type DetectionOrder = readonly (readonly OrderEntry[])[]

/** How an order is opened. */
export interface ExpandOptions {
  /** Levels of composites that are opened; all of them when negative. */
  readonly depth: number
  /** The image, for messages. */
  readonly from: string
}

/** Composites in composites. Nobody nests more than a few, and each level is a call that has not returned. */
const MAX_DEPTH = 64
/** Entries. A few composites that name each other twice make more than anybody can read. */
const MAX_ENTRIES = 10_000

/**
 * What a lifecycle tries, one after the other: `order` with every composite among `modules` opened, to a depth. A ref without
 * a version means the only one that is there; a ref to what is not there stays as it is.
 *
 * @throws CnbError E_LABEL when it would be too much to look at
 */
export function expandOrder(order: Order, modules: readonly ModuleLayer[], options: ExpandOptions): DetectionOrder {
  return new Expansion(modules, options.from).open(order, options.depth, [])
}

/** The module that a ref means, among those that an image has. */
export function moduleOfRef(ref: ModuleRef, modules: readonly ModuleLayer[]): ModuleLayer | undefined {
  const named = modules.filter(({ id, version }) => id === ref.id && (ref.version === '' || version === ref.version))
  return named.length === 1 ? named[0] : undefined
}

class Expansion {
  readonly #byId = new Map<string, ModuleLayer[]>()
  readonly #from: string
  #entries = 0

  constructor(modules: readonly ModuleLayer[], from: string) {
    this.#from = from
    for (const module of modules) {
      const versions = this.#byId.get(module.id)
      if (versions === undefined) this.#byId.set(module.id, [module])
      else versions.push(module)
    }
  }

  open(order: Order, depth: number, above: readonly string[]): DetectionOrder {
    if (above.length > MAX_DEPTH) throw this.#tooMuch(`goes more than ${MAX_DEPTH} composites deep`)
    return order.map(({ refs = [] }) => refs.map((ref) => this.#entry(ref, depth, above)))
  }

  #entry(ref: ModuleRef, depth: number, above: readonly string[]): OrderEntry {
    this.#entries++
    if (this.#entries > MAX_ENTRIES) throw this.#tooMuch(`has more than ${MAX_ENTRIES} entries`)
    const module = moduleOfRef(ref, this.#byId.get(ref.id) ?? [])
    if (module === undefined || module.order.length === 0) return { ...ref, isCyclic: false, groups: [] }
    const name = moduleName(module)
    if (above.includes(name)) return { ...ref, isCyclic: true, groups: [] }
    const groups = depth === 0 ? [] : this.open(module.order, depth - 1, [...above, name])
    return { ...ref, isCyclic: false, groups }
  }

  #tooMuch(problem: string): CnbError {
    return new CnbError('E_LABEL', `the detection order of ${this.#from} ${problem}`, {
      place: { file: this.#from },
      hint: 'look at less of it with --depth',
    })
  }
}
