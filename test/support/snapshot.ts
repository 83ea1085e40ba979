import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Names, types, modes, sizes, contents and times at and below `path`, one line each: equal texts, equal trees. */
export function snapshot(path: string): string {
  if (!existsSync(path)) return 'absent'
  const lines: string[] = []
  /** Names are bytes, one a character: some of them are not UTF-8. */
  const walk = (name: string): void => {
    const at = Buffer.concat([Buffer.from(path), Buffer.from(name, 'latin1')])
    const stat = lstatSync(at, { bigint: true })
    const mode = stat.mode.toString(8)
    if (stat.isDirectory()) {
      // A directory's own time moves when a temporary file comes and goes in it; its list of names says what stayed.
      lines.push(`${name}/ ${mode}`)
      for (const child of readdirSync(at, 'latin1').sort()) walk(`${name}/${child}`)
      return
    }
    const content = stat.isSymbolicLink() ? readlinkSync(at, 'latin1') : stat.isFile() ? digestOfFile(at) : ''
    lines.push([name, mode, stat.size, stat.mtimeNs, content].join(' '))
  }
  walk('')
  return lines.join('\n')
}

function digestOfFile(path: Buffer): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
