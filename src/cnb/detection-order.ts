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
/** Entries and groups. A few composites that name each other twice make more than anybody can read. */
const MAX_ENTRIES = 10_000
/** Characters, of what an entry says as often as it is shown: one label can say of a composite as much as it holds. */
const MAX_TEXT = 16 * 1024 * 1024

/** The modules of an image by id. */
export type ModulesById = ReadonlyMap<string, readonly ModuleLayer[]>

/** `modules` by id, in which `moduleOfRef` looks. */
export function modulesById(modules: readonly ModuleLayer[]): ModulesById {
  const byId = new Map<string, ModuleLayer[]>()
  for (const module of modules) {
    const versions = byId.get(module.id)
    if (versions === undefined) byId.set(module.id, [module])
    else versions.push(module)
  }
  return byId
}

/** The module that a ref means, among those that an image has. */
export function moduleOfRef(ref: ModuleRef, modules: ModulesById): ModuleLayer | undefined {
  const versions = modules.get(ref.id) ?? []
  const named = ref.version === '' ? versions : versions.filter(({ version }) => version === ref.version)
  return named.length === 1 ? named[0] : undefined
}

/**
 * What a lifecycle tries, one after the other: `order` with every composite among `modules` opened, to a depth. A ref without
 * a version means the only one that is there; a ref to what is not there stays as it is.
 *
 * @throws CnbError E_LABEL when it would be too much to look at
 */
export function expandOrder(order: Order, modules: ModulesById, options: ExpandOptions): DetectionOrder {
  return new Expansion(modules, options.from).open(order, options.depth, [])
}

class Expansion {
  readonly #modules: ModulesById
  readonly #from: string
  #entries = 0
  #text = 0

  constructor(modules: ModulesById, from: string) {
    this.#modules = modules
    this.#from = from
  }

  open(order: Order, depth: number, above: readonly string[]): DetectionOrder {
    if (above.length > MAX_DEPTH) throw this.#tooMuch(`goes more than ${MAX_DEPTH} composites deep`)
    this.#count(order.length, 0)
    return order.map(({ refs = [] }) => refs.map((ref) => this.#entry(ref, depth, above)))
  }

  #entry(ref: ModuleRef, depth: number, above: readonly string[]): OrderEntry {
    const entry = { ...ref, isCyclic: false, groups: [] }
    const text = textOf(ref)
    this.#count(1, text)
    const module = moduleOfRef(ref, this.#modules)
    if (module === undefined || module.order.length === 0) return entry
    const name = moduleName(module)
    if (above.includes(name)) return { ...entry, isCyclic: true }
    if (depth === 0) return entry
    // It is shown once for each of its groups.
    this.#count(0, text * (module.order.length - 1))
    return { ...entry, groups: this.open(module.order, depth - 1, [...above, name]) }
  }

  #count(entries: number, text: number): void {
    this.#entries += entries
    this.#text += text
    if (this.#entries > MAX_ENTRIES) throw this.#tooMuch(`has more than ${MAX_ENTRIES} entries`)
    if (this.#text > MAX_TEXT) throw this.#tooMuch(`has more than ${MAX_TEXT} characters`)
  }

  #tooMuch(problem: string): CnbError {
    return new CnbError('E_LABEL', `the detection order of ${this.#from} ${problem}`, {
      place: { file: this.#from },
      hint: 'look at less of it with --depth',
    })
  }
}

/** Characters of what a ref says of its module. */
function textOf({ id, version, name, description, homepage, keywords, execEnv, licenses }: ModuleRef): number {
  const texts = [id, version, name, description, homepage, ...keywords, ...execEnv]
  return [...texts, ...licenses.flatMap(({ type, uri }) => [type, uri])].reduce(
    (sum, { length }) => sum + length + 1,
    0,
  )
}
