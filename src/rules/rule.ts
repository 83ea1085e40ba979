import type { Diagnostic, Severity } from '../errors.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import type { ModulesInput } from '../plan/modules-input.js'
import type { PackageInput } from '../plan/package-input.js'
import type { BuilderSubject, ImageSubject, ModuleSubject, PackageSubject } from './subjects.js'

/** What a rule found. It takes its id from the rule, and its severity too unless it has one of its own. */
export interface Finding extends Omit<Diagnostic, 'rule' | 'severity'> {
  readonly severity?: Severity | undefined
}

/** Takes one finding; the rule goes on. */
export type ReportFinding = (finding: Finding) => void

/**
 * What there is to judge. A part is undefined when it could not be read, which was reported where it was tried. The limits
 * are always there: everything was read within them.
 */
export type Judged<Input = BuilderFacts> = {
  readonly [Part in keyof Input]: Input[Part] | (Part extends 'limits' ? never : undefined)
}

/**
 * Who refuses what a rule finds, in words that come after "refused by pack": `builder create`, `detect, exit 21`. Who is
 * not named accepts it. A profile makes an error of whatever is refused by the one that it stands for.
 */
export interface RefusedBy {
  readonly pack?: string
  readonly lifecycle?: string
  readonly kpack?: string
  /** Cloud Foundry's lifecycle for buildpacks. */
  readonly cf?: string
  /** It breaks a MUST of a specification. */
  readonly spec?: string
}

/** What a rule is, for people. */
export interface RuleDescription {
  /** Stable: never renamed, never used for something else. */
  readonly id: string
  /** Of a finding that does not say otherwise. */
  readonly severity: Severity
  /** One sentence: what is refused or warned about. */
  readonly summary: string
  /** Where the rule is written: a specification with its version, or the behaviour of pack 0.40.6. */
  readonly reference: string
  readonly refusedBy?: RefusedBy | undefined
  /** So many do it that one finding speaks for all modules of a run. */
  readonly isCommon?: boolean | undefined
}

/** One judgement. It is made only where all that it needs is there. */
export interface Rule<Input = BuilderFacts> extends RuleDescription {
  readonly needs: readonly (keyof Input)[]
  /** Parts that must have been read completely. Of one that was read in part the rule may miss something, and is listed as not judged. */
  readonly whole?: readonly (keyof Input)[]
  /** Whether such input can have what the rule looks for; without it, any can. A rule that does not apply is not listed as not judged. */
  appliesTo?(input: Judged<Input>): boolean
  /** Reports nothing when something that it needs is missing. */
  check(input: Judged<Input>, report: ReportFinding): void
}

/** A rule whose check sees all of what it needs, and of the rest what there is. */
export interface RuleDefinition<Input, Part extends keyof Input> extends Omit<Rule<Input>, 'needs' | 'check'> {
  readonly needs: readonly Part[]
  check(input: Judged<Input> & Pick<Input, Part>, report: ReportFinding): void
}

/** Makes a rule about a builder out of its definition. */
export const rule = ruleAbout<BuilderFacts>()

/** The same for a rule that looks at the modules only, and so judges builders and packages alike. */
export const moduleRule = ruleAbout<ModulesInput>()

/** The same for a package. */
export const packageRule = ruleAbout<PackageInput>()

/** The same for a builder.toml of which `check` shows more than making it needs. */
export const builderAdvice = ruleAbout<BuilderSubject>()

/** The same for a package.toml. */
export const packageAdvice = ruleAbout<PackageSubject>()

/** The same for one module with its files. */
export const moduleAdvice = ruleAbout<ModuleSubject>()

/** The same for an image that was published. */
export const imageAdvice = ruleAbout<ImageSubject>()

function ruleAbout<Input extends object>() {
  return <Part extends keyof Input>(definition: RuleDefinition<Input, Part>): Rule<Input> => ({
    ...definition,
    check(input, report) {
      if (isApplicable(definition, input) && hasParts(input, definition.needs)) definition.check(input, report)
    },
  })
}

/** Whether a rule could find anything in `input`. */
export function isApplicable<Input>({ appliesTo }: Pick<Rule<Input>, 'appliesTo'>, input: Judged<Input>): boolean {
  return appliesTo === undefined || appliesTo(input)
}

function hasParts<Input, Part extends keyof Input>(
  input: Judged<Input>,
  parts: readonly Part[],
): input is Judged<Input> & Pick<Input, Part> {
  return parts.every((part) => input[part] !== undefined)
}
