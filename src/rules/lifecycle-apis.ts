import { compareApiVersions, type ApiVersion } from '../cnb/api-version.js'
import type { ApiSupport } from '../cnb/lifecycle.js'

/** Supported and deprecated versions, from old to new, each once. */
export function knownApis({ supported = [], deprecated = [] }: ApiSupport): ApiVersion[] {
  return [...supported, ...deprecated]
    .sort(compareApiVersions)
    .filter((api, index, all) => index === 0 || compareApiVersions(api, all[index - 1]!) !== 0)
}

/** The newest version that is supported, or undefined when none is listed. */
export function highestSupported({ supported = [] }: ApiSupport): ApiVersion | undefined {
  return [...supported].sort(compareApiVersions).at(-1)
}
