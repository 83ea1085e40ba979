import type { Distro } from '../cnb/target.js'
import { normaliseReference } from '../oci/reference.js'
import { DETECTOR_EXIT, DetectionEnd } from './end.js'
import type { DetectInput } from './input.js'
import type { ImageTarget } from './targets.js'

/** An image that nobody tells anything of. */
const UNKNOWN: ImageTarget = { os: '', arch: '', variant: '', distro: undefined }

/**
 * The run image as the detector compares it. Where its distro is not known, that of the build image stands in, and linux and the
 * CPU of the machine for what else is missing; with a distro, what is missing fits everything.
 *
 * @throws DetectionEnd where reading the distro crashes the lifecycle
 */
export function completeImage({
  runImage = UNKNOWN,
  osRelease,
  arch,
}: Pick<DetectInput, 'runImage' | 'osRelease' | 'arch'>): ImageTarget {
  if (runImage.distro !== undefined) return runImage
  return { ...runImage, os: runImage.os || 'linux', arch: runImage.arch || arch, distro: distroOf(osRelease) }
}

/**
 * The distro that an os-release file names, read as the lifecycle does: no comments, no escapes, no single quotes.
 *
 * @throws DetectionEnd
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/internal/fsutil/os_detection.go
 */
function distroOf(osRelease: string): Distro | undefined {
  let name = ''
  let version = ''
  for (const line of osRelease.split('\n')) {
    const [key, value, ...more] = line.split('=')
    if (more.length > 0 || (key !== 'ID' && key !== 'VERSION_ID')) continue
    if (value === undefined) throw new DetectionEnd(DETECTOR_EXIT.crash, CRASH)
    if (key === 'ID') name = trimmed(value)
    if (key === 'VERSION_ID') version = trimmed(value)
    if (name !== '' && version !== '') break
  }
  return name === '' && version === '' ? undefined : { name, version }
}

const CRASH = 'os-release of the build image has a line without a value: the lifecycle crashes'

function trimmed(value: string): string {
  return value.replace(/^[" ]+|[" ]+$/g, '')
}

/** A reference in the form in which run images are compared: without its digest, in the one spelling. */
export function comparableRunImage(image: string): string {
  const name = image.includes('@sha256:') ? image.slice(0, image.indexOf('@')) : image
  return normaliseReference(name) ?? image
}
