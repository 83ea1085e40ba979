import { discardTemp, makeDirectory, makeScratch, removeNewDirectories } from '../files.js'

/** A directory for what a run makes on its way. It is made when it is first asked for. */
export class Scratch {
  readonly #parent: string
  #newDirectories: readonly string[] = []
  #path: string | undefined

  /** @param parent a directory on the file system of the output, so that the output can link to what is in the scratch */
  constructor(parent: string) {
    this.#parent = parent
  }

  /** @throws CnbError E_IO */
  readonly path = (): string => {
    if (this.#path === undefined) {
      this.#newDirectories = makeDirectory(this.#parent)
      this.#path = makeScratch(this.#parent)
    }
    return this.#path
  }

  /** Removes it with all that is in it, and the directories that were made for it if nothing else is there now. */
  remove(): void {
    if (this.#path !== undefined) discardTemp(this.#path)
    removeNewDirectories(this.#newDirectories)
  }
}
