import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { describeGoldenBuilders } from '../contracts/golden-builders.js'
import { createGolden, materialiseGolden, type GoldenCase } from '../support/golden.js'

const workspace = materialiseGolden()
afterAll(() => {
  workspace.remove()
})

const outputOf = ({ name }: GoldenCase): string => join(workspace.path, 'out', name)

describeGoldenBuilders({
  create: (golden, without) => createGolden(golden, { workspace: workspace.path, output: outputOf(golden), without }),
  blob: (golden, digest) =>
    Promise.resolve(readFileSync(join(outputOf(golden), 'blobs', ...digest.split(':')), 'utf8')),
  isUntouched: (golden) => !existsSync(outputOf(golden)),
})
