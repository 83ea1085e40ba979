import type { ExtensionDockerfile } from '../dockerfile/extension-dockerfile.js'
import type { Instruction } from '../dockerfile/instruction.js'
import { dockerfilesIn, placeIn, type SeenDockerfile } from './extension-files.js'
import { isExtension } from './module-sorts.js'
import { type Finding, moduleAdvice, type ReportFinding, type Rule, type RuleDescription } from './rule.js'
import type { ModuleSubject } from './subjects.js'

/** A Dockerfile that the lifecycle takes. */
export interface GoodDockerfile extends SeenDockerfile {
  readonly judged: ExtensionDockerfile
}

/** A rule about each Dockerfile of an extension. */
export function dockerfileRule(
  definition: RuleDescription & { readonly check: (seen: SeenDockerfile, report: ReportFinding) => void },
): Rule<ModuleSubject> {
  const { check, ...description } = definition
  return moduleAdvice({
    ...description,
    appliesTo: isExtension,
    needs: ['files'],
    check({ files }, report) {
      for (const seen of dockerfilesIn(files)) check(seen, report)
    },
  })
}

/** A rule about each Dockerfile that the lifecycle takes. */
export function goodDockerfileRule(
  definition: RuleDescription & { readonly check: (seen: GoodDockerfile, report: ReportFinding) => void },
): Rule<ModuleSubject> {
  const { check, ...description } = definition
  return dockerfileRule({
    ...description,
    check(seen, report) {
      if (isGood(seen)) check(seen, report)
    },
  })
}

/** A rule about instructions by themselves: `problemOf` says what is wrong with one, and at which index of its text. */
export function instructionRule(
  definition: RuleDescription & {
    readonly problemOf: (instruction: Instruction, seen: GoodDockerfile) => InstructionProblem | undefined
  },
): Rule<ModuleSubject> {
  const { problemOf, ...description } = definition
  return goodDockerfileRule({
    ...description,
    check(seen, report) {
      for (const instruction of seen.judged.instructions) {
        const problem = problemOf(instruction, seen)
        if (problem === undefined) continue
        const { index, ...finding } = problem
        report({ ...finding, place: placeIn(seen, instruction, index) })
      }
    },
  })
}

/** What is wrong with an instruction. */
export interface InstructionProblem extends Omit<Finding, 'place'> {
  /** Of its text; where it begins unless this says otherwise. */
  readonly index?: number | undefined
}

/** The last instruction of a kind. */
export function lastOf({ judged }: GoodDockerfile, keyword: string): Instruction | undefined {
  return judged.instructions.findLast((instruction) => instruction.keyword === keyword)
}

/** A word without the quotes around it. */
export function unquoted(word: string): string {
  const [, quote, inside = ''] = /^(['"])(.*)\1$/s.exec(word) ?? []
  return quote === undefined ? word : inside
}

/** Whether the lifecycle takes a Dockerfile. */
export function isGood(seen: SeenDockerfile): seen is GoodDockerfile {
  return seen.judged.kind === 'accepted'
}
