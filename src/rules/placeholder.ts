import { printKeyPath } from '../cnb/decode.js'
import type { KeyPath, TomlDocument, TomlNode } from '../toml/document.js'
import { builderAdvice, packageAdvice, type ReportFinding, type Rule } from './rule.js'
import type { BuilderSubject, PackageSubject } from './subjects.js'

/** What tools that fill in templates look for: `{{ .Version }}`, `${VERSION}`. */
const BRACES: readonly (readonly [opening: string, closing: string])[] = [
  ['{{', '}}'],
  ['${', '}'],
]
/** What else stands for something: `{VERSION}`, and the word itself. */
const WHOLE = /^placeholder$|\{[A-Z][A-Z0-9_]{1,60}\}/
/** Characters of a placeholder at most; what is longer is text in which braces happen to stand. */
const LONGEST = 200

/** The first placeholder in `text`, which somebody is still to fill in; undefined when there is none. */
function placeholderIn(text: string): string | undefined {
  for (const [opening, closing] of BRACES) {
    const start = text.indexOf(opening)
    if (start === -1) continue
    const near = text.slice(start, start + LONGEST)
    const end = near.indexOf(closing, opening.length)
    if (end !== -1) return near.slice(0, end + closing.length)
  }
  return WHOLE.exec(text)?.[0]
}

/** True for text that somebody is still to fill in. */
export function isPlaceholder(text: string): boolean {
  return placeholderIn(text) !== undefined
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
  if (node.kind === 'string') return placeholder(node.value, path, node.start)
  if (node.kind === 'array') return node.items.flatMap((item, index) => placeholders(item, [...path, index]))
  if (node.kind !== 'table') return []
  return [...node.entries].flatMap(([key, entry]) =>
    isFree(path, key) ? [] : placeholders(entry.node, [...path, key]),
  )
}

function placeholder(value: string, path: KeyPath, start: number): Placeholder[] {
  const text = placeholderIn(value)
  return text === undefined ? [] : [{ path, text, start }]
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
