import { resolve } from 'node:path'
import { parseTargets } from '../cnb/target.js'
import { CnbError, sortedDiagnostics, type Diagnostic, type Severity } from '../errors.js'
import { readNamedFile } from '../read-file.js'
import { CATALOGUE } from '../rules/catalogue.js'
import { grouped } from '../rules/grouped.js'
import { isPlaceholder, PLACEHOLDER_LEFT } from '../rules/placeholder.js'
import { decide } from '../rules/policy.js'
import { redactLocator } from '../redact.js'
import { parseProfile, type Profile } from '../rules/profile.js'
import { withoutSuperseded } from '../rules/superseded.js'
import { unusedAllowances } from '../rules/unused-allowances.js'
import { parseReplacement, Replacements } from '../sources/replacements.js'
import { parseToml } from '../toml/parse.js'
import { checkBuilder } from './check-builder.js'
import { checkArchive } from './check-archive.js'
import { checkImage } from './check-image.js'
import { checkModule } from './check-module.js'
import type { CheckOptions } from './check-options.js'
import { checkPackage } from './check-package.js'
import type { AllowedFinding, CheckedSubject, CheckFinding, CheckReport } from './check-report.js'
import { CheckRun, findingOf, isUnread, type CheckContext, type CheckedBuilder } from './check-run.js'
import { parseDay, readCheckSettings, type CheckSettings } from './check-settings.js'
import { isWholeFolder, wasLookedAt } from './checked-allowances.js'
import { findSubjects, type NamedSubject } from './check-subjects.js'
import { fileKindOf } from './file-kind.js'
import { Problems } from './problems.js'
import { SpelledFiles } from './spelled-files.js'
import { runSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'
import { withConnections } from './connections.js'

/** What came of a check. */
export interface CheckOutcome {
  readonly report: CheckReport
  /** What only the network would have told, when it was to be asked: a check that lacks it is not whole. */
  readonly unread: readonly CnbError[]
  /** The builders among what was checked. */
  readonly builders: readonly CheckedBuilder[]
}

/**
 * Says what is wrong or risky about builders, packages and modules, as they lie here or were published.
 *
 * @throws CnbError E_USAGE for flags, names and a trowel.toml that cannot be understood; E_IO; the signal's reason
 */
export async function checkFiles(options: CheckOptions, surroundings: Surroundings): Promise<CheckOutcome> {
  const problems = new Problems()
  return problems.guard(surroundings, async (guarded) => {
    const { host } = guarded
    const project = readCheckSettings(options.config, host, { limits: options.limits, report: problems.report })
    problems.check(project.file)
    const settings = runSettings(options, host, problems.report)
    const policy = policyOf(options, project, host.now())
    const subjects = (options.names.length > 0 ? options.names : ['.']).flatMap((name) => findSubjects(name, host.cwd))
    problems.check()
    const common = {
      ...policy,
      baseConstraints: project.baseConstraints,
      options,
      settings,
      problems,
      surroundings: guarded,
      replacements: new Replacements(options.replace.map(parseReplacement)),
      flagTargets: options.targets.flatMap(parseTargets),
    }
    return withConnections({ options, settings, outputs: [], problems }, guarded, (connections) =>
      check(subjects, { ...common, ...connections }, project),
    )
  })
}

/** Each once: what a file says by itself, it says as part of a package too. */
function distinct(found: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()]
}

interface Policy {
  readonly profile: Profile
  readonly failOn: Severity
  readonly asOf: string
}

function policyOf(options: CheckOptions, project: CheckSettings, now: number): Policy {
  return {
    profile: parseProfile(options.profile ?? project.profile ?? 'pack'),
    failOn: parseSeverity(options.failOn ?? project.failOn ?? 'error'),
    asOf:
      options.asOf === undefined ? new Date(now).toISOString().slice(0, 'YYYY-MM-DD'.length) : parseDay(options.asOf),
  }
}

function parseSeverity(text: string): Severity {
  if (text === 'error' || text === 'warning' || text === 'info') return text
  throw new CnbError('E_USAGE', `'${text}' is no severity`, { value: text, hint: 'write error, warning or info' })
}

