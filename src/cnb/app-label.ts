import type { Digest } from '../oci/digest.js'
import type { Fields } from '../oci/fields.js'
import { decodeRunImage } from './builder-label.js'
import type { RunImage } from './builder-config.js'
import { LABEL, type LabelSource, readLabelFields, readRebasable } from './labels.js'
import { normaliseSemver } from './semver.js'

/** What the labels of an application that was built with buildpacks say. */
export interface AppLabels {
  readonly stackId: string
  readonly runImage: RunImage
  /** The run image by digest; empty when it is not known, or not to be relied on. */
  readonly baseReference: string
  readonly baseTopLayer: string
  readonly isRebasable: boolean
  /** undefined when the image does not say. */
  readonly buildpacks: readonly AppModule[] | undefined
  readonly extensions: readonly AppModule[] | undefined
  readonly processes: readonly AppProcess[]
}

/** A module that took part in the build. */
export interface AppModule {
  readonly id: string
  readonly version: string
  readonly homepage: string
}

/** A process that the launcher can start. */
export interface AppProcess {
  readonly type: string
  readonly command: string
  readonly args: readonly string[]
  /** It is started without a shell. */
  readonly isDirect: boolean
  /** Empty when it is that of the image. */
  readonly workingDirectory: string
}

/** Launchers before this one named the run image by a digest that was not its own. */
const FIRST_SOUND_LAUNCHER = [0, 5, 0] as const

/** The labels of an application, or undefined when the image is none. @throws CnbError E_LABEL and those of JSON */
export function readAppLabels(source: LabelSource): AppLabels | undefined {
  const lifecycle = readLabelFields(source, LABEL.lifecycleMetadata)
  if (lifecycle === undefined) return undefined
  const build = readLabelFields(source, LABEL.buildMetadata)
  const launcher = build?.optionalObject('launcher')?.optionalString('version') ?? ''
  const runImage = lifecycle.optionalObject('runImage')
  return {
    stackId: source.labels.get(LABEL.stackId) ?? '',
    runImage: readRunImages(lifecycle, runImage),
    baseReference: isBefore(launcher, FIRST_SOUND_LAUNCHER) ? '' : (runImage?.optionalString('reference') ?? ''),
    baseTopLayer: runImage?.optionalString('topLayer') ?? '',
    isRebasable: readRebasable(source) ?? true,
    buildpacks: build?.optionalObjects('buildpacks')?.map(readModule),
    extensions: build?.optionalObjects('extensions')?.map(readModule),
    processes: (build?.optionalObjects('processes') ?? []).map(readProcess),
  }
}

/** The diffID of the layer with the bills of materials, or undefined when the image names none. @throws CnbError E_LABEL */
export function readSbomLayer(source: LabelSource): Digest | undefined {
  const sbom = readLabelFields(source, LABEL.lifecycleMetadata)?.optionalObject('sbom')
  return (sbom?.optionalString('sha') ?? '') === '' ? undefined : sbom?.digest('sha')
}

/** Newer lifecycles say it of the run image, older ones of the stack. */
function readRunImages(lifecycle: Fields, runImage: Fields | undefined): RunImage {
  const read = runImage === undefined ? undefined : decodeRunImage(runImage)
  if (read !== undefined && read.image !== '') return read
  const ofStack = lifecycle.optionalObject('stack')?.optionalObject('runImage')
  return ofStack === undefined ? { image: '', mirrors: undefined } : decodeRunImage(ofStack)
}

function readModule(fields: Fields): AppModule {
  return {
    id: fields.optionalString('id') ?? '',
    version: fields.optionalString('version') ?? '',
    homepage: fields.optionalString('homepage') ?? '',
  }
}

function readProcess(fields: Fields): AppProcess {
  const [command = '', ...first] = readCommand(fields)
  return {
    type: fields.optionalString('type') ?? '',
    command,
    args: [...first, ...(fields.optionalStrings('args') ?? [])],
    isDirect: fields.optionalBoolean('direct') ?? false,
    workingDirectory: fields.optionalString('working-dir') ?? '',
  }
}

/** One text, or since platform API 0.10 a list, which goes on with arguments. */
function readCommand(fields: Fields): readonly string[] {
  const command = fields.raw.get('command')
  return typeof command === 'string' ? [command] : (fields.optionalStrings('command') ?? [])
}

/** Whether a version comes before the release `first`, as its own prereleases do; what is no version does not. */
function isBefore(version: string, first: readonly number[]): boolean {
  const full = normaliseSemver(version)
  if (full === undefined) return false
  const [release = '', ...prerelease] = full.replace(/\+.*/, '').split('-')
  const parts = release.split('.').map(Number)
  const at = parts.findIndex((part, i) => part !== first[i])
  return at < 0 ? prerelease.length > 0 : (parts[at] ?? 0) < (first[at] ?? 0)
}
