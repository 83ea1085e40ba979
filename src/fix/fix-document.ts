import { encodeUtf8 } from '../bytes.js'
import type { DescriptorKind } from '../cnb/descriptor-files.js'
import type { Limits } from '../limits.js'
import type { TomlDocument } from '../toml/document.js'
import { type TextEdit, applyEdits, overlap } from '../toml/edit.js'
import { TomlLayout } from '../toml/layout.js'
import { parseToml } from '../toml/parse.js'
import type { Fix, FixFacts, Fixer } from './fix.js'
import { FIXERS } from './fixers.js'
import { meaningOf } from './meaning.js'

/** More than there are tables in tables in any file: a fix brings to light what is in the table that it is about. */
const PASSES = 8

/** Characters that may be read again to try fixes one by one when not all of them are sound: each takes the whole file. */
const MOST_READ = 4_000_000

/** What a file is, and what is known beside it. */
export interface FixOptions {
  readonly kind: DescriptorKind
  readonly facts: FixFacts
  readonly limits: Limits
  /** Whether a fix is wanted: a project may live with what it mends. */
  readonly isWanted: (fix: Fix) => boolean
}

/** A file in which all that is certain was mended. */
export interface FixedDocument {
  /** Without a byte order mark, as `TomlDocument.source`. */
  readonly source: string
  /** In the order in which they were made; places are those of the file as it was at that time. */
  readonly fixes: readonly Fix[]
}

/**
 * `document` with all fixes made, one fixer after the other, and again as long as one of them makes room for another. Done
 * again, it changes nothing.
 *
 * @throws never
 */
export function fixDocument(document: TomlDocument, options: FixOptions): FixedDocument {
  let fixed = document
  const fixes: Fix[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    const before = fixed
    for (const fixer of FIXERS) {
      const step = fixStep(fixed, fixer, options)
      if (step === undefined) continue
      fixed = step.fixed
      fixes.push(...step.fixes)
    }
    if (fixed === before) break
  }
  return { source: fixed.source, fixes }
}

interface Step {
  readonly fixed: TomlDocument
  readonly fixes: readonly Fix[]
}

/** All fixes of one fixer that are sound: together, or else those that are by themselves. */
function fixStep(document: TomlDocument, fixer: Fixer, options: FixOptions): Step | undefined {
  if (!fixer.kinds.includes(options.kind)) return undefined
  const fixes = fixer.fixes({ document, layout: new TomlLayout(document), ...options }).filter(options.isWanted)
  const tried = (some: readonly Fix[]): Step | undefined => tryFixes(document, some, fixer, options)
  const all = tried(fixes)
  if (all !== undefined || fixes.length * document.source.length > MOST_READ) return all
  return tried(fixes.filter((fix) => tried([fix]) !== undefined))
}

/**
 * The document with these fixes; undefined when it is none, has a problem that it did not have before, or says something else
 * although the fixer promises the same.
 */
function tryFixes(document: TomlDocument, fixes: readonly Fix[], fixer: Fixer, options: FixOptions): Step | undefined {
  const edits = fixes.flatMap(({ edits }) => edits)
  const fixed = edits.length === 0 || overlap(edits) ? undefined : edited(document, edits, options)
  return fixed !== undefined && isSound(document, fixed, fixer, options) ? { fixed, fixes } : undefined
}

/** undefined when the result is no TOML, or more than the limits allow. */
function edited(
  { file, source }: TomlDocument,
  edits: readonly TextEdit[],
  { limits }: FixOptions,
): TomlDocument | undefined {
  return parseToml(encodeUtf8(applyEdits(source, edits)), { file, limits, report: () => {} })
}

function isSound(before: TomlDocument, after: TomlDocument, fixer: Fixer, { kind }: FixOptions): boolean {
  const was = meaningOf(before, kind)
  const is = meaningOf(after, kind)
  const isNoWorse = [...is.errors].every((error) => was.errors.has(error))
  return isNoWorse && (!fixer.keepsMeaning || was.config === is.config)
}
