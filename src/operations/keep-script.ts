import { join } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { makeDirectory, writeFile } from '../files.js'
import type { Host } from './host.js'
import { requiredHomeDirectory } from './settings.js'

/** Writes a script for a shell into TROWEL_HOME. @returns its path @throws CnbError E_USAGE when nobody knows where that is, E_IO */
export async function keepScript(host: Host, name: string, text: string): Promise<string> {
  const directory = requiredHomeDirectory(host)
  const path = join(directory, name)
  makeDirectory(directory)
  await writeFile(path, encodeUtf8(text))
  return path
}
