import { BASE_IMAGE, BASE_IMAGE_ARG, isUnusual, type RefusedDockerfile } from '../dockerfile/extension-dockerfile.js'
import {
  dockerfileRule,
  type GoodDockerfile,
  goodDockerfileRule,
  instructionRule,
  lastOf,
  unquoted,
} from './dockerfile-rule.js'
import { placeIn } from './extension-files.js'
import type { Rule, RuleDescription } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const SPEC = 'https://github.com/buildpacks/spec/blob/main/image_extension.md'
const VALIDATION = 'lifecycle 0.21.0, buildpack/dockerfile.go'
const EXTENDER = 'lifecycle 0.21.0, phase/extender.go'

const REBASABLE = 'io.buildpacks.rebasable'
const USER_ID_ARG = '${user_id}'

/** What Go reads as a boolean. */
const TRUE = /^(?:1|t|T|TRUE|true|True)$/
const FALSE = /^(?:0|f|F|FALSE|false|False)$/

/** A rule about what the lifecycle refuses in a Dockerfile. */
function refusalRule(
  rule: RefusedDockerfile['rule'],
  description: Pick<RuleDescription, 'id' | 'summary'>,
  fix: string,
): Rule<ModuleSubject> {
  return dockerfileRule({
    ...description,
    severity: 'error',
    reference: VALIDATION,
    refusedBy: { lifecycle: 'detect, exit 92' },
    check({ name, judged, placeAt }, report) {
      if (judged.kind !== 'refused' || judged.rule !== rule) return
      report({ message: `${name}: ${judged.reason}`, place: placeAt(judged.line, 1), fix })
    },
  })
}

const parse = refusalRule(
  'parse',
  { id: 'dockerfile-parse', summary: 'a Dockerfile of an extension cannot be read' },
  'write a Dockerfile that BuildKit takes, with one FROM',
)

const multistage = refusalRule(
  'multistage',
  { id: 'dockerfile-multistage', summary: 'a Dockerfile of an extension has several stages' },
  'keep one FROM; what other stages would build belongs into an image of its own, from which COPY --from takes it',
)

const buildPreamble = refusalRule(
  'preamble',
  {
    id: 'dockerfile-build-preamble',
    summary: 'a build.Dockerfile does not begin with ARG base_image and FROM ${base_image}',
  },
  `begin with ARG ${BASE_IMAGE_ARG} and then FROM ${BASE_IMAGE}, spelled like this`,
)

