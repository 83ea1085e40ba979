import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CnbError } from '../errors.js'
import { limitHint } from '../limits.js'
import { linkOrCopy, makeScratch, writeFile } from '../files.js'
import { isShallowRefusal } from './failure.js'
import { UNTOLD_BRANCH, type Git, type GitRun } from './git.js'
import { committingAs } from './identity.js'

/** A commit's full id. Nothing shorter, and no name, is ever handed on to git. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
/** Hexadecimal digits of an id that is a SHA-256. */
const SHA256_LENGTH = 64
/** What a repository gives out when nothing is asked for by name. */
const LATEST = 'HEAD'
const REF = 'refs/heads/index'
/** A name without what means something else to a push. */
const BRANCH = /^refs\/heads\/[^\s:+^~?*[\\]+$/
/** How git writes the modes of files that are files. */
const FILE_MODE = '100'
/** What others are. */
const KINDS = new Map([
  ['040000', 'directory'],
  ['120000', 'symbolic link'],
  ['160000', 'submodule'],
])

/** Whose failure may be over in a moment. */
const PASSING: ReadonlySet<string> = new Set(['E_NETWORK'])

/** A change of one file. */
interface Change {
  readonly path: string
  readonly bytes: Uint8Array
  readonly message: string
  /** Of the repository that gets it. */
  readonly url: string
}

/** The files of one commit, or of none yet, in a bare repository of our own: nothing is ever checked out. */
export class Snapshot {
  /** undefined when the repository is empty. */
  readonly commit: string | undefined
  readonly repository: string
  readonly #git: Git

  private constructor(git: Git, repository: string, commit: string | undefined) {
    this.#git = git
    this.repository = repository
    this.commit = commit
  }

  /**
   * Fetches what a repository holds now, without what it held before if the server can do that.
   *
   * @param like the id of a commit of it
   */
  static async fetch(git: Git, url: string, like: string, directory: string): Promise<Snapshot> {
    const repository = await newRepository(git, like, directory)
    await twice(() => fetchLatest(git, repository, url))
    const answer = await git.run(['rev-parse', '--verify', '--end-of-options', `${REF}^{commit}`], { repository })
    const commit = answer.toString('latin1').trim()
    if (!COMMIT.test(commit)) throw new Error(`git calls a commit ${commit}`)
    return new Snapshot(git, repository, commit)
  }

  /** What a repository without a commit holds, which is nothing. Its branch has a name. */
  static async empty(git: Git, url: string, directory: string): Promise<Snapshot> {
    const repository = makeScratch(directory)
    await git.run(['clone', '--quiet', '--bare', '--template=', '--', url, repository], { repository })
    return new Snapshot(git, repository, undefined)
  }

  /** What `pack` gave, in a repository again. @throws CnbError when it is damaged */
  static async restore(git: Git, commit: string, pack: string, directory: string): Promise<Snapshot> {
    if (!COMMIT.test(commit)) throw new CnbError('E_GIT', 'what was kept names no commit', { value: commit })
    const repository = await newRepository(git, commit, directory)
    const file = join(repository, 'objects/pack', `pack-${commit}.pack`)
    await linkOrCopy(pack, file)
    await git.run(['index-pack', file], { repository })
    // What was before it may be missing. Git, told so, does not go looking for it when it compares commits.
    await writeFile(join(repository, 'shallow'), Buffer.from(`${commit}\n`))
    await git.run(['cat-file', '-e', `${commit}^{commit}`], { repository })
    return new Snapshot(git, repository, commit)
  }

  /** Puts everything into one file. @returns its path */
  async pack(): Promise<string> {
    const { repository } = this
    await this.#git.run(['repack', '-a', '-d', '-q'], { repository })
    const folder = join(repository, 'objects/pack')
    const [name, ...others] = readdirSync(folder).filter((file) => file.endsWith('.pack'))
    if (name === undefined || others.length > 0) throw new Error(`git made ${others.length} packs more than one`)
    return join(folder, name)
  }

  /**
   * Commits a change of one file, and pushes it to where the repository gives out its latest state.
   *
   * @returns the commit
   * @throws CnbError as `Git.run`, also when that state is another one by now
   */
  async publish({ path, bytes, message, url }: Change): Promise<string> {
    const env = await committingAs(this.#git, this.repository)
    const branch = await this.#branchOf(url)
    const index = { GIT_INDEX_FILE: join(this.repository, 'index') }
    const blob = await this.#ask(['hash-object', '-w', '--stdin'], { input: bytes })
    await this.#ask(['read-tree', this.commit ?? '--empty'], { env: index })
    await this.#ask(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { env: index })
    const tree = await this.#ask(['write-tree'], { env: index })
    const parent = this.commit === undefined ? [] : ['-p', this.commit]
    const commit = await this.#ask(['commit-tree', tree, ...parent, '-m', message], { env })
    await this.#ask(['push', '--quiet', '--', url, `${commit}:${branch}`])
    return commit
  }

  /** The branch that `HEAD` is. */
  async #branchOf(url: string): Promise<string> {
    const branch = this.commit === undefined ? await this.#branchWithoutCommit() : await this.#branchWithCommits(url)
    if (BRANCH.test(branch)) return branch
    throw new CnbError('E_INDEX', 'it is not known which branch of the repository is read', {
      value: branch,
      hint: 'whoever keeps it makes HEAD a branch, and commits something to it',
    })
  }

  async #branchWithCommits(url: string): Promise<string> {
    const answer = await this.#ask(['ls-remote', '--symref', '--', url, LATEST])
    return /^ref: (\S+)\tHEAD$/m.exec(answer)?.[1] ?? answer
  }

  /** What the server said when the repository was cloned. One that speaks an older protocol does not. */
  async #branchWithoutCommit(): Promise<string> {
    const branch = await this.#ask(['symbolic-ref', LATEST])
    return branch === UNTOLD_BRANCH ? '' : branch
  }

  async #ask(args: readonly string[], run: Omit<GitRun, 'repository'> = {}): Promise<string> {
    return (await this.#git.run(args, { ...run, repository: this.repository })).toString('latin1').trim()
  }

  /** The paths of all files. @throws CnbError when they are too many to be told */
  async names(): Promise<readonly string[]> {
    if (this.commit === undefined) return []
    return (await this.#ask(['ls-tree', '-r', '-z', '--name-only', '--full-tree', this.commit])).split('\0')
  }

  /**
   * The bytes of a file; undefined when there is none, also when a link leads to one.
   *
   * @param path of parts that are neither empty nor made of dots
   * @param limit bytes
   * @throws CnbError E_INDEX when it is larger, or something else than a file
   */
  async readFile(path: string, limit: number): Promise<Uint8Array | undefined> {
    if (this.commit === undefined) return undefined
    const answer = await this.#ask(['ls-tree', '-l', '--full-tree', this.commit, '--', path])
    const [, mode = '', blob = '', size = ''] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t/.exec(answer) ?? []
    if (mode === '') return undefined
    const what = mode.startsWith(FILE_MODE) ? undefined : (KINDS.get(mode) ?? 'thing of another kind')
    if (what !== undefined) throw new CnbError('E_INDEX', `${path} is a ${what}, not a file`, { value: mode })
    if (Number(size) > limit) {
      throw new CnbError('E_INDEX', `${path} has ${size} bytes, more than ${limit}`, {
        hint: limitHint('registryIndexFileBytes'),
      })
    }
    return this.#git.run(['cat-file', 'blob', blob], { repository: this.repository, limit })
  }
}

