import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Names, types, modes, sizes, contents and times at and below `path`, one line each: equal texts, equal trees. */
export function snapshot(path: string): string {
  if (!existsSync(path)) return 'absent'
  const lines: string[] = []
  const walk = (at: string, name: string): void => {
    const stat = lstatSync(at, { bigint: true })
    const mode = stat.mode.toString(8)
    if (stat.isDirectory()) {
      // A directory's own time moves when a temporary file comes and goes in it; its list of names says what stayed.
      lines.push(`${name}/ ${mode}`)
      for (const child of readdirSync(at).sort()) walk(join(at, child), `${name}/${child}`)
      return
    }
    const content = stat.isSymbolicLink() ? readlinkSync(at) : stat.isFile() ? digestOfFile(at) : ''
    lines.push([name, mode, stat.size, stat.mtimeNs, content].join(' '))
  }
  walk(path, '.')
  return lines.join('\n')
}

function digestOfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