const baseImageSpelling = goodDockerfileRule({
  id: 'dockerfile-base-image-spelling',
  severity: 'error',
  summary:
    'a run.Dockerfile names base_image in another way than ${base_image}, which is taken for the name of an image',
  reference: VALIDATION,
  check(seen, report) {
    const { newBase, from } = seen.judged
    if (newBase === undefined || !/\$\{?base_image\b/.test(newBase)) return
    report({
      message: `the lifecycle takes ${newBase} for the name of a run image`,
      place: placeIn(seen, from, from.source.text.indexOf(newBase)),
      value: newBase,
      fix: `write FROM ${BASE_IMAGE}`,
    })
  },
})

const runArgMissing = goodDockerfileRule({
  id: 'dockerfile-run-arg-missing',
  severity: 'error',
  summary: 'a run.Dockerfile is built on ${base_image} and does not declare it',
  reference: SPEC,
  refusedBy: { lifecycle: 'extend' },
  check(seen, report) {
    const { newBase, from, file } = seen.judged
    const isDeclared = file.preamble.some(({ pairs }) => pairs.some(({ name }) => name === BASE_IMAGE_ARG))
    if (seen.image !== 'run' || newBase !== undefined || isDeclared) return
    report({
      message: `FROM ${BASE_IMAGE} has no ARG ${BASE_IMAGE_ARG} before it, and so names nothing`,
      place: placeIn(seen, from),
      value: BASE_IMAGE,
      fix: `begin with ARG ${BASE_IMAGE_ARG}`,
    })
  },
})

const unusual = instructionRule({
  id: 'dockerfile-instruction',
  severity: 'warning',
  summary: 'a Dockerfile of an extension has an instruction that changes nothing of the app image',
  reference: VALIDATION,
  problemOf(instruction, { name }) {
    if (!isUnusual(instruction)) return undefined
    const { keyword } = instruction
    return {
      message: `${keyword} in a ${name} is not recommended: the lifecycle sets what it would set`,
      value: keyword,
      fix: `remove ${keyword}`,
    }
  },
})

const userRoot = goodDockerfileRule({
  id: 'dockerfile-user-root',
  severity: 'error',
  summary: 'a Dockerfile of an extension leaves root as the user: an app must not run so, and should not be built so',
  reference: EXTENDER,
  refusedBy: { lifecycle: 'extend' },
  check(seen, report) {
    const user = finalUser(seen)
    if (user === undefined || !isRoot(user.name)) return
    const isRun = seen.image === 'run'
    report({
      severity: isRun ? 'error' : 'warning',
      message: isRun
        ? `${seen.name} leaves ${user.name} as the user, with which the lifecycle does not run an app unless a later extension resets it`
        : `${seen.name} leaves ${user.name} as the user with which buildpacks run`,
      place: placeIn(seen, user.instruction),
      value: user.name,
      fix: `end with USER ${USER_ID_ARG}, and ARG user_id before it`,
    })
  },
})

const userHardcoded = goodDockerfileRule({
  id: 'dockerfile-user-hardcoded',
  severity: 'warning',
  summary: 'a Dockerfile of an extension ends with a user of its own instead of that of the image',
  reference: SPEC,
  check(seen, report) {
    const user = finalUser(seen)
    if (user === undefined || user.name.includes('$') || isRoot(user.name)) return
    report({
      message: `${seen.name} sets the user to ${user.name}, whatever it is in the image that is extended`,
      place: placeIn(seen, user.instruction),
      value: user.name,
      fix: `write USER ${USER_ID_ARG}, and ARG user_id before it`,
    })
  },
})

const rebasableUnset = goodDockerfileRule({
  id: 'dockerfile-rebasable-unset',
  severity: 'warning',
  summary: 'a run.Dockerfile does not say whether an app image may be rebased, and so no app image of its builder may',
  reference: EXTENDER,
  check(seen, report) {
    const { instructions, from } = seen.judged
    if (seen.image !== 'run' || instructions.length === 0) return
    const label = rebasableLabel(seen)
    if (label !== undefined && (TRUE.test(label.value) || FALSE.test(label.value) || label.value.includes('$'))) return
    report({
      message:
        label === undefined
          ? `${seen.name} has no label ${REBASABLE}`
          : `label ${REBASABLE} is ${JSON.stringify(label.value)}, which is neither true nor false`,
      place: placeIn(seen, label?.instruction ?? from),
      value: label?.value,
      fix: `add LABEL ${REBASABLE}=true when all that it adds can stay as it is on a newer base image, or =false`,
    })
  },
})

const envEquals = instructionRule({
  id: 'dockerfile-env-equals',
  severity: 'error',
  summary: 'a build.Dockerfile sets a variable to a value with an equals sign, after which no build goes on',
  reference: EXTENDER,
  refusedBy: { lifecycle: 'extend' },
  problemOf({ keyword, pairs, source }, { image }) {
    const pair =
      keyword === 'ENV' && image === 'build' ? pairs.find(({ value = '' }) => literal(value).includes('=')) : undefined
    if (pair === undefined) return undefined
    return {
      message: `the value of ${pair.name} has an equals sign: the lifecycle splits the variables of the extended image there, and ends`,
      index: Math.max(source.text.indexOf(pair.name), 0),
      value: pair.value,
      fix: `set ${pair.name} in a run.Dockerfile, in a buildpack, or to a value without an equals sign`,
    }
  },
})

/** How Dockerfiles of extensions have to be. */
export const DOCKERFILE_ADVICE: readonly Rule<ModuleSubject>[] = [
  parse,
  multistage,
  buildPreamble,
  baseImageSpelling,
  runArgMissing,
  unusual,
  userRoot,
  userHardcoded,
  rebasableUnset,
  envEquals,
]

/** The label that decides over rebasing, with its value; the last one that sets it counts. */
function rebasableLabel({ judged }: GoodDockerfile) {
  for (const instruction of judged.instructions.toReversed()) {
    const pair =
      instruction.keyword === 'LABEL'
        ? instruction.pairs.findLast(({ name }) => unquoted(name) === REBASABLE)
        : undefined
    if (pair) return { instruction, value: unquoted(pair.value ?? '') }
  }
  return undefined
}

/** True for a label that lets app images be rebased. */
export function isRebasable(seen: GoodDockerfile): boolean {
  return TRUE.test(rebasableLabel(seen)?.value ?? '')
}

/** The user that a Dockerfile leaves, without the group. */
function finalUser(seen: GoodDockerfile) {
  const instruction = lastOf(seen, 'USER')
  const [name = ''] = unquoted(instruction?.args[0] ?? '').split(':')
  return instruction && { instruction, name }
}

function isRoot(user: string): boolean {
  return user === 'root' || user === '0'
}

/** What of a value is there whatever variables hold. */
function literal(value: string): string {
  return value.replace(/\$\{[^}]{0,200}\}/g, '')
}
