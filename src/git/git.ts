import { CnbError } from '../errors.js'
import { findProgram, runProgram, type ProgramSearch } from '../programs.js'
import { failureOf } from './failure.js'

/** What git is run with. */
export interface GitOptions extends ProgramSearch {
  /** Protocols that it may speak, as it calls them; others are refused also when a server sends us there. */
  readonly protocols: readonly string[]
  /** Settings that may be secret: git gets them without their being shown to other users of the machine. */
  readonly settings: ReadonlyMap<string, string>
  /** Bytes of the largest file that it may write. */
  readonly largestFile: number
  /** Milliseconds until it is stopped. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** One use of git. */
export interface GitRun {
  /** A bare repository. */
  readonly repository: string
  /** What it reads. */
  readonly input?: string | Uint8Array
  /** Bytes that it may answer. */
  readonly limit?: number
  /** Further variables; one that is undefined is taken away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The first release that can be kept from reading the configuration of the user and of the machine. */
const OLDEST: readonly [number, number] = [2, 32]
/** Bytes of what git says that is no content. */
const SMALL_ANSWER = 1024 * 1024
/** Variables that change whom git trusts, or say who commits, and nothing else. */
const KEPT = /^GIT_(?:SSL_CAINFO|SSL_CAPATH|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL))$/
/** In which ulimit counts. @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
const BLOCK_BYTES = 512

/** What a new repository calls its branch: of one that was cloned without a commit, it says that the server did not tell. */
export const UNTOLD_BRANCH = 'refs/heads/untold'

/** Nothing that a repository, a server or the user's own configuration says makes git run anything. */
const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.alternateRefsCommand=',
  'protocol.ext.allow=never',
  'credential.helper=',
  // Nobody's e-mail address is made up of the name of this machine.
  'user.useConfigOnly=true',
  `init.defaultBranch=${UNTOLD_BRANCH.slice('refs/heads/'.length)}`,
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
  // What comes is kept as the pack that it comes in.
  'fetch.unpackLimit=1',
  // Larger objects go through without being held in memory.
  'core.bigFileThreshold=1m',
  'pack.threads=1',
  // Bytes a second, and seconds: a connection that is as good as dead.
  'http.lowSpeedLimit=100',
  'http.lowSpeedTime=30',
]

/** The program git, kept from everything but the repository that it is to work on. */
export class Git {
  readonly #path: string
  readonly #options: GitOptions

  private constructor(path: string, options: GitOptions) {
    this.#path = path
    this.#options = options
  }

  /** @throws CnbError E_GIT when it is not there, or too old */
  static async find(options: GitOptions): Promise<Git> {
    const path = findProgram('git', options)
    if (path === undefined) {
      throw new CnbError('E_GIT', 'the program git is not on the PATH', {
        hint: 'install git: buildpack registries are git repositories',
      })
    }
    const git = new Git(path, options)
    const said = (await git.run(['version'], { repository: '/' })).toString('latin1').trim()
    const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(said) ?? []
    const version = [Number(major), Number(minor)] as const
    if (!(version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1]))) {
      throw new CnbError('E_GIT', `git ${OLDEST.join('.')} or later is needed`, {
        value: said,
        hint: 'install a later git',
      })
    }
    return git
  }

  /** What git answers. @throws CnbError as `failureOf` has it; the signal's reason */
  async run(
    args: readonly string[],
    { repository, input = '', limit = SMALL_ANSWER, env = {} }: GitRun,
  ): Promise<Buffer> {
    const { timeout, signal } = this.#options
    const settings = SETTINGS.flatMap((setting) => ['-c', setting])
    const outcome = await runProgram({
      command: [...this.#bounds(), this.#path, `--git-dir=${repository}`, ...settings, ...args],
      env: { ...this.#environment(), ...env },
      cwd: repository,
      input,
      limit,
      timeout,
      signal,
    })
    if (outcome.status === 0) return outcome.answer
    throw failureOf(args[0] ?? '', outcome)
  }

  /** The shell sets a bound that git, and all that it starts, cannot lift; who meets it is told, and not killed without a word. */
  #bounds(): [string, ...string[]] {
    const blocks = Math.ceil(this.#options.largestFile / BLOCK_BYTES)
    return ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"', 'sh', String(blocks)]
  }

  #environment(): Readonly<Record<string, string | undefined>> {
    const { env, protocols, settings } = this.#options
    const others = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name))
    const secret = [...settings].flatMap(([key, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, key] as const,
      [`GIT_CONFIG_VALUE_${i}`, value] as const,
    ])
    return {
      ...Object.fromEntries(others),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      // What a repository lacks is not fetched from where its configuration says that it is.
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: protocols.join(':') || 'none',
      // Nobody is asked for a password: not on the terminal, nor by a window.
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
      GIT_CONFIG_COUNT: String(settings.size),
      ...Object.fromEntries(secret),
      LC_ALL: 'C',
    }
  }
}
