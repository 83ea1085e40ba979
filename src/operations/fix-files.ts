import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { encodeUtf8, markOf } from '../bytes.js'
import type { DescriptorKind } from '../cnb/descriptor-files.js'
import { CnbError, type Diagnostic } from '../errors.js'
import { attempt, identityOf, replaceFile } from '../files.js'
import type { Fix, FixFacts } from '../fix/fix.js'
import { fixDocument, type FixedDocument } from '../fix/fix-document.js'
import { unifiedDiff } from '../fix/unified-diff.js'
import { readNamedFile } from '../read-file.js'
import { redactLine } from '../redact.js'
import { CATALOGUE } from '../rules/catalogue.js'
import { decide } from '../rules/policy.js'
import { parseToml } from '../toml/parse.js'
import type { CheckOutcome } from './check-files.js'
import type { CheckOptions } from './check-options.js'
import type { SubjectKind } from './check-report.js'
import type { CheckedBuilder } from './check-run.js'
import { readCheckSettings } from './check-settings.js'
import type { Host } from './host.js'

/** What is asked of `fixFiles` beside the check that went before. */
export interface FixFilesOptions extends Pick<CheckOptions, 'config' | 'limits'> {
  /** Whether nothing is written. */
  readonly dryRun: boolean
}

/** A file in which something was mended, or would be. */
export interface FixedFile {
  readonly name: string
  readonly fixes: readonly Pick<Fix, 'rule' | 'about' | 'place'>[]
  /** For people and `git apply`. Secrets in locators are left out, and then only people can do something with it. */
  readonly diff: string
}

/**
 * Mends all that is certain in the files that were checked, and that the project has not settled to live with. Each file
 * is written in one step and keeps its permissions, its line ends and its byte order mark.
 *
 * @throws CnbError E_SOURCE_CHANGED when somebody else writes one of them meanwhile, E_USAGE, E_IO
 */
export async function fixFiles(
  { report, builders }: CheckOutcome,
  options: FixFilesOptions,
  host: Host,
): Promise<readonly FixedFile[]> {
  const settings = readCheckSettings(options.config, host, { limits: options.limits, report: () => {} })
  const policy = { ...settings, profile: report.profile, asOf: report.asOf }
  // What is allowed of one value only, the finding tells: a fix does not know it.
  const isAllowed = ({ rule, place: { file } }: Fix): boolean =>
    report.allowed.some(({ finding }) => finding.rule === rule && finding.place.file === file)
  const isWanted = (fix: Fix): boolean =>
    !isAllowed(fix) && decide(diagnosticOf(fix), CATALOGUE.get(fix.rule), policy).kind === 'found'
  const fixed: FixedFile[] = []
  for (const { name, kind } of report.checked) {
    if (kind === 'image') continue
    const facts = { versions: versionsIn(builders.find((builder) => builder.name === name)) }
    const one = await fixFile({ name, kind, facts, isWanted }, options, host)
    if (one !== undefined) fixed.push(one)
  }
  return fixed
}

/** What a fix mends, as far as a project can settle anything about it. */
function diagnosticOf({ rule, about, place }: Fix): Diagnostic {
  return { rule, severity: CATALOGUE.get(rule)?.severity ?? 'warning', message: about, place }
}

interface FileToFix {
  readonly name: string
  readonly kind: Exclude<SubjectKind, 'image'>
  readonly facts: FixFacts
  readonly isWanted: (fix: Fix) => boolean
}

async function fixFile(
  { name, kind, facts, isWanted }: FileToFix,
  { dryRun, limits }: FixFilesOptions,
  host: Host,
): Promise<FixedFile | undefined> {
  const written = resolve(host.cwd, name)
  // What a link leads to is mended, and the link stays.
  const path = attempt('reading', written, () => realpathSync(written))
  const was = identityOf(path)
  const bytes = readNamedFile(path, { shown: name, limit: limits.tomlBytes, flag: 'tomlBytes' })
  const document = parseToml(bytes, { file: name, limits, report: () => {} })
  if (was === undefined || document === undefined) throw changed(name)
  const descriptorKind = kind.slice(0, -'.toml'.length) as DescriptorKind
  const { source, fixes }: FixedDocument = fixDocument(document, { kind: descriptorKind, facts, limits, isWanted })
  if (source === document.source) return undefined
  if (!dryRun) {
    if (!(await replaceFile(path, encodeUtf8(markOf(bytes) + source), was))) throw changed(name)
  }
  return { name, fixes, diff: unifiedDiff(document.source, source, name).replace(/[^\n]+/g, redactLine) }
}

function changed(name: string): CnbError {
  return new CnbError('E_SOURCE_CHANGED', `${name} was changed while it was being mended`, {
    place: { file: name },
    hint: 'run the command again; nothing was written to it',
  })
}

/** The versions of each module of a builder, by id; none when some of its modules could not be read. */
function versionsIn(builder: CheckedBuilder | undefined): FixFacts['versions'] {
  const versions = new Map<string, string[]>()
  for (const { buildpacks, extensions } of builder?.inputs ?? []) {
    for (const modules of [...(buildpacks ?? [undefined]), ...(extensions ?? [undefined])]) {
      if (modules === undefined) return new Map()
      for (const { descriptor } of modules) {
        const { id, version } = descriptor.info
        const known = versions.get(id) ?? []
        if (!known.includes(version)) versions.set(id, [...known, version])
      }
    }
  }
  return versions
}
