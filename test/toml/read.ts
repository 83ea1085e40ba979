import type { Diagnostic } from '#src/errors.js'
import { DEFAULT_LIMITS, type Limits } from '#src/limits.js'
import type { TomlDocument, TomlNode } from '#src/toml/document.js'
import { parseToml } from '#src/toml/parse.js'

/** A text read as TOML, with what was reported. */
export function readToml(
  toml: string | Uint8Array,
  options: { file?: string; limits?: Partial<Limits> } = {},
): { document: TomlDocument | undefined; diagnostics: Diagnostic[]; report: (diagnostic: Diagnostic) => void } {
  const diagnostics: Diagnostic[] = []
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic)
  const bytes = typeof toml === 'string' ? new TextEncoder().encode(toml) : toml
  const document = parseToml(bytes, {
    file: options.file ?? 'test.toml',
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    report,
  })
  return { document, diagnostics, report }
}

/** The document of a text that must be sound. */
export function documentOf(toml: string): TomlDocument {
  const { document, diagnostics } = readToml(toml)
  if (document === undefined) throw new Error(`not TOML: ${diagnostics[0]?.message}`)
  return document
}

/** What a node stands for, in plain JavaScript: tables as Maps, dates as their text. */
export function plainOf(node: TomlNode): unknown {
  if (node.kind === 'table') return new Map([...node.entries].map(([key, entry]) => [key, plainOf(entry.node)]))
  if (node.kind === 'array') return node.items.map(plainOf)
  return 'value' in node ? node.value : node.text
}
