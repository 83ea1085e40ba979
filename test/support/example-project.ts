import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Diagnostic } from '#src/errors.js'
import {
  LAYER_DIFF_ID,
  type ExampleImage,
  type ExampleImages,
  type ProjectFile,
  type ProjectFiles,
  type RuleExample,
} from '#src/rules/examples/example.js'
import { BUILD, buildpackFiles, builderToml, RUN, SOUND_IMAGE } from '#src/rules/examples/project.js'
import { temporaryDirectory } from './directories.js'
import { trowelHere } from './here.js'
import { sha256, tarOfEntries, TestLayout, type TestDescriptor } from './layout.js'

/** An example as a user has it: files in a folder, and images that its files name. */
export interface Project {
  readonly directory: string
  /** `--replace` for each image. */
  readonly replace: readonly string[]
  /** What `check` is given. */
  readonly name: string
  /** A text of the project; empty for what is none. */
  textOf(file: string): string
}

/** The images that the sound project names. */
const SOUND_IMAGES: ExampleImages = { [BUILD]: {}, [RUN]: { user: '1001:1000' } }

/** The files from which every example starts. */
const SOUND_PROJECT: ProjectFiles = { 'builder.toml': builderToml(), ...buildpackFiles('java') }

/** Writes one side of an example to a directory of its own. */
export function makeProject(example: RuleExample, side: 'failing' | 'fixed'): Project {
  const directory = temporaryDirectory()
  const files: ProjectFiles = { ...SOUND_PROJECT, ...example.failing, ...(side === 'fixed' ? example.fixed : {}) }
  for (const [path, file] of Object.entries(files)) if (file !== null) write(join(directory, path), file)
  const images = { ...SOUND_IMAGES, ...example.images, ...(side === 'fixed' ? example.fixedImages : {}) }
  const places = new Map(
    Object.entries(images).map(([reference, image], index) => [
      reference,
      putImage(directory, `images/${index}`, image),
    ]),
  )
  const { check = 'builder.toml' } = example
  return {
    directory,
    replace: [...places].flatMap(([reference, place]) => ['--replace', `${reference}=${place}`]),
    name: places.get(check) ?? check,
    textOf(path) {
      const file = files[path]
      return typeof file === 'string' ? file : file !== null && file !== undefined && 'text' in file ? file.text : ''
    },
  }
}

/** What `trowel check` finds in it. @throws Error when it fails otherwise */
export async function checkProject({ directory, replace, name }: Project, example: RuleExample): Promise<Diagnostic[]> {
  const asOf = example.asOf ?? '2026-11-01'
  const flags = ['--offline', '--no-cache', '--as-of', asOf, '--format', 'json', ...(example.flags ?? [])]
  const { stdout, stderr } = await trowelHere(['check', name, ...flags, ...replace], { cwd: directory })
  const parsed = JSON.parse(stdout === '' ? '{}' : stdout) as { findings?: FindingJson[] }
  if (parsed.findings === undefined) throw new Error(`no report: ${stdout}${stderr}`)
  return parsed.findings.map(({ code, file, line, column, ...rest }) => ({
    ...rest,
    rule: code,
    place: { file, line, column },
  }))
}

type FindingJson = Omit<Diagnostic, 'rule' | 'place'> & {
  readonly code: string
  readonly file: string
  readonly line?: number
  readonly column?: number
}

function write(path: string, file: ProjectFile): void {
  mkdirSync(dirname(path), { recursive: true })
  if (typeof file === 'string') return writeFileSync(path, file)
  if ('link' in file) return symlinkSync(file.link, path)
  writeFileSync(path, textOf(file))
  if ('mode' in file && file.mode !== undefined) chmodSync(path, file.mode)
}

/** Returns the place of it, as a user writes it. */
function putImage(directory: string, folder: string, image: ExampleImages[string]): string {
  if (image === null) return `oci:${folder}:1`
  const layout = new TestLayout(join(directory, folder))
  const images = Array.isArray(image) ? (image as ExampleImage[]) : [image as ExampleImage]
  const entries = images.map((one) => ({ one, descriptor: putOne(layout, one) }))
  if (images.length === 1) layout.setEntries(entries.map(({ descriptor }) => tagged(descriptor)))
  if (images.length > 1) {
    const manifests = entries.map(({ one, descriptor }) => ({ ...descriptor, platform: platformOf(one) }))
    layout.setEntries([tagged(layout.putJson(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests }))])
  }
  return `oci:${folder}:1`
}

const INDEX = 'application/vnd.oci.image.index.v1+json'

function tagged(descriptor: TestDescriptor): TestDescriptor {
  return { ...descriptor, annotations: { 'org.opencontainers.image.ref.name': '1' } }
}

function platformOf(image: ExampleImage): Record<string, string> {
  const { os, architecture, variant } = { ...SOUND_IMAGE, ...image }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) }
}

function putOne(layout: TestLayout, image: ExampleImage): TestDescriptor {
  const { files = { 'etc/example': 'an example' }, labels, annotations, ...options } = { ...SOUND_IMAGE, ...image }
  const entries = Object.entries(files).flatMap(([name, file]) =>
    file === null
      ? []
      : [
          typeof file !== 'string' && 'link' in file
            ? { name, type: '2', link: file.link }
            : { name, content: textOf(file) },
        ],
  )
  const tar = tarOfEntries(entries)
  const filled = Object.entries(labels).map(([name, text]) => [name, text.replaceAll(LAYER_DIFF_ID, sha256(tar))])
  const made = layout.image({ ...options, labels: Object.fromEntries(filled) as Record<string, string>, tars: [tar] })
  return annotations === undefined ? made : layout.putJson(made.mediaType, { ...layout.read(made), annotations })
}

function textOf(file: Exclude<ProjectFile, { readonly link: string }>): string | Buffer {
  if (typeof file === 'string') return file
  if ('zeros' in file) return Buffer.alloc(file.zeros)
  return 'text' in file ? file.text : Buffer.from(file.base64, 'base64')
}
