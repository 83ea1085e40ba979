import type { Limits } from '../limits.js'
import { parseToml } from '../toml/parse.js'
import { compareBytes } from '../bytes.js'
import { printApiVersion } from './api-version.js'
import { decodeModuleDescriptor } from './decode-module.js'
import { moduleName, type ModuleDescriptor } from './module.js'
import type { Order } from './order.js'
import type { Stack } from './stack.js'
import { printTargets } from './target.js'

/** How the descriptor in a layer compares with what the label of its package says of the module. */
export interface KeptPromise {
  /** Why nothing can be built on what the label says, in words that follow the name of the file; undefined when it can. */
  readonly broken: string | undefined
  /** Keys of which the label says something else, where only whoever looks for stacks, targets or a home page is misled. */
  readonly differing: readonly string[]
}

/**
 * Compares a descriptor with what a label promises, as `descriptorOf` gives it. What a label leaves out is no difference: packers
 * before our time knew less. What else is to be said of the descriptor was for its packager to hear.
 */
export function comparePromise(bytes: Uint8Array, promised: ModuleDescriptor, limits: Limits): KeptPromise {
  const report = (): void => {}
  const document = parseToml(bytes, { file: '', limits, report })
  const found = document && decodeModuleDescriptor(promised.kind, document, report)
  if (found === undefined) return { broken: 'is no descriptor', differing: [] }
  return { broken: brokenBy(found, promised), differing: differingIn(found, promised) }
}

function brokenBy(found: ModuleDescriptor, promised: ModuleDescriptor): string | undefined {
  const [name, actual] = [moduleName(promised.info), moduleName(found.info)]
  if (actual !== name) return `says ${actual}`
  const [api, actualApi] = [printApiVersion(promised.api), printApiVersion(found.api)]
  if (actualApi !== api) return `says api ${actualApi} instead of ${api}`
  const isOther = promised.kind === 'buildpack' && textOfOrder(found.order) !== textOfOrder(promised.order)
  return isOther ? 'has another order' : undefined
}

function differingIn(found: ModuleDescriptor, promised: ModuleDescriptor): string[] {
  const texts: readonly (readonly [string, (descriptor: ModuleDescriptor) => string])[] = [
    ['stacks', ({ stacks }) => textOfStacks(stacks)],
    ['targets', ({ targets }) => printTargets(targets)],
    ['name', ({ info }) => info.name],
    ['homepage', ({ info }) => info.homepage],
  ]
  return texts.flatMap(([key, textOf]) => {
    const said = textOf(promised)
    return said === '' || said === textOf(found) ? [] : [key]
  })
}

function textOfOrder(order: Order): string {
  const refs = order.map(({ refs = [] }) => refs.map((ref) => [ref.id, ref.version, ref.optional]))
  return JSON.stringify(refs)
}

/** Empty without stacks. In which order they and their mixins are named says nothing. */
function textOfStacks(stacks: readonly Stack[]): string {
  const texts = stacks.map(({ id, mixins }) => JSON.stringify([id, mixins.toSorted(compareBytes)]))
  return texts.toSorted(compareBytes).join()
}
