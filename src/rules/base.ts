import { LABEL } from '../cnb/labels.js'
import { readBaseBuilder, startingLabels } from '../plan/base-builder.js'
import { envValue, GROUP_ID, parseUserId, USER_ID } from '../plan/user.js'
import { rule, type ReportFinding, type Rule } from './rule.js'

const BUILD_IMAGE = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#build-image'

/** Ids above are no ids to most programs: they keep them in 32 bits with a sign. */
const MAX_ID = 2 ** 31 - 1
/** What modules have layers for. */
export const SUPPORTED_OS: ReadonlySet<string> = new Set(['linux', 'freebsd'])

/** Labels that a builder gets from what is in it: of the image below it they would say the same modules again. */
export const OWN_LABELS: ReadonlySet<string> = new Set([
  LABEL.builderMetadata,
  LABEL.order,
  LABEL.orderExtensions,
  LABEL.system,
  LABEL.buildpackLayers,
  LABEL.extensionLayers,
])

const baseOs = rule({
  id: 'base-os',
  severity: 'error',
  summary: 'the build image is for an operating system that no builder can have',
  reference: BUILD_IMAGE,
  needs: ['config', 'locate', 'base'],
  check({ config, locate, base }, report) {
    const { os } = base.config.platform
    if (SUPPORTED_OS.has(os)) return
    report({
      message: `build image ${config.buildImage} is for ${os === '' ? 'no operating system' : os}, but builders are for linux or freebsd`,
      place: locate(['build', 'image']),
      value: os,
      fix: 'choose a build image for linux',
    })
  },
})

const user = rule({
  id: 'base-cnb-env-missing',
  severity: 'error',
  summary: 'the build image does not say in CNB_USER_ID and CNB_GROUP_ID who builds, or says root',
  reference: BUILD_IMAGE,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate', 'base'],
  check({ config, locate, base }, report) {
    for (const name of [USER_ID, GROUP_ID]) {
      const value = envValue(base.config.env, name)
      const reason = whyNoUser(name, value)
      if (reason === undefined) continue
      report({
        message: `build image ${config.buildImage} ${reason}`,
        place: locate(['build', 'image']),
        value,
        fix: `set ${name} in the image to the id of a user that is not root, such as 1000`,
      })
    }
  },
})

/** Why a variable names nobody who may build; undefined when it does. Completes a sentence about the image. */
export function whyNoUser(name: string, value: string): string | undefined {
  if (value === '') return `does not set ${name}`
  const id = parseUserId(value)
  if (id === undefined) return `sets ${name} to ${value}, which is no integer`
  if (id < 0 || id > MAX_ID) return `sets ${name} to ${value}, which is not between 1 and ${MAX_ID}`
  return name === USER_ID && id === 0 ? `sets ${name} to 0, so that builds would run as root` : undefined
}

const env = rule({
  id: 'base-env',
  severity: 'error',
  summary: 'the environment of the build image cannot be read in one way only',
  reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties (Env)',
  needs: ['config', 'locate', 'base'],
  check({ config, locate, base }, report) {
    const seen = new Set<string>()
    for (const entry of base.config.env) {
      const reason = whyUnclear(entry, seen)
      if (reason === undefined) continue
      report({
        message: `environment of build image ${config.buildImage}: ${reason}`,
        place: locate(['build', 'image']),
        value: entry,
        fix: 'correct the Env of the image',
      })
    }
  },
})

/** Adds the name of `entry` to `seen`. */
function whyUnclear(entry: string, seen: Set<string>): string | undefined {
  const equals = entry.indexOf('=')
  if (equals === -1) return `entry ${entry} has no "="`
  const name = entry.slice(0, equals)
  if (name === '' || /[\n\r\0]/.test(name)) return `entry ${JSON.stringify(entry)} has no proper name`
  if (seen.has(name)) return `${name} is set twice`
  seen.add(name)
  return undefined
}

const labelInvalid = rule({
  id: 'base-label-invalid',
  severity: 'error',
  summary: 'a label of the build image that a builder reads does not hold what it must',
  reference: 'https://github.com/buildpacks/spec/blob/main/distribution.md',
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate', 'base', 'labels'],
  check({ config, locate, base, labels, limits }, report) {
    const source = { labels: startingLabels(base.config.labels, labels), from: config.buildImage, limits }
    readBaseBuilder(source, ({ label, value, message, hint }) => {
      // label-reserved says that it cannot be set at all.
      if (labels.has(label) && OWN_LABELS.has(label)) return
      report({
        message,
        place: labels.has(label) ? { file: '--label' } : locate(['build', 'image']),
        value,
        fix: hint ?? (labels.has(label) ? 'correct the value' : 'correct the label of the image'),
      })
    })
  },
})

/** What there is to say of a rule about labels that are ours. */
export const LABEL_RESERVED = {
  id: 'label-reserved',
  severity: 'error',
  summary: '--label sets a label that says what is in the image',
  reference: 'https://github.com/buildpacks/spec/blob/main/distribution.md',
} as const

const labelReserved = rule({
  ...LABEL_RESERVED,
  needs: ['labels'],
  check: ({ labels }, report) => reportReserved(labels, OWN_LABELS, report),
})

/** Reports each label that is not the user's to set. */
export function reportReserved(
  labels: ReadonlyMap<string, string>,
  reserved: ReadonlySet<string>,
  report: ReportFinding,
): void {
  for (const [label, value] of labels) {
    if (!reserved.has(label)) continue
    report({
      message: `label ${label} says what is in the image and cannot be set`,
      place: { file: '--label' },
      value,
      notes: ['pack accepts it and replaces the value without a word'],
      fix: 'leave this label out',
    })
  }
}

/** The build image, and the labels that are to replace its own. */
export const BASE_RULES: readonly Rule[] = [baseOs, user, env, labelInvalid, labelReserved]
