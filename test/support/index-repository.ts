import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { entriesPath, parseRegistryId } from '#src/cnb/registry-id.js'
import { temporaryDirectory } from './directories.js'

/** A digest reference that leads nowhere. */
export const ADDRESS = `registry.test/acme/java@sha256:${'0f'.repeat(32)}`

/** Runs git in a directory, away from the configuration of whoever runs the tests. */
export function git(cwd: string, ...args: string[]): string {
  return gitWith({}, cwd, ...args)
}

/** As `git`, with further variables. */
export function gitWith(env: Readonly<Record<string, string>>, cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'test',
      GIT_AUTHOR_EMAIL: 'test@test.invalid',
      GIT_COMMITTER_NAME: 'test',
      GIT_COMMITTER_EMAIL: 'test@test.invalid',
      ...env,
    },
  }).trim()
}

/** One line of an index. */
export function line(id: string, version: string, more: Readonly<Record<string, unknown>> = {}): string {
  const [ns, name] = id.split('/')
  return JSON.stringify({ ns, name, version, yanked: false, addr: ADDRESS, ...more })
}

/** Entries by id: lines, or the bytes of a file. */
export type Entries = Readonly<Record<string, readonly string[] | string>>

export interface IndexRepository {
  readonly directory: string
  /** Its address for git. */
  readonly url: string
  /** Writes entries and commits them. @returns the commit */
  readonly commit: (entries: Entries) => string
}

/** A git repository with an index. @param format how it names its objects */
export function indexRepository(entries: Entries, format: 'sha1' | 'sha256' = 'sha1'): IndexRepository {
  const directory = temporaryDirectory()
  git(directory, 'init', '--quiet', '--initial-branch=main', `--object-format=${format}`)
  const repository: IndexRepository = {
    directory,
    url: `file://${directory}`,
    commit: (more) => {
      writeEntries(directory, more)
      git(directory, 'add', '--all')
      git(directory, 'commit', '--quiet', '--allow-empty', '--message=entries')
      return git(directory, 'rev-parse', 'HEAD')
    },
  }
  repository.commit(entries)
  return repository
}

/** Writes the files of an index. */
export function writeEntries(directory: string, entries: Entries): void {
  for (const [id, content] of Object.entries(entries)) {
    const path = join(directory, entriesPath(parseRegistryId(id)))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : content.map((text) => `${text}\n`).join(''))
  }
}
