import { describe, expect, test } from 'vitest'
import { judgeDockerfile, isUnusual } from '#src/dockerfile/extension-dockerfile.js'

const PREAMBLE = 'ARG base_image\nFROM ${base_image}\n'

describe('a build.Dockerfile', () => {
  test('is taken with ARG base_image and FROM ${base_image}, in any case and with comments between', () => {
    for (const text of [
      PREAMBLE,
      '# c\narg base_image\n# d\nfrom ${base_image}\nrun true\n',
      'ARG base_image=x other\nFROM ${base_image}',
    ]) {
      expect(judgeDockerfile('build', text), text).toMatchObject({ kind: 'accepted', newBase: undefined })
    }
  })

  test.each([
    ['FROM ${base_image}\n', 'preamble', 1],
    ['ARG other\nFROM ${base_image}\n', 'preamble', 1],
    ['ARG base_image\nARG x\nFROM ${base_image}\n', 'preamble', 2],
    ['ARG base_image\nFROM $base_image\n', 'preamble', 2],
    ['ARG base_image\nFROM "${base_image}"\n', 'preamble', 2],
    ['ARG base_image\nFROM a.example/b\n', 'preamble', 2],
    [`${PREAMBLE}FROM \${base_image}\n`, 'multistage', 3],
    ['ARG base_image\n', 'parse', 1],
    ['', 'parse', 1],
    [`${PREAMBLE}NOPE x\n`, 'parse', 3],
  ] as const)('is refused: %j', (text, rule, line) => {
    expect(judgeDockerfile('build', text)).toMatchObject({ kind: 'refused', rule, line })
  })
})

describe('a run.Dockerfile', () => {
  test.each([
    ['FROM ${base_image}\n', undefined],
    ['FROM $base_image\n', '$base_image'],
    ['FROM "${base_image}"\n', '"${base_image}"'],
    ['ARG tag=1\nFROM a.example/b:${tag}\n', 'a.example/b:${tag}'],
    ['FROM --platform=linux/arm64 a.example/b:1 AS base\n', 'a.example/b:1'],
  ])('takes what FROM says as it is written: %j', (text, newBase) => {
    expect(judgeDockerfile('run', text)).toMatchObject({ kind: 'accepted', newBase })
  })

  test.each(['RUN true\n', 'FROM a\nFROM b\n', ''])('needs one stage: %j', (text) => {
    expect(judgeDockerfile('run', text).kind).toBe('refused')
  })
})

test('what the lifecycle warns about are the instructions outside of its list', () => {
  const judged = judgeDockerfile('run', `${PREAMBLE}RUN a\nCMD x\nUSER b\nVOLUME /v\n`)
  expect(judged.kind === 'accepted' && judged.instructions.filter(isUnusual).map(({ keyword }) => keyword)).toEqual([
    'CMD',
    'VOLUME',
  ])
})
