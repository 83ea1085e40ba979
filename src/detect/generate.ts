import { type ApiVersion, compareApiVersions } from '../cnb/api-version.js'
import { hasPlatformFeature } from '../cnb/lifecycle-apis.js'
import type { ModuleId } from '../cnb/module.js'
import type { DockerfileKind } from '../dockerfile/extension-dockerfile.js'
import type { PlanRequire } from './build-plan.js'
import { chooseRunImage, type RunImageChoice } from './choose-run-image.js'
import { dockerfilesOf, type ExtensionOutput, type FoundDockerfile, warningsOf } from './extension-output.js'
import { GenerateEnd } from './generate-end.js'
import { GeneratedFiles } from './generated-files.js'
import type { PlanEntry } from './resolve-plan.js'
import { comparableRunImage } from './run-image.js'

/** The first Platform API where a switch to the run image that is there already is none. */
const SAME_IMAGE_IS_NO_SWITCH: ApiVersion = { major: 0, minor: 12 }

/** All that a generation depends on. */
export interface GenerateInput {
  readonly platformApi: ApiVersion
  /** The extensions that were selected, in the order of their group. */
  readonly extensions: readonly ModuleId[]
  readonly outputOf: (extension: ModuleId) => ExtensionOutput
  /** As detection left it. */
  readonly plan: readonly PlanEntry[]
  /** The run image of analyzed.toml; undefined where there is no such file. */
  readonly runImage: string | undefined
  /** The images of run.toml, with their mirrors. */
  readonly knownRunImages: readonly string[]
}

/** The image on which the app will run. */
export interface GeneratedRunImage {
  readonly image: string
  /** It is another one than was chosen before; nothing is known of it then, nor compared with targets again. */
  readonly isSwitched: boolean
  /** Dockerfiles are applied to it. */
  readonly extend: boolean
}

/** What becomes of a Dockerfile. */
export type DockerfileFate =
  /** The extender applies it. */
  | 'applied'
  /** It has nothing but a `FROM` that names the run image. */
  | 'switches'
  /** A later one names another run image. */
  | 'ignored'
  /** It is static, and from Platform API 0.13 on nothing brings those to the extender. */
  | 'lost'
  /** It extends, and has no instruction. */
  | 'empty'

/** A Dockerfile, and what becomes of it. */
export interface DockerfileUse {
  readonly extension: ModuleId
  readonly image: DockerfileKind
  readonly fate: DockerfileFate
  /** The run image that it names. */
  readonly newBase: string | undefined
}

/** What the extensions of a group lead to. */
export interface Generation {
  /** Of the detector. */
  readonly exit: number
  /** Why, for people; empty for 0. */
  readonly reason: string
  /** What each extension that was reached was told. */
  readonly given: readonly { readonly extension: ModuleId; readonly requires: readonly PlanRequire[] }[]
  /** What is left for buildpacks; all of it when this failed. */
  readonly plan: readonly PlanEntry[]
  /** In the order in which they are applied: after all extensions have run, before any buildpack builds. */
  readonly dockerfiles: readonly DockerfileUse[]
  /** undefined where there was none and none is named. */
  readonly runImage: GeneratedRunImage | undefined
  /** The generated directory, by path. */
  readonly files: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
}

/**
 * What the lifecycle makes of what extensions put out.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/generator.go
 * @throws never
 */
export function generate(input: GenerateInput): Generation {
  return new Generator(input).generate()
}

class Generator {
  readonly #input: GenerateInput
  readonly #isDirect: boolean
  readonly #files: GeneratedFiles
  readonly #found: FoundDockerfile[] = []
  readonly #given: { extension: ModuleId; requires: readonly PlanRequire[] }[] = []
  readonly #warnings: string[] = []
  #plan: readonly PlanEntry[]

  constructor(input: GenerateInput) {
    this.#input = input
    this.#plan = input.plan
    this.#isDirect = hasPlatformFeature(input.platformApi, 'extensions')
    this.#files = new GeneratedFiles(this.#isDirect)
  }

  generate(): Generation {
    const { plan, runImage } = this.#input
    try {
      for (const extension of this.#input.extensions) this.#run(extension)
      const choice = chooseRunImage(this.#found)
      for (const found of this.#found) this.#files.placed(found, choice.ignored.has(found))
      return this.#ended({ exit: 0, reason: '', plan: this.#plan, choice, runImage: this.#runImage(choice) })
    } catch (error) {
      if (!(error instanceof GenerateEnd)) throw error
      const unchanged = runImage === undefined ? undefined : { image: runImage, isSwitched: false, extend: false }
      return this.#ended({ exit: error.exit, reason: error.message, plan, choice: undefined, runImage: unchanged })
    }
  }

  /** @throws GenerateEnd */
  #run(extension: ModuleId): void {
    const output = this.#input.outputOf(extension)
    const requires = requiresFor(extension, this.#plan)
    this.#given.push({ extension, requires })
    this.#files.written(extension, output)
    const found = dockerfilesOf(extension, output)
    this.#found.push(...found)
    this.#warnings.push(...found.flatMap(warningsOf))
    this.#plan = without(this.#plan, requires)
  }

  #runImage({ newBase, extend }: RunImageChoice): GeneratedRunImage | undefined {
    const { runImage, knownRunImages, platformApi } = this.#input
    const isNew = newBase !== runImage || compareApiVersions(platformApi, SAME_IMAGE_IS_NO_SWITCH) < 0
    if (newBase === undefined || !isNew)
      return runImage === undefined ? undefined : { image: runImage, isSwitched: false, extend }
    const known = new Set(knownRunImages.map(comparableRunImage))
    if (!known.has(comparableRunImage(newBase))) this.#warnings.push(`the run image ${newBase} is not one of run.toml`)
    return { image: newBase, isSwitched: true, extend }
  }

  #ended({
    choice,
    ...rest
  }: Pick<Generation, 'exit' | 'reason' | 'plan' | 'runImage'> & { choice: RunImageChoice | undefined }): Generation {
    return {
      ...rest,
      given: this.#given,
      dockerfiles: choice === undefined ? [] : this.#found.map((found) => this.#useOf(found, choice)),
      files: this.#files.files,
      warnings: this.#warnings,
    }
  }

  #useOf(found: FoundDockerfile, choice: RunImageChoice): DockerfileUse {
    const { extension, image, dockerfile } = found
    return { extension, image, newBase: dockerfile.newBase, fate: this.#fateOf(found, choice) }
  }

  #fateOf(found: FoundDockerfile, { ignored }: RunImageChoice): DockerfileFate {
    const { instructions, newBase } = found.dockerfile
    if (ignored.has(found)) return 'ignored'
    if (instructions.length === 0) return newBase === undefined ? 'empty' : 'switches'
    return this.#isDirect && found.output.kind === 'static' ? 'lost' : 'applied'
  }
}

/** What a plan has for an extension. */
function requiresFor({ id }: ModuleId, plan: readonly PlanEntry[]): readonly PlanRequire[] {
  return plan
    .filter(({ providers }) => providers.some((provider) => provider.extension === true && provider.id === id))
    .flatMap(({ requires }) => requires)
}

/** A plan without what was met, whoever else offers it. */
function without(plan: readonly PlanEntry[], met: readonly PlanRequire[]): readonly PlanEntry[] {
  const names = new Set(met.map(({ name }) => name))
  return plan.filter(({ requires }) => !requires.some(({ name }) => names.has(name)))
}
