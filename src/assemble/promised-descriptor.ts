import type { LocalLayer } from '../cnb/content.js'
import { moduleName, moduleRoot } from '../cnb/module.js'
import { CnbError } from '../errors.js'
import type { ModuleSource } from '../plan/planned-layer.js'
import type { TarEntry } from '../tar/entry.js'
import { withoutEmptyParts } from '../tar/names.js'
import type { EntryContext } from './entry-context.js'

/** Compares the descriptor of a packaged module with what the label of the package promised, on which the plan was built. */
export class PromisedDescriptor {
  readonly #module: ModuleSource<LocalLayer>
  readonly #api: string
  readonly #file: string
  readonly #context: EntryContext
  /** Of the descriptor, without the leading slash. */
  readonly #path: string
  #isKept = false

  /** @param file the layer, for messages */
  constructor(module: ModuleSource<LocalLayer>, api: string, file: string, context: EntryContext) {
    this.#module = module
    this.#api = api
    this.#file = file
    this.#context = context
    this.#path = `${moduleRoot(module.kind, module.id)}/${module.kind}.toml`.slice(1)
  }

  isIn({ header }: TarEntry): boolean {
    return withoutEmptyParts(header.name) === this.#path
  }

  /** The same entry, which can still be read. @throws CnbError E_LABEL_LAYER_MISMATCH unless it keeps the promise */
  async check(entry: TarEntry): Promise<TarEntry> {
    const { type, size } = entry.header
    const { limits } = this.#context
    if (type !== 'file' || size > limits.descriptorBytes) throw this.#error(`is a ${type} of ${size} bytes`)
    const pieces: Uint8Array[] = []
    // The reader may use the memory of a piece again.
    for await (const piece of entry.content) pieces.push(Uint8Array.from(piece))
    const bytes = Buffer.concat(pieces)
    // The parser of TOML is loaded only where a package is read.
    const { brokenPromise } = await import('../cnb/promised-module.js')
    const { kind, id } = this.#module
    const problem = brokenPromise(bytes, { kind, id, api: this.#api }, limits)
    if (problem !== undefined) throw this.#error(problem)
    this.#isKept = true
    return { ...entry, content: bytes.length === 0 ? [] : [bytes] }
  }

  /** @throws CnbError E_LABEL_LAYER_MISMATCH when there was no descriptor */
  end(): void {
    if (!this.#isKept) throw this.#error('is not there')
  }

  #error(problem: string): CnbError {
    const name = moduleName(this.#module.id)
    const message = `the label of its package promises ${name}, but ${this.#path} in ${this.#file} ${problem}`
    return new CnbError('E_LABEL_LAYER_MISMATCH', message, {
      place: { file: this.#file },
      value: name,
      hint: 'make the package again',
    })
  }
}
