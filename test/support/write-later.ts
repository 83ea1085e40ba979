import { statSync, utimesSync, writeFileSync } from 'node:fs'

/** Writes to a file a second after it was last written to: the clock of a file system may stand still for as long as a test takes. */
export function writeLater(file: string, content: string | Uint8Array): void {
  const { mtimeMs } = statSync(file)
  writeFileSync(file, content)
  const seconds = mtimeMs / 1000 + 1
  utimesSync(file, seconds, seconds)
}
