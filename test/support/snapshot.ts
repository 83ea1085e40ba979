import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Names, types, modes, sizes, contents and times below `directory`, one line each: equal texts, equal trees. */
export function snapshot(directory: string): string {
  const lines: string[] = []
  const walk = (path: string, name: string): void => {
    const stat = lstatSync(path)
    const content = stat.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)
      : stat.isSymbolicLink()
        ? readlinkSync(path)
        : ''
    // A directory's own time moves when a temporary file comes and goes in it; its list of names says what stayed.
    const time = stat.isDirectory() ? '' : String(stat.mtimeMs)
    lines.push([name, stat.mode.toString(8), stat.isDirectory() ? '' : stat.size, time, content].join(' '))
    if (stat.isDirectory()) for (const child of readdirSync(path).sort()) walk(join(path, child), `${name}/${child}`)
  }
  walk(directory, '.')
  return lines.join('\n')
}
