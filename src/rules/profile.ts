import { knownLifecycle } from '../cnb/known-lifecycles.js'
import { CnbError, type Diagnostic, type Severity } from '../errors.js'
import type { RefusedBy, RuleDescription } from './rule.js'

/** For whom is judged: `lifecycle@0.20.1` for the lifecycle of that version, whatever the builder has. */
export interface Profile {
  readonly name: ProfileName
  /** Only of `lifecycle`. */
  readonly version?: string | undefined
}

/** Decides as pack does. */
export const PACK: Profile = { name: 'pack' }

/** What `--profile` knows. `pack` decides as pack does, and says where others would do otherwise. */
export const PROFILE_NAMES = ['pack', 'lifecycle', 'kpack', 'strict-spec', 'cf'] as const

/** One of them. */
export type ProfileName = (typeof PROFILE_NAMES)[number]

/** Whose refusals count; kpack and Cloud Foundry run the lifecycle. */
const REFUSERS: Readonly<Record<ProfileName, readonly (keyof RefusedBy)[]>> = {
  pack: ['pack'],
  lifecycle: ['lifecycle'],
  kpack: ['kpack', 'lifecycle'],
  'strict-spec': ['spec'],
  cf: ['cf', 'lifecycle'],
}

/** How bad a finding of `rule` is for those whom the profile stands for: whatever they refuse is an error. */
export function severityFor(
  profile: Profile,
  { severity, isUncertain = false }: Pick<Diagnostic, 'severity' | 'isUncertain'>,
  { refusedBy = {} }: Pick<RuleDescription, 'refusedBy'>,
): Severity {
  return !isUncertain && refuses(profile, { refusedBy }) ? 'error' : severity
}

/** Whether those whom a profile stands for refuse what `rule` finds. */
export function refuses({ name }: Profile, { refusedBy = {} }: Pick<RuleDescription, 'refusedBy'>): boolean {
  // Of what pack accepts and refuses the rules themselves know more than their id says.
  return name !== 'pack' && REFUSERS[name].some((one) => refusedBy[one] !== undefined)
}

/** `NAME`, or `lifecycle@VERSION`. @throws CnbError E_USAGE */
export function parseProfile(text: string): Profile {
  const [name = '', version, ...rest] = text.split('@')
  const known = PROFILE_NAMES.find((one) => one === name)
  if (known === undefined || rest.length > 0 || (version !== undefined && known !== 'lifecycle')) {
    throw new CnbError('E_USAGE', `'${text}' is no profile`, {
      value: text,
      hint: `write ${PROFILE_NAMES.join(', ')}, or lifecycle@VERSION`,
    })
  }
  if (version !== undefined && knownLifecycle(version) === undefined) {
    throw new CnbError('E_USAGE', `what lifecycle ${version} supports is not known`, {
      value: text,
      hint: 'name a release from 0.13.0 on, such as lifecycle@0.20.0',
    })
  }
  return { name: known, version }
}

/** The profile as it is written. */
export function printProfile({ name, version }: Profile): string {
  return version === undefined ? name : `${name}@${version}`
}
