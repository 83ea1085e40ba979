import { join } from 'node:path'
import { parsePullPolicy } from '../cnb/pull-policy.js'
import { CnbError } from '../errors.js'
import { parseMirror } from '../oci/mirrors.js'
import { parseReference } from '../oci/reference.js'
import type { Settings } from './settings-file.js'

/** The settings with another default builder, which nobody is asked for; undefined for none. @throws CnbError E_USAGE */
export function setDefaultBuilder(settings: Settings, name: string | undefined): Settings {
  if (name !== undefined) checkReference(name, `'${name}' is no image reference`)
  return { ...settings, defaultBuilder: name }
}

/** The settings with another pull policy; undefined for `always`. @throws CnbError E_USAGE */
export function setPullPolicy(settings: Settings, text: string | undefined): Settings {
  return { ...settings, pullPolicy: text === undefined ? undefined : parsePullPolicy(text) }
}

/** The settings with another lifecycle image; undefined for none. @throws CnbError E_USAGE */
export function setLifecycleImage(settings: Settings, image: string | undefined): Settings {
  if (image !== undefined) checkReference(image, `invalid image name '${image}' provided`)
  return { ...settings, lifecycleImage: image }
}

/** The settings with experimental features on or off; pack then keeps images below `home`, or no more. */
export function setExperimental(settings: Settings, experimental: boolean, home: string | undefined): Settings {
  const layoutDirectory = experimental && home !== undefined ? join(home, 'layout-repo') : undefined
  return { ...settings, experimental, layoutDirectory }
}

/** The settings with a mirror of a registry, or of all with `*`. @throws CnbError E_USAGE */
export function setRegistryMirror(settings: Settings, registry: string, mirror: string): Settings {
  const registryMirrors = new Map(settings.registryMirrors).set(...parseMirror(`${registry}=${mirror}`))
  return { ...settings, registryMirrors }
}

/** The settings without the mirror of a registry. */
export function removeRegistryMirror(settings: Settings, registry: string): Settings {
  return { ...settings, registryMirrors: new Map([...settings.registryMirrors].filter(([name]) => name !== registry)) }
}

/** The settings with more mirrors of a run image; each is there once, and they are sorted. */
export function addRunImageMirrors(settings: Settings, image: string, mirrors: readonly string[]): Settings {
  const { runImages } = settings
  const at = runImages.findIndex((runImage) => runImage.image === image)
  const all = [...new Set([...(runImages[at]?.mirrors ?? []), ...mirrors])].toSorted()
  const entry = { image, mirrors: all }
  return { ...settings, runImages: at < 0 ? [...runImages, entry] : runImages.with(at, entry) }
}

/** The settings without these mirrors of a run image; without the run image when no mirror stays, or none is named. */
export function removeRunImageMirrors(settings: Settings, image: string, mirrors: readonly string[]): Settings {
  const runImages = settings.runImages.flatMap((runImage) => {
    if (runImage.image !== image) return [runImage]
    const kept = mirrors.length === 0 ? [] : (runImage.mirrors ?? []).filter((mirror) => !mirrors.includes(mirror))
    return kept.length === 0 ? [] : [{ image, mirrors: kept }]
  })
  return { ...settings, runImages }
}

function checkReference(text: string, problem: string): void {
  if (parseReference(text) === undefined) throw new CnbError('E_USAGE', problem, { value: text })
}
