import fc from 'fast-check'
import { DockerfileParser } from 'dockerfile-ast'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDockerfile } from '#src/dockerfile/dockerfile.js'
import type { Instruction } from '#src/dockerfile/instruction.js'
import { placeOf } from '#src/dockerfile/lines.js'

interface Vector {
  readonly text?: string
  readonly parts?: readonly (readonly [string, number])[]
  readonly refused?: string
  readonly lines?: readonly number[]
  readonly instructions?: readonly {
    readonly keyword: string
    readonly flags: readonly string[]
    readonly args: readonly string[]
    readonly line: number
  }[]
}

/** A value and the separator after it are what BuildKit keeps of a pair beside its name. */
const WORDS_A_PAIR = 3

const VECTORS: readonly Vector[] = readFileSync('fixtures/dockerfile/buildkit.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))

function instructionsOf(text: string): readonly Instruction[] {
  const read = readDockerfile(text)
  if (read.kind === 'refused') throw new Error(`line ${read.line}: ${read.reason}`)
  return [...read.preamble, ...read.stages.flatMap(({ from, instructions }) => [from, ...instructions])]
}

/** An instruction as the vectors have it; ARG keeps its words whole there. */
function asInVector({ keyword, flags, args, pairs, source }: Instruction) {
  const words =
    keyword === 'ARG'
      ? pairs.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`))
      : pairs.flatMap(({ name, value = '' }) => [name, value])
  return {
    keyword,
    flags: flags.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`)),
    args: keyword === 'ONBUILD' ? args.slice(0, 1) : [...args, ...words],
    line: source.line,
  }
}

function withoutSeparators({ keyword, args, ...rest }: NonNullable<Vector['instructions']>[number]) {
  const isAssigning = keyword === 'ENV' || keyword === 'LABEL'
  const kept = isAssigning ? args.filter((_, index) => index % WORDS_A_PAIR < WORDS_A_PAIR - 1) : args
  return { keyword, ...rest, args: keyword === 'ONBUILD' ? kept.slice(0, 1) : kept }
}

describe('a Dockerfile is read as BuildKit reads it', () => {
  test.each(VECTORS.map((vector, index) => [index + 1, vector] as const))('vector %i', (_, vector) => {
    const text = vector.text ?? vector.parts?.map(([part, times]) => part.repeat(times)).join('') ?? ''
    if (vector.refused !== undefined) expect(readDockerfile(text).kind, vector.refused).toBe('refused')
    else if (vector.lines) expect(instructionsOf(text).map(({ source }) => source.line)).toEqual(vector.lines)
    else expect(instructionsOf(text).map(asInVector)).toEqual(vector.instructions?.map(withoutSeparators))
  })
})

describe('what is wrong', () => {
  test('is told with the line on which the instruction begins', () => {
    expect(readDockerfile('FROM a\nRUN b\nNOPE \\\n c\n')).toEqual({
      kind: 'refused',
      line: 3,
      reason: 'no instruction is called "NOPE"',
    })
  })

  test('of a heredoc without an end is told at its instruction', () => {
    expect(readDockerfile('FROM a\nRUN <<E\nx\n')).toMatchObject({ line: 2, reason: 'a heredoc that no line "E" ends' })
  })

  test('is told in a few words, however long the file is', () => {
    const read = readDockerfile(`FROM a\n${'x'.repeat(60_000)}\n`)
    expect(read.kind === 'refused' && read.reason.length).toBeLessThan(200)
  })
})

test('a piece of a continued instruction is found on its own line', () => {
  const [, run] = instructionsOf('FROM a\n  RUN one \\\n  # not part of it\n  && two\n')
  expect(run?.source.text).toBe('RUN one   && two')
  expect(run && placeOf(run.source, 0)).toEqual({ line: 2, column: 3 })
  expect(run && placeOf(run.source, run.source.text.indexOf('two'))).toEqual({ line: 4, column: 6 })
})

describe('whatever a file says', () => {
  const WORDS = [
    'FROM a',
    'RUN ',
    'ENV ',
    '<<E',
    '\nE',
    '\n',
    '\\\n',
    '"',
    "'",
    '${',
    '}',
    ':-',
    '\\',
    '`',
    '[',
    ' ',
    '--',
    '=',
    '#',
    '\r',
    '\0',
    '\u00a0',
    '# escape=`',
  ]

  test('it is read or refused', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary' }))), (words) => {
        expect(readDockerfile(words.join('')).kind).toMatch(/^(read|refused)$/)
      }),
    )
  })

  test('every place is one of the file', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS)), (words) => {
        const text = `FROM a\n${words.join('')}`
        const read = readDockerfile(text)
        for (const { source } of read.kind === 'read' ? (read.stages[0]?.instructions ?? []) : []) {
          const { line, column } = placeOf(source, 0)
          expect(text.split('\n')[line - 1]?.slice(column - 1, column)).toBe(source.text.slice(0, 1))
        }
      }),
    )
  })

  const MIB = 1 << 20

  /** A file of 4 MiB, one instruction, whose lines are nearly as long as they may be. */
  function filled(piece: string): string {
    const line = piece.repeat(60_000 / piece.length)
    return `FROM a\nRUN ${`${line}\\\n`.repeat((4 * MIB) / line.length)}\n`
  }

  const LINES = 100_000

  test.each(['RUN true\n', 'RUN <<E\nE\n', 'FROM a\n', '\n', 'RUN a \\\n b \\\n'])(
    '100,000 times %j is read',
    (piece) => {
      expect(readDockerfile(`FROM a\n${piece.repeat(LINES)}`).kind).toBe('read')
    },
  )

  test.each(['a', '<<E ', '${a:-', '${a:-"', '$', '\\ ', '[', '"a",', '1', '=', 'ONBUILD '])(
    'so are 4 MiB of %j in one instruction',
    (piece) => {
      expect(readDockerfile(filled(piece)).kind).toMatch(/^(read|refused)$/)
    },
  )
})

test('dockerfile-ast sees the same instructions on the same lines of a file that nothing is odd about', () => {
  const keyword = fc.constantFrom('RUN', 'run', 'USER', 'WORKDIR', 'CMD')
  const word = fc.stringMatching(/^[a-z0-9/.]{1,8}$/)
  const gap = fc.constantFrom(' ', '  ', ' \\\n  ', ' \\\n# comment\n', '\t')
  const instruction = fc
    .tuple(
      keyword,
      fc.array(fc.tuple(gap, word), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('\n', '\n\n', '\n# comment\n'),
    )
    .map(([name, rest, end]) => name + rest.flat().join('') + end)
  fc.assert(
    fc.property(fc.array(instruction), (instructions) => {
      const text = `ARG base_image\nFROM \${base_image}\n${instructions.join('')}`
      const theirs = DockerfileParser.parse(text).getInstructions()
      expect(instructionsOf(text).map(({ keyword, source }) => [keyword, source.line])).toEqual(
        theirs.map((one) => [one.getKeyword(), (one.getRange()?.start.line ?? -1) + 1]),
      )
    }),
  )
})