/**
 * The id of the commit that a repository gives out now; undefined when it is empty.
 *
 * @throws CnbError E_INDEX_MISSING when it has commits, and gives out none of them; as `Git.run`
 */
export async function latestCommit(git: Git, url: string, directory: string): Promise<string | undefined> {
  const listed = async (...refs: string[]): Promise<readonly string[]> => {
    const answer = await twice(() => git.run(['ls-remote', '--', url, ...refs], { repository: directory }))
    return answer
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
  }
  const line = (await listed(LATEST)).find((line) => line.endsWith(`\t${LATEST}`))
  const commit = line?.split('\t')[0] ?? ''
  if (COMMIT.test(commit)) return commit
  if ((await listed()).length === 0) return undefined
  throw new CnbError('E_INDEX_MISSING', 'the default branch of the repository has no commit', {
    hint: 'whoever keeps it commits something to that branch, or makes HEAD another one',
  })
}

/** A repository that names its objects as `commit` is named: one can only fetch from another that does. */
async function newRepository(git: Git, commit: string, directory: string): Promise<string> {
  const repository = makeScratch(directory)
  const format = commit.length === SHA256_LENGTH ? 'sha256' : 'sha1'
  await git.run(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`], { repository })
  return repository
}

async function fetchLatest(git: Git, repository: string, url: string): Promise<void> {
  const fetch = (...depth: string[]): Promise<Buffer> =>
    git.run(['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', ...depth, '--', url, `+${LATEST}:${REF}`], {
      repository,
    })
  try {
    await fetch('--depth=1')
  } catch (error) {
    if (!isShallowRefusal(error)) throw error
    await fetch()
  }
}

/** A connection that broke is worth another try. */
async function twice<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof CnbError) || !PASSING.has(error.code) || isShallowRefusal(error)) throw error
    return act()
  }
}
