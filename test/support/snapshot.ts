import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Names, types, modes, sizes, contents and times below `directory`, one line each: equal texts, equal trees. Paths are bytes,
 * one character each, because some names are not UTF-8.
 */
export function snapshot(directory: string): string {
  const lines: string[] = []
  const walk = (path: string, name: string): void => {
    const bytes = Buffer.from(path, 'latin1')
    const stat = lstatSync(bytes)
    const content = stat.isFile()
      ? createHash('sha256').update(readFileSync(bytes)).digest('hex').slice(0, 16)
      : stat.isSymbolicLink()
        ? readlinkSync(bytes, 'latin1')
        : ''
    // A directory's own time moves when a temporary file comes and goes in it; its list of names says what stayed.
    const time = stat.isDirectory() ? '' : String(stat.mtimeMs)
    lines.push([name, stat.mode.toString(8), stat.isDirectory() ? '' : stat.size, time, content].join(' '))
    if (!stat.isDirectory()) return
    for (const child of readdirSync(bytes, 'latin1').sort()) walk(`${path}/${child}`, `${name}/${child}`)
  }
  walk(Buffer.from(directory).toString('latin1'), '.')
  return lines.join('\n')
}
