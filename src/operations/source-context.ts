import type { Target } from '../cnb/target.js'
import type { Limits } from '../limits.js'
import type { SourceContext, WantedPlatform } from '../sources/context.js'
import type { Locate } from '../toml/document.js'
import type { Host } from './host.js'
import type { ImageRequest } from './image-request.js'
import type { ImageRun } from './make-images.js'

/** A file that names sources. */
export interface NamingFile {
  /** Absolute folder where its relative locators start. */
  readonly base: string
  /** What they are relative to, for people. */
  readonly relativeTo: string
  /** What is made of what it names. */
  readonly makes: SourceContext['makes']
  readonly locate: Locate
}

/** What it takes to find and read what a file of the user names. */
export function sourceContext(
  { request, surroundings, problems, cache, images, remote }: ImageRun<Pick<ImageRequest, 'replacements'>>,
  { base, relativeTo, makes, locate }: NamingFile,
  limits: Limits,
): SourceContext {
  const { host, signal } = surroundings
  return {
    base,
    relativeTo,
    makes,
    cwd: host.cwd,
    locate,
    replacements: request.replacements,
    cache,
    download: (url, named) => remote.download(url, named),
    lookUp: (entry, named) => remote.lookUp(entry, named),
    readImage: (place, need, wanted) => images.readNamed(place, need, wanted),
    limits,
    report: problems.report,
    signal,
  }
}

/** Linux on the CPU that we run on, unless the user names something else. */
export function wantedPlatform(target: Target | undefined, host: Host): WantedPlatform {
  return target === undefined ? { os: 'linux', architecture: host.architecture } : platformOf(target)
}

/** The platform of a target. */
export function platformOf({ os, arch, variant, distros }: Target): WantedPlatform {
  const osVersions = distros.map(({ version }) => version).filter((version) => version !== '')
  return { os, architecture: arch, ...(variant === '' ? {} : { variant }), osVersions }
}

/** One after the other, so that what is reported comes in file order. */
export async function inTurn<T>(count: number, act: (index: number) => Promise<T> | T): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await act(i))
  return results
}
