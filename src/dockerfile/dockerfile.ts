import { type Heredoc, heredocsOf } from './heredoc.js'
import { canHaveHeredocs, type Instruction, parseInstruction } from './instruction.js'
import { LineReader, type LogicalLine } from './lines.js'
import { quoted, Refusal } from './refusal.js'

/** A `FROM` and what follows it. */
export interface Stage {
  readonly from: Instruction
  readonly instructions: readonly Instruction[]
}

/** A Dockerfile that BuildKit takes. */
export interface Dockerfile {
  readonly kind: 'read'
  /** The `ARG`s before the first `FROM`. */
  readonly preamble: readonly Instruction[]
  readonly stages: readonly Stage[]
}

/** One that it does not take: the first reason, and the line that has it. */
export interface UnreadDockerfile {
  readonly kind: 'refused'
  readonly line: number
  readonly reason: string
}

/**
 * Reads a Dockerfile as the lifecycle does, which uses the parser of BuildKit 0.26. Takes time and memory in proportion
 * to the length of `text`, whatever it says.
 *
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function readDockerfile(text: string): Dockerfile | UnreadDockerfile {
  const lines = new LineReader(text)
  const preamble: Instruction[] = []
  const stages: { from: Instruction; instructions: Instruction[] }[] = []
  let at: number | undefined
  try {
    for (;;) {
      at = undefined
      const line = lines.logical()
      if (line === undefined) break
      at = line.line
      const instruction = parseInstruction(line, lines.escape)
      skipHeredocs(instruction, line, lines)
      const stage = stages.at(-1)
      if (instruction.keyword === 'FROM') stages.push({ from: instruction, instructions: [] })
      else if (stage) stage.instructions.push(instruction)
      else if (instruction.keyword === 'ARG') preamble.push(instruction)
      else throw new Refusal(`${instruction.keyword} before the first FROM`)
    }
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', line: at ?? lines.line + 1, reason: error.message }
    throw error
  }
  if (stages.length === 0 && preamble.length === 0) {
    return { kind: 'refused', line: 1, reason: 'there is no instruction' }
  }
  return { kind: 'read', preamble, stages }
}

/** Takes the lines of the heredocs that `instruction` announces. */
function skipHeredocs(instruction: Instruction, line: LogicalLine, lines: LineReader): void {
  const heredocs = canHaveHeredocs(instruction) ? heredocsOf(line.text) : []
  for (const heredoc of heredocs) skipHeredoc(heredoc, lines)
}

function skipHeredoc({ name, chomp }: Heredoc, lines: LineReader): void {
  for (let raw = lines.raw(); raw !== undefined; raw = lines.raw()) {
    if ((chomp ? raw.replace(/^\t+/, '') : raw) === name) return
  }
  throw new Refusal(`a heredoc that no line ${quoted(name)} ends`)
}
