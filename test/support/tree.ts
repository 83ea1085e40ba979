import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sha256 } from './layout.js'

/** A directory that goes away with the test. */
export function newDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'trowel-test-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

/** Everything at and below a path: names, types, modes, times, contents. Equal texts, equal trees. */
export function treeOf(path: string): string {
  if (!existsSync(path)) return 'absent'
  const lines: string[] = []
  const walk = (at: string, name: string): void => {
    const stat = lstatSync(at, { bigint: true })
    if (stat.isDirectory()) {
      lines.push(`${name}/`)
      for (const child of readdirSync(at).toSorted()) walk(join(at, child), `${name}/${child}`)
      return
    }
    const content = stat.isSymbolicLink() ? readlinkSync(at) : stat.isFile() ? sha256(readFileSync(at)) : ''
    lines.push(`${name} ${stat.mode.toString(8)} ${stat.mtimeNs} ${content}`)
  }
  walk(path, '.')
  return lines.join('\n')
}
