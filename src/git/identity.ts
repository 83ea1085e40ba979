import { CnbError } from '../errors.js'
import type { Git } from './git.js'

/** Variables that say who commits. */
export type Identity = Readonly<Record<string, string>>

/** As git prints one: a name, an address, and a time. */
const IDENT = /^(.+) <([^<>]+)> \d+ [+-]\d{4}$/

/**
 * Who commits, by git's own rules: what the variables for that say, or else the configuration of the user. Of that nothing else
 * counts, so nothing that it has git run is run.
 *
 * @throws CnbError E_GIT when neither says it; git would make an address up
 */
export async function committingAs(git: Git, repository: string): Promise<Identity> {
  return { ...(await identityOf('AUTHOR', git, repository)), ...(await identityOf('COMMITTER', git, repository)) }
}

async function identityOf(role: 'AUTHOR' | 'COMMITTER', git: Git, repository: string): Promise<Identity> {
  const printed = await printedIdentity(role, git, repository)
  const [, name, address] = IDENT.exec(printed) ?? []
  if (name === undefined || address === undefined) throw anonymous(role, printed)
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: address }
}

/** What git prints, or why it does not. */
async function printedIdentity(role: string, git: Git, repository: string): Promise<string> {
  try {
    const answer = await git.run(['var', `GIT_${role}_IDENT`], { repository, env: { GIT_CONFIG_GLOBAL: undefined } })
    return answer.toString('utf8').trim()
  } catch (error) {
    if (error instanceof CnbError && error.code === 'E_GIT') return error.message
    throw error
  }
}

function anonymous(role: string, said: string): CnbError {
  return new CnbError('E_GIT', 'nothing says whose name and e-mail address the commit is to have', {
    value: said,
    hint: `git config --global user.name NAME, and user.email ADDRESS; or set GIT_${role}_NAME and GIT_${role}_EMAIL`,
  })
}
