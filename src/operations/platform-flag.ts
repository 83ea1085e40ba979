import { CnbError } from '../errors.js'
import type { Platform } from '../oci/platform.js'

/** `os/arch[/variant]` in words as indexes have them. Which there are is for the index to say. */
const PLATFORM = /^([a-z0-9._-]+)\/([a-z0-9._-]+)(?:\/([a-z0-9._-]+))?$/

/** What `--platform` says. @throws CnbError E_USAGE */
export function parsePlatformFlag(text: string): Platform {
  const [, os, architecture, variant] = PLATFORM.exec(text) ?? []
  if (os !== undefined && architecture !== undefined) return { os, architecture, variant }
  throw new CnbError('E_USAGE', `--platform ${text}: not one os/arch[/variant]`, {
    value: text,
    hint: 'write os/arch, such as linux/amd64',
  })
}
