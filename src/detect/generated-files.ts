import { escapedId, type ModuleId } from '../cnb/module.js'
import { EXTEND_CONFIG } from './extend-config.js'
import { type ExtensionOutput, fileName, type FoundDockerfile } from './extension-output.js'
import { GENERATE_EXIT, GenerateEnd } from './generate-end.js'

const IGNORED = '.ignore'

/** The generated directory, which scripts write to themselves from Platform API 0.13 on. */
export class GeneratedFiles {
  readonly #files = new Map<string, string>()
  readonly #isDirect: boolean

  constructor(isDirect: boolean) {
    this.#isDirect = isDirect
  }

  /** By path below the directory. */
  get files(): ReadonlyMap<string, string> {
    return this.#files
  }

  /** What `bin/generate` writes lands there; what is static lands nowhere. */
  written(extension: ModuleId, output: ExtensionOutput): void {
    if (!this.#isDirect || output.kind === 'static') return
    for (const [path, text] of output.files) this.#files.set(`${escapedId(extension.id)}/${path}`, text)
  }

  /**
   * Where the extender will look for a Dockerfile. One to be ignored is renamed in place, and in the folder of an extension no
   * lifecycle may.
   *
   * @throws GenerateEnd
   */
  placed(found: FoundDockerfile, isIgnored: boolean): void {
    if (!this.#isDirect) this.#copied(found, isIgnored)
    else if (isIgnored) this.#renamed(found)
  }

  #copied({ extension, image, output }: FoundDockerfile, isIgnored: boolean): void {
    const folder = `${image}/${escapedId(extension.id)}`
    const config = output.files.get(EXTEND_CONFIG)
    this.#files.set(`${folder}/Dockerfile${isIgnored ? IGNORED : ''}`, output.files.get(fileName(image)) ?? '')
    if (config !== undefined) this.#files.set(`${folder}/${EXTEND_CONFIG}`, config)
  }

  #renamed({ extension, image, output }: FoundDockerfile): void {
    const name = fileName(image)
    if (output.kind === 'static') {
      const reason = `generate/${name} of ${extension.id} is void and would be renamed, and the folder of an extension cannot be written to`
      throw new GenerateEnd(GENERATE_EXIT.failed, reason)
    }
    const path = `${escapedId(extension.id)}/${name}`
    this.#files.set(path + IGNORED, output.files.get(name) ?? '')
    this.#files.delete(path)
  }
}
