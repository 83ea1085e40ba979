import { CnbError, type ErrorCode } from '../errors.js'
import { limitHint } from '../limits.js'
import type { ProgramOutcome } from '../programs.js'

/** Characters of what git says that are repeated. */
const EXCERPT = 200

/** A failure that is known by what git says, and has one thing to be done about it. */
interface KnownFailure {
  /** What git says, in the language C. */
  readonly complaint: RegExp
  readonly code: ErrorCode
  /** undefined for git's own words. */
  readonly message?: string
  readonly hint?: string
}

/** The first that fits counts. */
const KNOWN: readonly KnownFailure[] = [
  {
    complaint:
      /could not read (?:Username|Password)|terminal prompts disabled|Authentication failed|The requested URL returned error: 40[13]|Permission denied \(|Host key verification failed/i,
    code: 'E_AUTH',
    hint: 'the name may be wrong, or the repository hidden: git asks nobody for a password here',
  },
  // Of an address: a server that has other things answers, or a folder that holds something else.
  {
    complaint: /repository '.*' not found|does not appear to be a git repository|: Repository not found/,
    code: 'E_INDEX_MISSING',
    hint: 'correct the URL of the registry',
  },
  // Of a repository with a work tree: its files would stay behind.
  {
    complaint: /refusing to update checked out branch/,
    code: 'E_GIT',
    message: 'the branch is checked out in a work tree, and git does not push to such a one',
    hint: 'name a bare repository; or, in this one: git config receive.denyCurrentBranch updateInstead',
  },
  // Of a repository on this machine: what its configuration says, the owner could have git do.
  {
    complaint: /detected dubious ownership/,
    code: 'E_GIT',
    message: 'the repository belongs to another user, and git does not open such a one',
    hint: 'reach it by https or ssh',
  },
  // Of a push: the branch has commits that were not there when it was read.
  {
    complaint: /! \[(?:remote )?rejected\].*\((?:fetch first|non-fast-forward|cannot lock ref|failed to update ref)/,
    code: 'E_NETWORK',
    message: 'somebody else changed the repository meanwhile',
    hint: 'run the command again',
  },
]

const TOO_LARGE = /File too large/
/** Of a push: whoever keeps the repository does not take it, and says why in brackets. */
const DECLINED = /! \[remote rejected\].*\((.*)\)/
/** Said last, whatever it was that was said before it. */
const SUMMARY = /^fatal: (?:Could not read from remote repository|the remote end hung up unexpectedly|early EOF)/
const NO_SUCH_PROTOCOL = /transport '[^']*' not allowed/
const UNTRUSTED = /certificate|SSL|TLS/
/** Commands that ask a server. */
const ASKING: ReadonlySet<string> = new Set(['clone', 'fetch', 'ls-remote', 'push'])

/**
 * What git did not do, as an error: E_AUTH, also for a push that is declined, E_TLS, E_REDIRECT, E_INDEX for what is too large,
 * E_INDEX_MISSING when there is no repository, E_NETWORK, or E_GIT when no server was asked, or git objects to a repository on this
 * machine.
 */
export function failureOf(command: string, { status, complaint }: ProgramOutcome): CnbError {
  const said = complaint.toString('utf8')
  const excerpt = excerptOf(said) || String(status)
  const problem = `git ${command} failed: ${excerpt}`
  if (TOO_LARGE.test(said)) {
    return new CnbError('E_INDEX', `git ${command} wanted to write too large a file`, {
      value: excerpt,
      hint: limitHint('registryIndexBytes'),
    })
  }
  const known = KNOWN.find((failure) => failure.complaint.test(said))
  if (known !== undefined) return new CnbError(known.code, known.message ?? problem, { hint: known.hint })
  const [, reason] = DECLINED.exec(said) ?? []
  if (reason !== undefined) {
    return new CnbError('E_AUTH', 'the repository does not take the commit', {
      value: reason,
      hint: 'whoever keeps it says who may push to that branch',
    })
  }
  if (NO_SUCH_PROTOCOL.test(said)) return new CnbError('E_REDIRECT', problem)
  if (!ASKING.has(command)) return new CnbError('E_GIT', problem)
  return new CnbError(UNTRUSTED.test(said) ? 'E_TLS' : 'E_NETWORK', problem, {
    hint: 'look at the repository, or try again; what was fetched before is there with --offline',
  })
}

/** True when the server does not give out the latest state without all that was before it. */
export function isShallowRefusal(error: unknown): boolean {
  return error instanceof CnbError && /shallow/.test(error.message)
}

/** The last thing of importance. */
function excerptOf(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const last = lines.findLast((line) => /^(?:fatal|error):/.test(line) && !SUMMARY.test(line)) ?? lines.at(-1) ?? ''
  const text = last.replace(/^(?:fatal|error): /, '')
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text
}
