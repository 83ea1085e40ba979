import { printKeyPath } from '../cnb/decode.js'
import type { KeyPath, TomlDocument, TomlNode } from '../toml/document.js'
import { builderAdvice, packageAdvice, type ReportFinding, type Rule } from './rule.js'
import type { BuilderSubject, PackageSubject } from './subjects.js'

/** What tools that fill in templates look for: `{{ .Version }}`, `${VERSION}`, `{VERSION}`, `placeholder`. */
const PLACEHOLDER = /\{\{.*?\}\}|\$\{[^}]*\}|\{[A-Z][A-Z0-9_]*\}|^placeholder$/su

/** True for text that somebody is still to fill in. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text)
}

/** What there is to say of rules about templates. */
export const PLACEHOLDER_LEFT = {
  id: 'toml-placeholder-left',
  severity: 'warning',
  summary: 'a value is the placeholder of a template; of a module that is packaged it is an error',
  reference: 'pack 0.40.6 takes the braces for the value',
} as const

/** Reports once that a file is a template. */
export function reportPlaceholders(document: TomlDocument, report: ReportFinding): void {
  const [first, ...others] = placeholders(document.root, [])
  if (first === undefined) return
  report({
    message: `${printKeyPath(first.path)} is the placeholder ${first.text}: this file is a template`,
    place: document.placeAt(first.start),
    also: others.map(({ start }) => document.placeAt(start)),
    value: first.text,
    fix: 'check what the tool makes that fills it in, before anything is made of it',
  })
}

interface Placeholder {
  readonly path: KeyPath
  readonly text: string
  readonly start: number
}

/** Those of a node, but for metadata, which is the author's own, and the values of variables, which shells expand. */
function placeholders(node: TomlNode, path: KeyPath): Placeholder[] {
  switch (node.kind) {
    case 'string':
      return isPlaceholder(node.value) ? [{ path, text: node.value, start: node.start }] : []
    case 'array':
      return node.items.flatMap((item, index) => placeholders(item, [...path, index]))
    case 'table':
      return [...node.entries].flatMap(([key, entry]) =>
        isFree(path, key) ? [] : placeholders(entry.node, [...path, key]),
      )
    default:
      return []
  }
}

function isFree(path: KeyPath, key: string): boolean {
  return path.length === 0 ? key === 'metadata' : path[0] === 'build' && path[1] === 'env'
}

/** builder.toml as a template. */
export const BUILDER_TEMPLATE_ADVICE: readonly Rule<BuilderSubject>[] = [
  builderAdvice({
    ...PLACEHOLDER_LEFT,
    needs: ['document'],
    check: ({ document }, report) => reportPlaceholders(document, report),
  }),
]

/** package.toml as a template. */
export const PACKAGE_TEMPLATE_ADVICE: readonly Rule<PackageSubject>[] = [
  packageAdvice({
    ...PLACEHOLDER_LEFT,
    needs: ['document'],
    check: ({ document }, report) => reportPlaceholders(document, report),
  }),
]
