import type { ModuleId } from '../cnb/module.js'
import {
  type DockerfileKind,
  type ExtensionDockerfile,
  judgeDockerfile,
  isUnusual,
} from '../dockerfile/extension-dockerfile.js'
import { EXTEND_CONFIG, LIFECYCLE_ARGS, readExtendConfig } from './extend-config.js'
import { GENERATE_EXIT, GenerateEnd } from './generate-end.js'

/** What an extension puts out, by path: `run.Dockerfile`, `context/app.conf`. */
export type OutputFiles = ReadonlyMap<string, string>

/** Where the output of an extension comes from. */
export type ExtensionOutput =
  /** `bin/generate` ran. */
  | { readonly kind: 'script'; readonly exit: number; readonly files: OutputFiles }
  /** There is no `bin/generate`, and the folder `generate` stands in for it, empty where that is not there either. */
  | { readonly kind: 'static'; readonly files: OutputFiles }

/** A Dockerfile of an extension that the lifecycle takes. */
export interface FoundDockerfile {
  readonly extension: ModuleId
  readonly image: DockerfileKind
  readonly dockerfile: ExtensionDockerfile
  readonly output: ExtensionOutput
}

/** Images are looked for in this order, which is that of the warnings. */
const IMAGES: readonly DockerfileKind[] = ['run', 'build']

/** The Dockerfiles in what an extension put out. @throws GenerateEnd for output that the lifecycle refuses */
export function dockerfilesOf(extension: ModuleId, output: ExtensionOutput): readonly FoundDockerfile[] {
  if (output.kind === 'script' && output.exit !== 0) {
    throw new GenerateEnd(
      GENERATE_EXIT.scriptFailed,
      `bin/generate of ${extension.id} ended with status ${output.exit}`,
    )
  }
  checkConfig(extension, output.files)
  const found = IMAGES.flatMap((image) => {
    const text = output.files.get(fileName(image))
    return text === undefined ? [] : [foundIn(text, image, extension, output)]
  })
  checkContexts(extension, output.files)
  return found
}

/** `run.Dockerfile`, `build.Dockerfile`. */
export function fileName(image: DockerfileKind): string {
  return `${image}.Dockerfile`
}

/** What the lifecycle warns about in a Dockerfile, for people. */
export function warningsOf({ extension, image, dockerfile }: FoundDockerfile): readonly string[] {
  return dockerfile.instructions
    .filter(isUnusual)
    .map(
      ({ keyword, source }) =>
        `${fileName(image)} of ${extension.id} has ${keyword} on line ${source.line}, which is not recommended`,
    )
}

function checkConfig(extension: ModuleId, files: OutputFiles): void {
  const text = files.get(EXTEND_CONFIG)
  if (text === undefined) return
  const config = readExtendConfig(text, EXTEND_CONFIG)
  if (config.kind === 'refused') {
    throw new GenerateEnd(GENERATE_EXIT.failed, `${EXTEND_CONFIG} of ${extension.id} cannot be read: ${config.reason}`)
  }
  const reserved = config.value.find(({ name }) => LIFECYCLE_ARGS.includes(name))?.name
  if (reserved !== undefined) {
    throw new GenerateEnd(
      GENERATE_EXIT.failed,
      `${EXTEND_CONFIG} of ${extension.id} sets ${reserved}, which only the lifecycle may`,
    )
  }
}

function foundIn(text: string, image: DockerfileKind, extension: ModuleId, output: ExtensionOutput): FoundDockerfile {
  const judged = judgeDockerfile(image, text)
  if (judged.kind === 'accepted') return { extension, image, dockerfile: judged, output }
  const where = `${fileName(image)} of ${extension.id}, line ${judged.line}`
  throw new GenerateEnd(GENERATE_EXIT.failed, `${where}: ${judged.reason}`)
}

function checkContexts(extension: ModuleId, files: OutputFiles): void {
  if (!hasFolder(files, 'context')) return
  const specific = ['context.build', 'context.run'].find((folder) => hasFolder(files, folder))
  if (specific !== undefined) {
    throw new GenerateEnd(
      GENERATE_EXIT.failed,
      `${extension.id} puts out context and ${specific}, which exclude each other`,
    )
  }
}

function hasFolder(files: OutputFiles, folder: string): boolean {
  return [...files.keys()].some((path) => path.startsWith(`${folder}/`))
}
