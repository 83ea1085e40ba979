import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { LABEL } from '#src/cnb/labels.js'
import { parseDiffId } from '#src/oci/digest.js'
import { printPlatform, type Platform } from '#src/oci/platform.js'
import type { BuilderPlan } from '#src/plan/builder-plan.js'
import type { LayerRole } from '#src/plan/planned-layer.js'
import { builderLabels } from '#src/plan/labels.js'
import { nameOf } from '#src/plan/flatten.js'
import { planBuilder } from '#src/plan/plan-builder.js'
import type { PackageInput } from '#src/plan/package-input.js'
import { planPackage } from '#src/plan/plan-package.js'
import { runPackageRules, runRules } from '#src/rules/run-rules.js'
import { BUILDERS, PACKAGES, VERDICTS, type Verdict } from '../support/verdicts.js'
import { isWhole, platformsOf, readPackageWorld, readWorld } from '../support/world.js'
import { DIFFERENCES, LATER, printDifferences, RULES_OF_REASON } from './verdict-differences.js'
import { parseVerdictFlags } from './verdict-flags.js'

/** What we decide about one case: the rules and codes that refuse it, and the plans of its platforms when nothing does. */
interface Decision {
  readonly refusals: readonly string[]
  readonly plans: readonly BuilderPlan[]
}

function decide(verdict: (typeof BUILDERS)[number]): Decision {
  const flags = parseVerdictFlags(verdict.args)
  if ('refused' in flags) return { refusals: [flags.refused], plans: [] }
  const wanted = flags.platforms.length > 0 ? flags.platforms : platformsOf(verdict)
  const platforms: readonly (Platform | undefined)[] = wanted.length === 0 ? [undefined] : wanted
  const refusals: string[] = []
  const plans: BuilderPlan[] = []
  for (const platform of platforms) {
    const { judged, diagnostics } = readWorld(verdict, { labels: flags.labels, ...(platform && { platform }) })
    const errors = [...diagnostics, ...runRules(judged)].filter(({ severity }) => severity === 'error')
    refusals.push(...errors.map(({ rule }) => rule))
    if (errors.length === 0 && isWhole(judged)) plans.push(planBuilder(judged))
  }
  return { refusals, plans: refusals.length > 0 ? [] : plans }
}

describe('builders', () => {
  test.each(BUILDERS.map((verdict) => [verdict.id, verdict.about, verdict] as const))(
    'decides as pack, or as the list of differences says: %s, %s',
    (_id, _about, verdict) => {
      const { refusals, plans } = decide(verdict)
      if (expectVerdict(verdict, refusals)) expectPlans(plans, verdict)
    },
  )

  test('the list of differences is in the documentation, row by row', () => {
    expect(readFileSync('docs/differences-from-pack.md', 'utf8')).toContain(printDifferences())
  })

  test('names only cases that there are', () => {
    const ids = new Set(VERDICTS.map(({ id }) => id))
    expect([...LATER.keys(), ...DIFFERENCES.flatMap(({ cases }) => cases)].filter((id) => !ids.has(id))).toEqual([])
  })
})

describe('packages', () => {
  test.each(PACKAGES.map((verdict) => [verdict.id, verdict.about, verdict] as const))(
    'decides as pack, or as the list of differences says: %s, %s',
    (_id, _about, verdict) => {
      const { judged, diagnostics } = readPackageWorld(verdict)
      const errors = [...diagnostics, ...runPackageRules(judged)].filter(({ severity }) => severity === 'error')
      if (
        !expectVerdict(
          verdict,
          errors.map(({ rule }) => rule),
        )
      )
        return
      const { stacks = [], modules } = planPackage(judged as PackageInput).metadata
      expect(stacks.map(({ id, mixins }) => (mixins.length === 0 ? { id } : { id, mixins }))).toEqual(
        verdict.pack.stacks,
      )
      expect(modules.map(nameOf).toSorted()).toEqual(verdict.pack.modules)
    },
  )
})

/** Compares what we refuse with what pack does; true when both accept, and what they make can be compared. */
function expectVerdict({ id, pack }: Verdict, refusals: readonly string[]): boolean {
  const difference = DIFFERENCES.find(({ cases }) => cases.includes(id))
  if (difference !== undefined) {
    expect(difference.trowel, `${id} is no difference`).not.toBe(pack.exit === 0 ? 'accepts' : 'refuses')
    if (difference.trowel === 'accepts') expect(refusals).toEqual([])
    else expect(refusals).toContain(difference.rule)
    return false
  }
  if (pack.exit === 0) {
    expect(refusals).toEqual([])
    return true
  }
  const reason = pack.reason ?? ''
  expect(
    refusals.some((refusal) => RULES_OF_REASON[reason]?.includes(refusal)),
    `${reason}: ${refusals.join()}`,
  ).toBe(true)
  return false
}

function expectPlans(plans: readonly BuilderPlan[], { pack }: Verdict): void {
  const platforms = pack.index?.map(({ image }) => image) ?? [pack.platform]
  expect(plans.map(({ base }) => printPlatform(base.config.platform))).toEqual(platforms)
  const plan = plans[0]!
  const made = {
    resolvedOrder: textOf(plan, 'order'),
    resolvedSystem: textOf(plan, 'system'),
    buildEnv: buildEnvOf(plan),
    runToml: textOf(plan, 'run'),
    stackToml: textOf(plan, 'stack'),
    labels: labelsOf(plan),
  }
  const { resolvedOrder = '', resolvedSystem, buildEnv, labels } = pack
  expect(made).toEqual({
    resolvedOrder,
    resolvedSystem,
    buildEnv,
    runToml: pack.runToml ?? made.runToml,
    stackToml: pack.stackToml ?? made.stackToml,
    labels,
  })
}

function textOf(plan: BuilderPlan, role: LayerRole): string | undefined {
  return entriesOf(plan, role)
    ?.map(({ content }) => new TextDecoder().decode(content))
    .join('')
}

function buildEnvOf(plan: BuilderPlan): Record<string, string> | undefined {
  const entries = entriesOf(plan, 'build-env')?.map(({ header, content }) => [
    header.name.slice('/cnb/build-config/env/'.length),
    new TextDecoder().decode(content),
  ])
  return entries && Object.fromEntries(entries)
}

function entriesOf(plan: BuilderPlan, role: LayerRole) {
  const source = plan.layers.find((layer) => layer.role === role)?.source
  return source?.kind === 'entries' ? source.entries : undefined
}

/** The verdicts leave out the labels that are large. */
function labelsOf(plan: BuilderPlan): Record<string, string> {
  const large: ReadonlySet<string> = new Set([LABEL.builderMetadata, LABEL.buildpackLayers, LABEL.extensionLayers])
  const labels = builderLabels(plan, () => parseDiffId(`sha256:${'0'.repeat(64)}`))
  return Object.fromEntries([...labels].filter(([label]) => !large.has(label)))
}

test('says which cases are left to a later issue', () => {
  const later = [...LATER].map(([id, why]) => `${id} (${why})`)
  console.log(`not judged here: ${later.join(', ')}`)
  expect(BUILDERS.length + LATER.size + PACKAGES.length).toBe(VERDICTS.length)
})
