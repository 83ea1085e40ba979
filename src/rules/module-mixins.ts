import { MIXIN_SETS, MIXIN_SETS_AS_OF } from './data/mixin-sets.js'
import { bareName, BUILD_STAGE, printMixin, RUN_STAGE } from './mixin-match.js'
import { moduleAdvice, type Finding, type Rule, type RuleDescription } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const MIXINS = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#mixins'
const BIONIC_MIXINS = 'https://github.com/buildpacks/rfcs/blob/main/text/0031-bionic-mixins.md'

const BIONIC_STACK = 'io.buildpacks.stacks.bionic'
const SET = 'set='

/** @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#source */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/
/** What apt takes behind a package name and a colon. */
const ARCHITECTURE = /:(?:all|amd64|any|arm64|armhf|i386|native|ppc64el|s390x)$/

/** Where a mixin is asked for. */
interface AskedFor {
  readonly mixin: string
  readonly stackId: string
}

/** A rule about each mixin by itself. */
function mixinRule(
  description: RuleDescription,
  problemOf: (asked: AskedFor) => Pick<Finding, 'message' | 'fix'> | undefined,
): Rule<ModuleSubject> {
  return moduleAdvice({
    ...description,
    needs: ['descriptor', 'locate'],
    check({ descriptor, locate }, report) {
      descriptor.stacks.forEach(({ id, mixins }, stack) => {
        mixins.forEach((mixin, index) => {
          const problem = problemOf({ mixin, stackId: id })
          if (problem === undefined) return
          report({ ...problem, place: locate(['stacks', stack, 'mixins', index]), value: mixin })
        })
      })
    },
  })
}

/** What is asked for on bionic in more words than the name of a package. */
function hasVersionOrArchitecture({ mixin, stackId }: AskedFor): boolean {
  const name = bareName(mixin)
  return stackId === BIONIC_STACK && (name.includes('=') || ARCHITECTURE.test(name)) && !name.startsWith(SET)
}

const stageInvalid = mixinRule(
  {
    id: 'mixin-stage-invalid',
    severity: 'warning',
    summary: 'a mixin names an unknown stage, or a stage and nothing else',
    reference: MIXINS,
    refusedBy: { spec: 'a colon stands in a mixin only behind build or run' },
  },
  (asked) => {
    const { mixin } = asked
    const name = bareName(mixin)
    if (name === '') {
      return {
        message: mixin === '' ? 'a mixin has no name' : `mixin ${mixin} names a stage and nothing that is wanted there`,
        fix: 'name what is wanted, or remove it',
      }
    }
    if (!name.includes(':') || hasVersionOrArchitecture(asked)) return undefined
    return {
      message: `${printMixin(mixin)} has the stage ${mixin.slice(0, mixin.lastIndexOf(':'))}, and there are only build and run`,
      fix: `write ${BUILD_STAGE}NAME, ${RUN_STAGE}NAME, or NAME for both`,
    }
  },
)

const setUnknown = mixinRule(
  {
    id: 'mixin-set-unknown',
    severity: 'warning',
    summary: 'a mixin is a set that nobody has defined',
    reference: `${BIONIC_MIXINS}; sets as of ${MIXIN_SETS_AS_OF}`,
  },
  ({ mixin }) => {
    const name = bareName(mixin)
    if (!name.startsWith(SET) || MIXIN_SETS.has(name.slice(SET.length))) return undefined
    return {
      message: `${printMixin(mixin)} is a set that is not defined anywhere: known are ${[...MIXIN_SETS.keys()].join(', ')}`,
      fix: 'list the mixins that are wanted one by one',
    }
  },
)

const bionicName = mixinRule(
  {
    id: 'mixin-bionic-name',
    severity: 'warning',
    summary: 'a mixin of the bionic stack is no name of an Ubuntu package, or has a version or an architecture',
    reference: BIONIC_MIXINS,
  },
  (asked) => {
    const name = bareName(asked.mixin)
    if (asked.stackId !== BIONIC_STACK || name === '' || name.startsWith(SET)) return undefined
    if (hasVersionOrArchitecture(asked)) {
      return {
        message: `${printMixin(asked.mixin)} has a version or an architecture, but on bionic a mixin is the name of a package alone`,
        fix: `write ${/^[^=:]*/.exec(name)?.[0] ?? name}`,
      }
    }
    if (PACKAGE_NAME.test(name) || name.includes(':')) return undefined
    return {
      message: `${printMixin(asked.mixin)} is no name that an Ubuntu package can have, as mixins of bionic must be`,
      fix: 'write the name of the package as apt has it',
    }
  },
)

/** Mixins that a buildpack asks for, whatever there is to have. */
export const MODULE_MIXIN_ADVICE: readonly Rule<ModuleSubject>[] = [stageInvalid, setUnknown, bionicName]
