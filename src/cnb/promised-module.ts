import type { Limits } from '../limits.js'
import { parseToml } from '../toml/parse.js'
import { printApiVersion } from './api-version.js'
import { decodeModuleDescriptor } from './decode-module.js'
import { moduleName, type ModuleId, type ModuleKind } from './module.js'

/** What the label of a package says of a module that its layers hold. */
export interface PromisedModule {
  readonly kind: ModuleKind
  readonly id: ModuleId
  readonly api: string
}

/**
 * How a descriptor differs from what the label promises, in words that follow its name; undefined when it keeps the promise.
 * What else is to be said of it was for its packager to hear.
 */
export function brokenPromise(bytes: Uint8Array, promised: PromisedModule, limits: Limits): string | undefined {
  const report = (): void => {}
  const document = parseToml(bytes, { file: '', limits, report })
  const found = document && decodeModuleDescriptor(promised.kind, document, report)
  if (found === undefined) return 'is no descriptor'
  const [name, actual] = [moduleName(promised.id), moduleName(found.info)]
  if (actual !== name) return `says ${actual}`
  const api = printApiVersion(found.api)
  return api === promised.api ? undefined : `says api ${api} instead of ${promised.api}`
}
