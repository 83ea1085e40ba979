import { moduleName } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { builderOrder, type JudgedOrder, type OrderSequence } from './judged-order.js'
import { scriptLines } from './module-programs.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const DETECTION = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#detection'
const SYSTEM_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml'

/** Lines of a shell script after which it has done nothing and goes on. */
const DOES_NOTHING = /^(?:set [-+][A-Za-z-]+(?: [a-z]+)?|:|true|#.*|)$/
const PASSES = /^exit(?: +0)?$/

/** Whether a script is sure to pass detection without a build plan, because it does nothing else. */
function alwaysPasses(files: ModuleFiles | undefined): boolean {
  if (files === undefined) return false
  const [shebang = '', ...lines] = scriptLines(files, 'bin/detect')
  if (!/^#!.*\b(?:ba|da|z|)sh\b/.test(shebang)) return false
  const rest = lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => !DOES_NOTHING.test(line))
  return rest.length === 0 || PASSES.test(rest[0] ?? '')
}

type Files = BuilderSubject['buildpackFiles']

/** The required members of a sequence, when there are some and all of them always pass. */
function certainMembers({ members, end }: OrderSequence, certain: (name: string) => boolean): readonly string[] {
  const required = members.filter(({ member }) => !member.optional).map(({ member }) => moduleName(member))
  return end.kind === 'whole' && required.every(certain) ? required : []
}

function certainty(files: Files): (name: string) => boolean {
  const known = new Map<string, boolean>()
  return (name) => {
    const found = known.get(name) ?? alwaysPasses(files.get(name))
    known.set(name, found)
    return found
  }
}

/** The first group that is sure to pass, with those of its members that make it so. */
function catchAllIn({ groups }: JudgedOrder, files: Files): { at: number; members: readonly string[] } | undefined {
  const certain = certainty(files)
  for (const [at, { sequences }] of groups.entries()) {
    for (const sequence of sequences) {
      const members = certainMembers(sequence, certain)
      if (members.length > 0) return { at, members }
    }
  }
  return undefined
}

const catchAll = builderAdvice({
  id: 'order-catch-all-not-last',
  severity: 'warning',
  summary: 'a group always passes, because nothing in it looks at the application, and others stand behind it',
  reference: DETECTION,
  needs: ['config', 'locate', 'buildpacks', 'extensions', 'buildpackFiles'],
  check(input, report) {
    const order = builderOrder(input)
    const found = catchAllIn(order, input.buildpackFiles)
    const group = found && order.groups[found.at]
    const behind = order.groups.slice((found?.at ?? 0) + 1)
    if (found === undefined || group === undefined || behind.length === 0) return
    report({
      message: `${group.name} always passes on an image that fits, because bin/detect of ${found.members.join(', ')} does nothing but pass; ${behind.length === 1 ? 'the group behind it is' : `${behind.length} groups behind it are`} never reached`,
      place: group.place,
      also: behind.map(({ place }) => place),
      value: found.members[0],
      fix: 'make it the last group, or let bin/detect look at the application',
    })
  },
})

const systemCanFail = builderAdvice({
  id: 'system-can-fail-all',
  severity: 'warning',
  summary: 'the detection of a system buildpack can fail, and with it every group',
  reference: SYSTEM_TOML,
  needs: ['config', 'locate', 'buildpacks', 'extensions', 'buildpackFiles'],
  check(input, report) {
    const { pre, post } = builderOrder(input).system
    for (const member of [...pre, ...post]) {
      const name = moduleName(member)
      const files = input.buildpackFiles.get(name)
      if (files === undefined || alwaysPasses(files)) continue
      report({
        message: `system buildpack ${name} is required in every group, so where its bin/detect does not pass, no build does`,
        place: member.place(),
        value: name,
        fix: 'let its bin/detect always exit with 0, and bin/build do nothing where there is nothing to do',
      })
    }
  },
})

/** What bin/detect of a builder's buildpacks makes of its orders. */
export const ORDER_PROGRAM_ADVICE: readonly Rule<BuilderSubject>[] = [catchAll, systemCanFail]
