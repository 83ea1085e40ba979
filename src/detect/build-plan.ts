import { ANY, type Decoded, STRING, table, tables } from '../cnb/schema.js'
import type { ModuleKind } from '../cnb/module.js'
import type { TomlNode } from '../toml/document.js'
import { decodeFile, parseFile } from './descriptor.js'

/** What JSON can say. */
export type PlainJson = boolean | number | string | readonly PlainJson[] | { readonly [key: string]: PlainJson }

/** One alternative of a build plan: names that a module offers, and names that it wants. */
export interface PlanSections {
  readonly provides: readonly string[]
  readonly requires: readonly PlanRequire[]
}

/** A name that is wanted, with what its provider is told. */
export interface PlanRequire {
  readonly name: string
  /** undefined when there is none. */
  readonly metadata?: PlainJson | undefined
}

/** What `bin/detect` wrote, or why a lifecycle takes it for an error. */
export type ReadPlan =
  | { readonly kind: 'plan'; readonly alternatives: readonly PlanSections[] }
  | { readonly kind: 'refused'; readonly reason: string }

const NAME = { schema: STRING, about: 'name of a dependency' } as const

const SECTIONS = {
  provides: { schema: tables({ name: NAME }), about: 'what the module offers' },
  requires: {
    schema: tables({
      name: NAME,
      version: { schema: STRING, about: 'no longer allowed' },
      metadata: { schema: ANY, about: 'what the provider is told' },
    }),
    about: 'what the module wants',
  },
} as const

const BUILD_PLAN = table({ ...SECTIONS, or: { schema: tables(SECTIONS), about: 'further alternatives' } })

type Sections = Pick<Decoded<typeof BUILD_PLAN>, 'provides' | 'requires'>

/**
 * The alternatives of a build plan, the one at the top first, which is there even when it is empty.
 *
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#build-plan-toml
 */
export function readBuildPlan(text: string, kind: ModuleKind): ReadPlan {
  const document = parseFile(text, 'build plan')
  if (document.kind === 'refused') return unreadable(document.reason)
  const file = decodeFile(BUILD_PLAN, document.value)
  if (file.kind === 'refused') return unreadable(file.reason)
  const all: readonly Sections[] = [file.value, ...(file.value.or ?? [])]
  const reason = all.map((sections) => problemOf(sections, kind)).find((problem) => problem !== undefined)
  return reason === undefined ? { kind: 'plan', alternatives: all.map(sectionsOf) } : { kind: 'refused', reason }
}

function unreadable(problem: string): ReadPlan {
  return { kind: 'refused', reason: `its build plan cannot be read: ${problem}` }
}

function problemOf({ requires = [] }: Sections, kind: ModuleKind): string | undefined {
  if (requires.some(({ version = '' }) => version !== '')) {
    return 'its build plan has version in a requires, which belongs into metadata'
  }
  return kind === 'extension' && requires.length > 0
    ? 'its build plan has requires, and an extension may only provide'
    : undefined
}

function sectionsOf({ provides = [], requires = [] }: Sections): PlanSections {
  return {
    provides: provides.map(({ name = '' }) => name),
    requires: requires.map(({ name = '', metadata }) => {
      // What the decoder leaves as it is is a node of the document.
      const node = metadata as TomlNode | undefined
      // The lifecycle passes over metadata that is no table.
      return { name, ...(node?.kind === 'table' ? { metadata: jsonOf(node) } : {}) }
    }),
  }
}

/** A TOML value in JSON: dates, and numbers that JSON has not, as their text; keys sorted, as the lifecycle writes them. */
function jsonOf(node: TomlNode): PlainJson {
  switch (node.kind) {
    case 'table':
      return Object.fromEntries(
        [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { node }]) => [key, jsonOf(node)]),
      )
    case 'array':
      return node.items.map(jsonOf)
    case 'string':
    case 'boolean':
      return node.value
    case 'integer':
      return Number(node.value)
    case 'float':
      return Number.isFinite(node.value) ? node.value : node.text
    case 'offset-date-time':
    case 'local-date-time':
    case 'local-date':
    case 'local-time':
      return node.text
  }
}
