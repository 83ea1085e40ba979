import { descriptorFile, moduleName, moduleRoot, type ModuleDescriptor } from '../cnb/module.js'
import { CnbError } from '../errors.js'
import { contentOf } from '../tar/content.js'
import type { TarEntry } from '../tar/entry.js'
import { withoutEmptyParts } from '../tar/names.js'
import type { EntryContext } from './entry-context.js'

/** Compares the descriptor of a packaged module with what the label of the package promised, on which the plan was built. */
export class PromisedDescriptor {
  readonly #promised: ModuleDescriptor
  readonly #file: string
  readonly #context: EntryContext
  /** Of the descriptor, without the leading slash. */
  readonly #path: string
  #isKept = false

  /** @param file the layer, for messages */
  constructor(promised: ModuleDescriptor, file: string, context: EntryContext) {
    this.#promised = promised
    this.#file = file
    this.#context = context
    const { kind, info } = promised
    this.#path = `${moduleRoot(kind, info)}/${descriptorFile(kind)}`.slice(1)
  }

  isIn({ header }: TarEntry): boolean {
    return withoutEmptyParts(header.name) === this.#path
  }

  /** The same entry, which can still be read. @throws CnbError E_LABEL_LAYER_MISMATCH unless it keeps the promise */
  async check(entry: TarEntry): Promise<TarEntry> {
    const { type, size } = entry.header
    const { limits } = this.#context
    if (type !== 'file' || size > limits.descriptorBytes) throw this.#error(`is a ${type} of ${size} bytes`)
    const bytes = await contentOf(entry)
    // The parser of TOML is loaded only where a package is read.
    const { comparePromise } = await import('../cnb/promised-module.js')
    const { broken, differing } = comparePromise(bytes, this.#promised, limits)
    if (broken !== undefined) throw this.#error(broken)
    if (differing.length > 0) this.#warn(differing)
    this.#isKept = true
    return { ...entry, content: bytes.length === 0 ? [] : [bytes] }
  }

  /** @throws CnbError E_LABEL_LAYER_MISMATCH when there was no descriptor */
  end(): void {
    if (!this.#isKept) throw this.#error('is not there')
  }

  #warn(differing: readonly string[]): void {
    const name = moduleName(this.#promised.info)
    this.#context.report({
      rule: 'package-label-differs',
      severity: 'warning',
      message: `of ${name} the label of its package says another ${differing.join(' and ')} than ${this.#path}`,
      place: { file: this.#file },
      value: name,
      notes: ['labels of builders and packages are made from labels; the lifecycle reads the file'],
      fix: 'make the package again',
    })
  }

  #error(problem: string): CnbError {
    const name = moduleName(this.#promised.info)
    const message = `the label of its package promises ${name}, but ${this.#path} in ${this.#file} ${problem}`
    return new CnbError('E_LABEL_LAYER_MISMATCH', message, {
      place: { file: this.#file },
      value: name,
      hint: 'make the package again',
    })
  }
}
