import type { DescriptorKind } from '#src/cnb/descriptor-files.js'
import { type FixedDocument, fixDocument } from '#src/fix/fix-document.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { documentOf } from '../toml/read.js'

/** A text with all that is certain mended. */
export function fixed(
  kind: DescriptorKind,
  toml: string,
  versions: Readonly<Record<string, readonly string[]>> = {},
): FixedDocument {
  const facts = { versions: new Map(Object.entries(versions)) }
  return fixDocument(documentOf(toml), { kind, facts, limits: DEFAULT_LIMITS, isWanted: () => true })
}

/** Text of a template without its first line end and the blanks that all of its lines begin with. */
export function toml([text = '']: TemplateStringsArray): string {
  const lines = text.replace(/^\n/, '').replace(/\n *$/, '\n').split('\n')
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(margin)).join('\n')
}
