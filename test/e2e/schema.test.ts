import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { trowel } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'

test('schema prints what is shipped', async () => {
  const { status, stdout, stderr } = await trowel(['schema', 'builder'], { cwd: temporaryDirectory() })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(readFileSync(new URL('../../schemas/builder.schema.json', import.meta.url), 'utf8'))
})

test('schema names what there is when asked for something else', async () => {
  const { status, stdout, stderr } = await trowel(['schema', 'order'], { cwd: temporaryDirectory() })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('builder, package, buildpack, extension')
})