async function check(
  subjects: readonly NamedSubject[],
  context: CheckContext & Policy,
  project: CheckSettings,
): Promise<CheckOutcome> {
  const run = new CheckRun(context)
  const checked: CheckedSubject[] = []
  for (const subject of subjects) {
    context.surroundings.signal?.throwIfAborted()
    const one = await checkOne(subject, run)
    if (one !== undefined) checked.push(one)
  }
  const { profile, failOn, asOf, problems, options } = context
  const isLeft = (error: CnbError): boolean => isUnread(error)
  for (const error of problems.thrown.filter(isLeft)) run.leaveOut(error.place?.file ?? '', error.message, [])
  const refused = problems.thrown.filter((error) => !isLeft(error)).map((error) => findingOf(error, 'command line'))
  const files = new SpelledFiles(options.names, context.surroundings.host.cwd)
  const found = distinct([...problems.warnings, ...refused].map((one) => files.spell(one)))
  const looked = {
    checked,
    modules: run.judgedModules,
    isWhole: checked.length === subjects.length && isWholeFolder(options.names, project.file),
    unjudged: new Set(run.notEvaluated.flatMap(({ rules }) => rules)),
  }
  const unused = unusedAllowances(project.allowed, found, (allowance) => wasLookedAt(allowance, looked))
  const all = sortedDiagnostics([...withoutSuperseded(found), ...unused])
  const report = {
    checked,
    profile,
    failOn,
    asOf,
    ...decideAll(all, { ...project, profile, asOf }),
    notEvaluated: run.notEvaluated.map((gap) => ({ ...gap, subject: files.file(gap.subject) })),
  }
  const unread = problems.thrown.filter((error) => isLeft(error) && (!options.offline || isNamed(error, subjects)))
  return { report, unread, builders: run.builders }
}

/** Bytes of a file that is opened at all: whatever is longer ends the run. */
const LARGEST_READ = 64 * 1024 * 1024

/** True for what somebody asked for by name: a check that could not look at it did nothing. */
function isNamed({ place }: CnbError, subjects: readonly NamedSubject[]): boolean {
  return subjects.some((subject) => subject.kind === 'image' && redactLocator(subject.name) === place?.file)
}

async function checkOne(subject: NamedSubject, run: CheckRun): Promise<CheckedSubject | undefined> {
  if (subject.kind === 'image') return (await checkArchive(subject.name, run)) ?? checkImage(subject.name, run)
  if (subject.kind === 'closed') {
    run.leaveOut(subject.path, subject.reason, [])
    return undefined
  }
  const { file } = subject
  const { options, problems, surroundings } = run.context
  const { limits } = options
  const bytes = readNamedFile(resolve(surroundings.host.cwd, file), { shown: file, limit: LARGEST_READ })
  const document = parseToml(bytes, { file, limits, report: problems.report })
  if (document === undefined) return undefined
  const kind = fileKindOf(document)
  switch (kind) {
    case 'builder.toml':
      await checkBuilder(document, run)
      break
    case 'package.toml':
      await checkPackage(document, run)
      break
    case 'buildpack.toml':
      await checkModule(document, 'buildpack', run)
      break
    case 'extension.toml':
      await checkModule(document, 'extension', run)
      break
  }
  return { name: file, kind }
}

/** Of what is still to be filled in, nothing is said but that: toml-placeholder-left says it. */
function isOfTemplate({ severity, rule, value = '' }: Diagnostic): boolean {
  // The braces of a Dockerfile are filled in by the build.
  const isFilledIn = rule === PLACEHOLDER_LEFT.id || rule.startsWith('dockerfile-')
  return severity === 'error' && !isFilledIn && isPlaceholder(value)
}

function decideAll(
  found: readonly Diagnostic[],
  policy: Parameters<typeof decide>[2],
): { findings: CheckFinding[]; allowed: AllowedFinding[] } {
  const findings: CheckFinding[] = []
  const allowed: AllowedFinding[] = []
  for (const one of found) {
    if (isOfTemplate(one)) continue
    const rule = CATALOGUE.get(one.rule)
    const decided = decide(one, rule, policy)
    if (decided.kind === 'off') continue
    const finding = { ...decided.finding, refusedBy: rule?.refusedBy }
    if (decided.kind === 'found') findings.push(finding)
    else allowed.push({ finding, reason: decided.by.reason, until: decided.by.until, place: decided.by.place })
  }
  return { findings: grouped(findings, (rule) => CATALOGUE.get(rule)?.isCommon === true), allowed }
}
