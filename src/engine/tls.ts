import { join } from 'node:path'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { readSmallFile } from '../read-file.js'

/** PEM of what a connection is made with. */
export interface EngineTls {
  readonly ca: Uint8Array | undefined
  readonly cert: Uint8Array | undefined
  readonly key: Uint8Array | undefined
  /** False when whoever answers is believed. */
  readonly verify: boolean
}

/**
 * The TLS files of a directory, as docker names them; each may be missing.
 *
 * @throws CnbError E_ENGINE_CONFIG for what is there and is no file, or one of cert and key without the other
 */
export function readTls(
  directory: string,
  { verify, limits }: { readonly verify: boolean; readonly limits: Limits },
): EngineTls {
  const read = (name: string): Uint8Array | undefined => {
    const file = join(directory, name)
    const found = readSmallFile(file, { limit: limits.jsonBytes, followLink: true })
    if (found.kind === 'bytes') return found.bytes
    if (found.kind === 'absent') return undefined
    throw new CnbError('E_ENGINE_CONFIG', `${file} is no certificate or key`, { place: { file } })
  }
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')]
  if ((cert === undefined) === (key === undefined)) return { ca, cert, key, verify }
  const [present, missing] = cert === undefined ? ['key.pem', 'cert.pem'] : ['cert.pem', 'key.pem']
  throw new CnbError('E_ENGINE_CONFIG', `${directory} has a ${present}, but no ${missing}`, {
    place: { file: join(directory, missing) },
  })
}
