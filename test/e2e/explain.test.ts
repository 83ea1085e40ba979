import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '#src/rules/catalogue.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'

const explain = (...args: readonly string[]) => trowelHere(['explain', ...args], { cwd: temporaryDirectory() })

describe('trowel explain', () => {
  test('of a rule says it on stdout, for people or as JSON', async () => {
    const { status, stdout, stderr } = await explain('order-ref-unknown')
    expect(stdout).toMatch(/^error\[order-ref-unknown\] an order names a module that is not on the builder\n/)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse((await explain('order-ref-unknown', '--json')).stdout)).toMatchObject({
      kind: 'rule',
      id: 'order-ref-unknown',
      severity: 'error',
    })
  })

  test('of nothing lists all that there is', async () => {
    const { stdout } = await explain()
    for (const id of CATALOGUE.keys()) expect(stdout).toContain(`\n  ${id} `)
    const { families } = JSON.parse((await explain('--json')).stdout) as { families: { rules: { id: string }[] }[] }
    expect(families.flatMap(({ rules }) => rules.map(({ id }) => id)).toSorted()).toEqual([...CATALOGUE.keys()])
  })

  test('of what there is not says what is near, and lets nothing through to the terminal', async () => {
    const { status, stderr } = await explain('order-ref-\u001b[31munknown')
    expect(stderr).toContain('did you mean order-ref-unknown?')
    expect(stderr).not.toContain('\u001b')
    expect(status).toBe(2)
  })
})
