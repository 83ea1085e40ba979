import type { ModuleFiles } from '../cnb/module-files.js'
import {
  type DockerfileKind,
  type ExtensionDockerfile,
  judgeDockerfile,
  type RefusedDockerfile,
} from '../dockerfile/extension-dockerfile.js'
import type { Instruction } from '../dockerfile/instruction.js'
import { placeOf } from '../dockerfile/lines.js'
import type { Place } from '../errors.js'
import { derived } from './derived.js'
import { dockerfilesInScript } from './generate-script.js'

/** What stands in for the output of `bin/generate` where there is no such file. */
export const STATIC_OUTPUT = 'generate'

/** What makes the output where it is there. */
export const GENERATE = 'bin/generate'

const IMAGES: readonly DockerfileKind[] = ['build', 'run']

/** A Dockerfile of an extension, as far as it is known without running anything. */
export interface SeenDockerfile {
  readonly image: DockerfileKind
  /** `build.Dockerfile` or `run.Dockerfile`. */
  readonly name: string
  readonly judged: ExtensionDockerfile | RefusedDockerfile
  /** Where a line of it stands; both count from 1. */
  readonly placeAt: (line: number, column?: number) => Place
}

/**
 * The Dockerfiles that an extension is known to put out: those that lie in `generate`, which `bin/generate` copies if it is
 * there, and those that `bin/generate` writes word by word.
 */
export const dockerfilesIn = derived((files: ModuleFiles): readonly SeenDockerfile[] => {
  const written = dockerfilesInScript(textOf(files, GENERATE) ?? '')
  return IMAGES.flatMap((image) => {
    const name = `${image}.Dockerfile`
    const path = `${STATIC_OUTPUT}/${name}`
    const text = textOf(files, path)
    if (text !== undefined) return [seen({ image, name, text, file: files.nameOf(path), skipped: 0 })]
    const found = written.find((one) => one.image === image)
    return found === undefined ? [] : [seen({ ...found, name, file: files.nameOf(GENERATE) })]
  })
})

/** Where an instruction begins, or the character at `index` of its text stands. */
export function placeIn({ placeAt }: SeenDockerfile, { source }: Instruction, index = 0): Place {
  const { line, column } = placeOf(source, index)
  return placeAt(line, column)
}

/** The text of a file; undefined when there is none, or more of it than rules get to see. */
export function textOf(files: ModuleFiles, path: string): string | undefined {
  const size = files.entries.get(path)?.size ?? 0
  const head = files.head(path)
  return head === undefined || head.length < size ? undefined : new TextDecoder().decode(head)
}

function seen(found: {
  readonly image: DockerfileKind
  readonly name: string
  readonly text: string
  readonly file: string
  /** Lines of the file before the Dockerfile. */
  readonly skipped: number
}): SeenDockerfile {
  const { image, name, text, file, skipped } = found
  return {
    image,
    name,
    judged: judgeDockerfile(image, text),
    placeAt: (line, column) => ({ file, line: line + skipped, column }),
  }
}
