import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { expectedGeneration, generatedOf, generateVector } from '../detect/generation.js'
import { detectVector, expectedOf, resultOf, type Vector } from '../detect/vectors.js'
import { temporaryDirectory } from '../support/directories.js'
import { peer } from './peer.js'

/** Makes random orders, runs a lifecycle's detector with each in a mount namespace of its own, and writes down what it did. */
const TOOL = fileURLToPath(new URL('../../fixtures/golden/tools/detect-vectors.mjs', import.meta.url))

/** Orders that are tried; each takes the detector a quarter of a second, twice. `TROWEL_CASES=500` is the long form. */
const COUNT = Number(process.env['TROWEL_CASES'] ?? 25)
/** The same in every run of the suite; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 4_200_000)

test(
  'the detector of the lifecycle makes the same of random orders',
  { timeout: 60_000 + COUNT * 5_000 },
  (context) => {
    const lifecycle = peer(context, 'lifecycle')
    const isRoot = process.getuid?.() === 0
    if (!isRoot || spawnSync('unshare', ['-m', 'true']).status !== 0) {
      console.log('skipped: the detector wants root and a mount namespace')
      return context.skip('the detector wants root and a mount namespace')
    }
    const folder = temporaryDirectory()
    // The detector refuses to run as root, and whoever runs it must get to it.
    const program = join(folder, 'lifecycle')
    chmodSync(folder, 0o755)
    copyFileSync(lifecycle.path, program)
    const [cases, made] = [join(folder, 'cases.mjs'), join(folder, 'made.jsonl')]
    writeFileSync(
      cases,
      `import { randomVector } from ${JSON.stringify(pathToFileURL(TOOL).href)}\n` +
        `export const cases = Array.from({ length: ${COUNT} }, (_, i) => randomVector(${SEED} + i, 'LIVE-' + (${SEED} + i)))\n`,
    )
    const run = spawnSync(process.execPath, [TOOL, 'make', program, cases, made], { encoding: 'utf8' })
    expect(run, run.stderr).toMatchObject({ status: 0 })

    const vectors = readFileSync(made, 'utf8').split('\n').filter(Boolean)
    expect(vectors).toHaveLength(COUNT)
    for (const line of vectors) {
      const vector = JSON.parse(line) as Vector
      const detection = detectVector(vector)
      expect(resultOf(detection, vector.result), vector.id).toEqual(expectedOf(vector.result))
      if (detection.selection === undefined || detection.selection.groupExt.length === 0) continue
      expect(generatedOf(generateVector(vector, detection.selection), vector), vector.id).toEqual(
        expectedGeneration(vector),
      )
    }
  },
)
