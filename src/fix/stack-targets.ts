import { hasBuildpackFeature } from '../cnb/lifecycle-apis.js'
import { parseApiVersion } from '../cnb/api-version.js'
import { targetOfStack } from '../cnb/stack-targets.js'
import type { Target } from '../cnb/target.js'
import { type TomlDocument, type TomlEntry, entryOf } from '../toml/document.js'
import { type TextEdit, indentAt, lineEnd, newlineOf } from '../toml/edit.js'
import { removeStatements, statementsOf } from './edits.js'
import type { FixContext, Fixer } from './fix.js'
import { tablesAt } from './refs.js'

/**
 * `[[stacks]]` becomes `[[targets]]`, where all stacks are one target, or one of them is any stack. Several distros are not
 * written: a package is made for each of them. Neither is anything done about mixins, which a target cannot ask for.
 */
export const STACK_TARGETS: Fixer = {
  rules: ['stack-deprecated'],
  kinds: ['buildpack'],
  keepsMeaning: false,
  fixes(context) {
    const { document } = context
    const stacks = entryOf(document.root, 'stacks')
    if (stacks === undefined || !hasTargets(document) || document.has(['targets']) || document.has(['order'])) return []
    const target = commonTarget(document)
    const edits = target && editsOf(stacks, target, context)
    if (target === undefined || edits === undefined) return []
    const place = document.placeAt(stacks.keyStart)
    return [{ rule: 'stack-deprecated', about: `[[stacks]] becomes [[targets]]: ${nameOf(target)}`, place, edits }]
  },
}

function hasTargets(document: TomlDocument): boolean {
  const api = document.valueAt(['api'])
  const version = api?.kind === 'string' ? parseApiVersion(api.value) : undefined
  return version !== undefined && hasBuildpackFeature(version, 'targets')
}

/** The one target that all stacks of a file stand for. */
function commonTarget(document: TomlDocument): Target | undefined {
  const node = document.valueAt(['stacks'])
  const stacks = tablesAt(document, ['stacks'])
  if (node?.kind !== 'array' || node.items.length !== stacks.length) return undefined
  const targets = stacks.map((stack) => {
    const id = entryOf(stack, 'id')?.node
    const mixins = entryOf(stack, 'mixins')?.node
    const hasMixins = mixins !== undefined && !(mixins.kind === 'array' && mixins.items.length === 0)
    const isPlain = !hasMixins && stack.entries.size === (mixins === undefined ? 1 : 2)
    return isPlain && id?.kind === 'string' ? targetOfStack(id.value) : undefined
  })
  const [first] = targets
  const any = targets.find((target) => target !== undefined && target.distros.length === 0)
  if (targets.includes(undefined)) return undefined
  return any ?? (targets.every((target) => nameOf(target) === nameOf(first)) ? first : undefined)
}

function nameOf(target: Target | undefined): string {
  const { os = '', arch = '', distros: [distro] = [] } = target ?? {}
  const platform = arch === '' ? os : `${os}/${arch}`
  return distro === undefined ? platform : `${platform}, ${distro.name} ${distro.version}`
}

function editsOf(stacks: TomlEntry, target: Target, context: FixContext): readonly TextEdit[] | undefined {
  const { layout } = context
  const statements = statementsOf(layout, stacks)
  const [first] = statements
  if (first?.kind === 'header') return sectionEdits(stacks, target, context)
  if (first === undefined || statements.length > 1 || first.keys.length > 1) return undefined
  if (layout.commentsIn(first.start, first.end).length > 0) return undefined
  return [{ start: first.start, end: first.end, text: `targets = [${inlineTarget(target)}]` }]
}

function inlineTarget({ os, arch, distros }: Target): string {
  const pairs = [`os = "${os}"`]
  if (arch !== '') pairs.push(`arch = "${arch}"`)
  if (distros.length > 0) {
    pairs.push(
      `distros = [${distros.map(({ name, version }) => `{ name = "${name}", version = "${version}" }`).join(', ')}]`,
    )
  }
  return `{ ${pairs.join(', ')} }`
}

/** The first `[[stacks]]` becomes the target, and the others go. */
function sectionEdits(
  stacks: TomlEntry,
  target: Target,
  { document, layout }: FixContext,
): readonly TextEdit[] | undefined {
  const { source } = document
  const [stack] = tablesAt(document, ['stacks'])
  const id = stack && entryOf(stack, 'id')
  const [header, ...below] = statementsOf(layout, stacks)
  const line = id && layout.statementAt(id.keyStart)
  const name = header?.keys.at(-1)
  if (header === undefined || line === undefined || name === undefined) return undefined
  const others = below.filter((statement) => statement !== line)
  const newline = newlineOf(source)
  const pairIndent = indentAt(source, line.start)
  const end = lineEnd(source, line.end)
  const comment = source.slice(line.end, end).trimEnd()
  const lines = [`os = "${target.os}"${comment}`]
  if (target.arch !== '') lines.push(`${pairIndent}arch = "${target.arch}"`)
  for (const { name, version } of target.distros) {
    lines.push('', `${indentAt(source, header.start)}[[targets.distros]]`)
    lines.push(`${pairIndent}name = "${name}"`, `${pairIndent}version = "${version}"`)
  }
  return [
    { start: name.start, end: name.end, text: 'targets' },
    { start: line.start, end, text: `${lines.join(newline)}${newline}` },
    ...removeStatements(layout, others),
  ]
}
