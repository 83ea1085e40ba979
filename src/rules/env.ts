import { ENV_SUFFIXES } from '../cnb/builder-schema.js'
import { envFileWrites } from '../plan/build-env.js'
import { rule, type Rule } from './rule.js'

const BUILD_CONFIG = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#operator-defined-variables'

/** Suffixes that put something between the old value and the new one. */
const JOINING: ReadonlySet<string> = new Set(['append', 'prepend'])
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const DOTTED_NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/
/** Variables that the lifecycle or the loader of programs gives a meaning of their own. */
const RESERVED = /^(?:CNB_.*|PATH|LD_PRELOAD|LD_LIBRARY_PATH)$/

const nameEmpty = rule({
  id: 'build-env-name-empty',
  severity: 'error',
  summary: 'a variable of the build environment has no name',
  reference: BUILD_CONFIG,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name }, index) => {
      if (name !== '') return
      report({
        message: `variable ${index + 1} of the build environment has no name`,
        place: locate(['build', 'env', index, 'name']),
        value: '',
        fix: 'give it a name, or remove the entry',
      })
    })
  },
})

const nameUnsafe = rule({
  id: 'build-env-name',
  severity: 'error',
  summary: 'the name of a variable is no name that an environment can have, or that the lifecycle would take apart',
  reference: BUILD_CONFIG,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name }, index) => {
      if (name === '' || NAME.test(name)) return
      const isDotted = DOTTED_NAME.test(name)
      report({
        severity: isDotted ? 'warning' : 'error',
        message: isDotted
          ? `the lifecycle takes what follows the first dot of ${name} for a suffix`
          : `${name} cannot be the name of a variable: it becomes the name of a file below the build-config folder`,
        place: locate(['build', 'env', index, 'name']),
        value: name,
        fix: 'use letters, digits and "_" only, and a suffix where one is meant',
      })
    })
  },
})

const suffixUnknown = rule({
  id: 'build-env-suffix-unknown',
  severity: 'error',
  summary: 'a variable has a suffix that the lifecycle does not know',
  reference: BUILD_CONFIG,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name, suffix }, index) => {
      if (ENV_SUFFIXES.includes(suffix)) return
      report({
        message: `variable ${name} has suffix ${suffix}, which is none of default, override, append and prepend`,
        place: locate(['build', 'env', index, 'suffix']),
        value: suffix,
        fix: 'use one of these, or none',
      })
    })
  },
})

const delimMissing = rule({
  id: 'build-env-delim-missing',
  severity: 'error',
  summary: 'a variable is appended or prepended, but nothing says what goes between',
  reference: BUILD_CONFIG,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    const writes = envFileWrites(config.buildEnv)
    const files = new Set(writes.map(({ name }) => name))
    for (const { name, entry } of writes) {
      // As pack: what follows the first dot is the suffix, whoever wrote it.
      const dot = name.indexOf('.')
      const variable = name.slice(0, dot)
      if (dot === -1 || !JOINING.has(name.slice(dot + 1)) || files.has(`${variable}.delim`)) continue
      report({
        message: `variable ${variable} is to ${name.slice(dot + 1)} its value, but has no delim`,
        place: locate(['build', 'env', entry, 'suffix']),
        value: name,
        fix: 'add delim = ":", or what else goes between the parts',
      })
    }
  },
})

const overridden = rule({
  id: 'build-env-overridden',
  severity: 'warning',
  summary: 'a later entry replaces the value or the delim of an earlier one',
  reference: BUILD_CONFIG,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    const values = new Map<string, string>()
    for (const { name, value, entry, key } of envFileWrites(config.buildEnv)) {
      const before = values.get(name)
      values.set(name, value)
      if (before === undefined) continue
      report({
        message: `${name} is set again: ${JSON.stringify(value)} replaces ${JSON.stringify(before)}`,
        place: locate(['build', 'env', entry, key]),
        value,
        fix: 'remove one of the two',
      })
    }
  },
})

const valueEmpty = rule({
  id: 'build-env-value-empty',
  severity: 'warning',
  summary: 'a variable of the build environment has no value',
  reference: BUILD_CONFIG,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name, value }, index) => {
      if (value !== '' || name === '') return
      report({
        message: `variable ${name} has an empty value`,
        place: locate(['build', 'env', index, 'value']),
        value: '',
        fix: 'give it a value, or remove the entry',
      })
    })
  },
})

const valueNul = rule({
  id: 'build-env-value-nul',
  severity: 'error',
  summary: 'a value has a NUL character, which no environment can hold',
  reference: BUILD_CONFIG,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name, value, delim }, index) => {
      for (const [key, text] of [
        ['value', value],
        ['delim', delim],
      ] as const) {
        if (!text.includes('\0')) continue
        report({
          message: `${key} of variable ${name} has a NUL character`,
          place: locate(['build', 'env', index, key]),
          value: text,
          fix: 'remove the character',
        })
      }
    })
  },
})

const reserved = rule({
  id: 'build-env-reserved',
  severity: 'warning',
  summary: 'a variable has a meaning of its own for the lifecycle or for every program',
  reference: BUILD_CONFIG,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name }, index) => {
      if (!RESERVED.test(name)) return
      report({
        message: `variable ${name} has a meaning of its own in every build`,
        place: locate(['build', 'env', index, 'name']),
        value: name,
        fix: 'make sure that this is meant',
      })
    })
  },
})

/** `[[build.env]]`. */
export const ENV_RULES: readonly Rule[] = [
  nameEmpty,
  nameUnsafe,
  suffixUnknown,
  delimMissing,
  overridden,
  valueEmpty,
  valueNul,
  reserved,
]
