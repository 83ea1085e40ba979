import { describe, expect, test } from 'vitest'
import { COMMANDS } from '#src/cli/commands.js'
import { GLOBAL_FLAGS } from '#src/cli/flags.js'
import { parseCommandLine } from '#src/cli/parse.js'

/** What other tools call the flags that take a secret: docker, podman, skopeo, crane, oras, helm. */
const SECRETS = /^(user|pass|auth|header|secret|key)$|user-?name|pass(word|phrase)|cred|token|secret/

describe('A-15: no flag takes a secret', () => {
  test.each(COMMANDS.map((command) => [command.words.join(' '), command] as const))('%s', async (_, command) => {
    const taking = [...GLOBAL_FLAGS, ...command.flags].filter(({ kind }) => kind !== 'switch')
    const isModule = ({ value = '' }: (typeof taking)[number]): boolean => value.startsWith('ID')
    const named = taking.filter((flag) => !isModule(flag)).map(({ name }) => name)
    expect(named.filter((name) => SECRETS.test(name))).toEqual([])
    const operands = command.operands.map(() => 'x/y')
    for (const flag of ['--password=x', '--username=x', '--creds=x', '--token=x', '--registry-token=x']) {
      await expect(parseCommandLine([...command.words, ...operands, flag])).rejects.toMatchObject({ code: 'E_USAGE' })
    }
  })
})
