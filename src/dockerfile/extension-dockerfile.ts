import { type Dockerfile, readDockerfile, type UnreadDockerfile } from './dockerfile.js'
import type { Instruction } from './instruction.js'
import { quoted } from './refusal.js'

/** Which image a Dockerfile of an extension extends. */
export type DockerfileKind = 'build' | 'run'

/** How a Dockerfile names the image that it is to extend. The lifecycle looks for this text, and knows no other way to say it. */
export const BASE_IMAGE = '${base_image}'

/** The argument that holds that image. */
export const BASE_IMAGE_ARG = 'base_image'

/** Instructions that the lifecycle takes without a warning. */
const RECOMMENDED = new Set(['FROM', 'ADD', 'ARG', 'COPY', 'ENV', 'LABEL', 'RUN', 'SHELL', 'USER', 'WORKDIR'])

/** A Dockerfile that the lifecycle takes. */
export interface ExtensionDockerfile {
  readonly kind: 'accepted'
  readonly file: Dockerfile
  readonly from: Instruction
  /** What follows `FROM`. */
  readonly instructions: readonly Instruction[]
  /** The image to which a run.Dockerfile switches, as written, with variables in it; undefined when it extends the one that is there. */
  readonly newBase: string | undefined
}

/** One that it does not take, with the rule that is broken. */
export interface RefusedDockerfile extends Omit<UnreadDockerfile, 'kind'> {
  readonly kind: 'refused'
  readonly rule: 'parse' | 'multistage' | 'preamble'
}

/**
 * What the lifecycle makes of a Dockerfile before it is applied.
 *
 * @see https://github.com/buildpacks/spec/blob/platform/v0.15/image_extension.md
 */
export function judgeDockerfile(kind: DockerfileKind, text: string): ExtensionDockerfile | RefusedDockerfile {
  const file = readDockerfile(text)
  if (file.kind === 'refused') return { ...file, rule: 'parse' }
  const [stage, second] = file.stages
  if (second)
    return { kind: 'refused', rule: 'multistage', line: second.from.source.line, reason: 'there is a second FROM' }
  const preamble = kind === 'build' ? preambleProblem(file) : undefined
  if (preamble) return { kind: 'refused', rule: 'preamble', ...preamble }
  if (!stage) return { kind: 'refused', rule: 'parse', line: 1, reason: 'there is no FROM' }
  const { from, instructions } = stage
  const [base] = from.args
  return { kind: 'accepted', file, from, instructions, newBase: base === BASE_IMAGE ? undefined : base }
}

/** Whether the lifecycle warns about an instruction: nothing that it sets reaches the app image. */
export function isUnusual({ keyword }: Instruction): boolean {
  return !RECOMMENDED.has(keyword)
}

/** A build.Dockerfile begins with `ARG base_image` and nothing else before `FROM ${base_image}`. */
function preambleProblem({ preamble, stages }: Dockerfile): { line: number; reason: string } | undefined {
  const [arg, extra] = preamble
  const from = stages[0]?.from
  if (arg === undefined)
    return { line: from?.source.line ?? 1, reason: `there is no ARG ${BASE_IMAGE_ARG} before FROM` }
  const name = arg.pairs[0]?.name
  if (name !== BASE_IMAGE_ARG)
    return { line: arg.source.line, reason: `the first ARG is ${quoted(name ?? '')}, not ${BASE_IMAGE_ARG}` }
  if (extra) return { line: extra.source.line, reason: 'there is a second ARG before FROM' }
  const base = from?.args[0]
  if (from && base !== BASE_IMAGE)
    return { line: from.source.line, reason: `FROM names ${quoted(base ?? '')} and not ${BASE_IMAGE}` }
  return undefined
}
