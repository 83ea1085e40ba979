import { readAppLabels } from '../cnb/app-label.js'
import { Fields } from '../oci/fields.js'
import type { ImageConfig } from '../oci/image.js'
import { namesOf } from './inspect-builder.js'
import type { InspectedApp, InspectedProcess, Inspection } from './inspected.js'
import { lookUp, type LookedUpImage, type LookUpOptions } from './look-up.js'
import type { Settings } from './settings-file.js'
import type { Surroundings } from './surroundings.js'

/** Finds an application that was built with buildpacks and reads what it says about itself. @throws CnbError */
export async function inspectApp(
  options: LookUpOptions,
  surroundings: Surroundings,
): Promise<Inspection<InspectedApp>> {
  return lookUp(options, { kind: 'application', takesIds: false, read: appOf }, surroundings)
}

function appOf({ image, facts, labels }: LookedUpImage, settings: Settings): InspectedApp | undefined {
  const app = readAppLabels(labels)
  if (app === undefined) return undefined
  const { stackId, runImage, isRebasable, buildpacks, extensions } = app
  const container = containerOf(image.config, facts.place)
  const defaultType = defaultProcess(container)
  const processes = app.processes.map((process): InspectedProcess => ({
    ...process,
    isDefault: process.type === defaultType,
    workingDirectory: process.workingDirectory || container.workingDirectory,
  }))
  return {
    image: facts,
    stackId,
    base: { reference: app.baseReference, topLayer: app.baseTopLayer },
    runImages: namesOf([runImage], settings),
    isRebasable,
    buildpacks,
    extensions,
    processes: processes.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault)),
  }
}

interface Container {
  readonly env: ReadonlyMap<string, string>
  readonly entrypoint: readonly string[]
  readonly workingDirectory: string
}

function containerOf({ raw, env }: ImageConfig, file: string): Container {
  const container = Fields.of(raw, { file, code: 'E_IMAGE_CONFIG' }).optionalObject('config')
  return {
    env: new Map(env.map((text) => [text.replace(/=.*$/s, ''), text.replace(/^[^=]*=?/s, '')])),
    entrypoint: container?.optionalStrings('Entrypoint') ?? [],
    workingDirectory: container?.optionalString('WorkingDir') ?? '',
  }
}

/** The platform API since which each process has a program of its own, of which one is the entrypoint. */
const PROCESS_PROGRAMS = [0, 4] as const
const PROCESS_FOLDER = /^\/cnb\/process\//
const WINDOWS_PROCESS = /^c:\\cnb\\process\\(.*)\.exe$/s
/** What an image was built with that does not say it. */
const OLDEST_PLATFORM_API = '0.3'

/** The type of the process that starts when none is named; undefined when there is none. */
function defaultProcess({ env, entrypoint }: Container): string | undefined {
  const [major = 0, minor = 0] = (env.get('CNB_PLATFORM_API') || OLDEST_PLATFORM_API).split('.').map(Number)
  const [firstMajor, firstMinor] = PROCESS_PROGRAMS
  const isOld = major < firstMajor || (major === firstMajor && minor < firstMinor)
  if (isOld) return env.get('CNB_PROCESS_TYPE') || 'web'
  // Without its folder too: that is in the PATH. The launcher itself is no process.
  return entrypoint[0]?.replace(PROCESS_FOLDER, '').replace(WINDOWS_PROCESS, '$1')
}
