import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import type { ModuleFile, ModuleFiles } from '#src/cnb/module-files.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { MODULE_ADVICE } from '#src/rules/advice.js'
import type { Finding } from '#src/rules/rule.js'
import { parseToml } from '#src/toml/parse.js'

/** A finding with what its rule says of it. */
export interface Found extends Finding {
  readonly rule: string
}

/** A file by its text, or a link by its target. */
export type FileParts = string | Uint8Array | { readonly link: string } | { readonly mode: number }

/** Files that lie nowhere; what has no mode of its own may be executed. */
export function moduleFiles(parts: Readonly<Record<string, FileParts>>): ModuleFiles {
  const entries = Object.entries(parts).map(([path, part]) => [path, entryOf(part)] as const)
  return {
    entries: new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    head: (path) => {
      const part = parts[path]
      return typeof part === 'string' || part instanceof Uint8Array ? Buffer.from(part) : undefined
    },
    nameOf: (path) => `java/${path}`,
    isPartial: () => false,
  }
}

function entryOf(part: FileParts): ModuleFile {
  if (typeof part === 'string' || part instanceof Uint8Array) return { kind: 'file', mode: 0o755, size: part.length }
  if ('link' in part) return { kind: 'symlink', mode: 0o777, size: 0, target: part.link }
  return { kind: 'file', mode: part.mode, size: 0 }
}

/** What the rules about modules say of a buildpack.toml, with files or without. */
export function judgeModule(toml: string, parts?: Readonly<Record<string, FileParts>>): Found[] {
  const document = parseToml(Buffer.from(toml), {
    file: 'java/buildpack.toml',
    limits: DEFAULT_LIMITS,
    report: ({ message }) => {
      throw new Error(message)
    },
  })
  if (document === undefined) throw new Error('no TOML')
  const found: Found[] = []
  const subject = {
    kind: 'buildpack' as const,
    document,
    descriptor: decodeModuleDescriptor('buildpack', document, () => {}),
    locate: document.locate,
    asOf: '2026-11-01',
    files: parts && moduleFiles(parts),
  }
  for (const rule of MODULE_ADVICE) {
    const { id, severity } = rule
    rule.check(subject, (finding) => found.push({ severity, ...finding, rule: id }))
  }
  return found
}
