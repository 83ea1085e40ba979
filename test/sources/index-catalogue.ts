import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../support/directories.js'
import { serveRepository } from '../support/git-server.js'
import { ADDRESS, git, indexRepository, line, writeEntries, type Entries } from '../support/index-repository.js'
import type { IndexOptions } from './an-index.js'

/** One kind of registry, or of what is looked up in it. */
export interface IndexRow {
  readonly id: string
  readonly about: string
  readonly outcome: 'ACC' | 'AUTH' | 'CFG' | 'NET' | 'REJ' | 'RTY' | 'WARN'
  /** The code or rule that says so. */
  readonly code?: string
  /** @param marker a path at which nothing may be afterwards */
  make(marker: string): Trial | Promise<Trial>
}

export interface Trial {
  readonly options: IndexOptions
  /** What is looked up; `acme/java` when it is left out. */
  readonly wanted?: string
  /** The image that it stands for, when it stands for one. */
  readonly address?: string
}

const JAVA = 'acme/java'
const SOUND = line(JAVA, '1.0.0')
const addressOf = (version: string): string =>
  `registry.test/acme/java@sha256:${Buffer.from(version).toString('hex').padEnd(64, '0')}`

/** A row about the URL of a registry. */
function urlRow(id: string, about: string, url: (marker: string) => string, schemes: readonly string[] = []): IndexRow {
  return { id, about, outcome: 'CFG', code: 'E_USAGE', make: (marker) => ({ options: { url: url(marker), schemes } }) }
}

/** A row about the lines of the file that is looked up. */
function linesRow(
  row: Omit<IndexRow, 'id' | 'make'> & { readonly id?: string; readonly wanted?: string },
  content: readonly string[] | string,
): IndexRow {
  const { wanted = JAVA, ...rest } = row
  return { id: 'I-05', ...rest, make: () => ({ options: { url: indexRepository({ [JAVA]: content }).url }, wanted }) }
}

const REJECTED = { outcome: 'REJ', code: 'E_INDEX' } as const

/** A sound line of so many bytes. */
function ofBytes(bytes: number): string {
  const more = 'x'.repeat(bytes - line(JAVA, '1.0.0', { more: '' }).length)
  return line(JAVA, '1.0.0', { more })
}

/** A row about an address. */
function addressRow(about: string, addr: string | undefined): IndexRow {
  return linesRow({ id: 'I-06', about, ...REJECTED }, [line(JAVA, '1.0.0', { addr })])
}

/** A row about a git repository that is odd in another way. */
function repositoryRow(
  row: Omit<IndexRow, 'make'>,
  change: (directory: string, marker: string) => void,
  options: Partial<IndexOptions> = {},
): IndexRow {
  return {
    ...row,
    make: (marker) => {
      const { url, directory } = indexRepository({ [JAVA]: [SOUND] })
      change(directory, marker)
      git(directory, 'add', '--all')
      git(directory, 'commit', '--quiet', '--allow-empty', '--message=odd')
      return { options: { url, ...options } }
    },
  }
}

/** A row about what is beside the commits of a repository. */
function configuredRow(about: string, change: (directory: string, marker: string) => void): IndexRow {
  return {
    id: 'I-03',
    about,
    outcome: 'ACC',
    make: (marker) => {
      const { url, directory } = indexRepository({ [JAVA]: [SOUND] })
      change(directory, marker)
      return { options: { url } }
    },
  }
}

/** A row about a directory that is an index. */
function directoryRow(row: Omit<IndexRow, 'id' | 'make'>, make: (directory: string) => void): IndexRow {
  return {
    id: 'I-03',
    ...row,
    make: () => {
      const directory = temporaryDirectory()
      make(directory)
      return { options: { url: directory } }
    },
  }
}

/** A row about which version is chosen among several. */
function orderRow(about: string, chosen: string, ...versions: readonly string[]): IndexRow {
  const lines = versions.map((version) => line(JAVA, version, { addr: addressOf(version) }))
  return {
    id: 'I-08',
    about,
    outcome: 'ACC',
    make: () => ({ options: { url: indexRepository({ [JAVA]: lines }).url }, address: addressOf(chosen) }),
  }
}

/** A row about a program in the place of git. */
function programRow(about: string, script: string | undefined): IndexRow {
  return {
    id: 'I-10',
    about,
    outcome: 'CFG',
    code: 'E_GIT',
    make: () => {
      const bin = temporaryDirectory()
      if (script !== undefined) writeFileSync(join(bin, 'git'), script, { mode: 0o755 })
      return { options: { url: indexRepository({ [JAVA]: [SOUND] }).url, env: { PATH: bin } } }
    },
  }
}

/** A row about an index that was fetched before, and what happened to it since. */
function keptRow(
  row: Omit<IndexRow, 'make'>,
  change: (kept: { cache: string; directory: string; url: string }) => void | Promise<void>,
  more: Partial<IndexOptions> & { readonly address?: string } = {},
): IndexRow {
  const { address, ...options } = more
  return {
    ...row,
    make: async () => {
      const cache = temporaryDirectory()
      const repository = indexRepository({ [JAVA]: [SOUND] })
      const { anIndex } = await import('./an-index.js')
      await anIndex({ url: repository.url, cacheDirectory: cache }).find(JAVA)
      await change({ cache, directory: repository.directory, url: repository.url })
      return { options: { url: repository.url, cacheDirectory: cache, ...options }, ...(address && { address }) }
    },
  }
}

/** Every file below a folder of a cache. */
function filesIn(cache: string, folder: string): string[] {
  const root = join(cache, 'v1', folder)
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Commits the same entries with another past and another address. */
function rewrite(directory: string, entries: Entries): void {
  writeEntries(directory, entries)
  git(directory, 'commit', '--quiet', '--all', '--allow-empty', '--amend', '--message=rewritten')
}

/** The rows of group I. */
export const ROWS: readonly IndexRow[] = [
  urlRow('I-01', 'a URL that is an option: --upload-pack', (marker) => `--upload-pack=touch${marker}`),
  urlRow('I-01', 'a URL that is an option: -oProxyCommand', (marker) => `-oProxyCommand=touch${marker}`),
  urlRow('I-01', 'ext::, which runs a program', (marker) => `ext::sh -c touch% ${marker}`, ['file', 'http', 'ssh']),
  urlRow('I-01', 'ext://', (marker) => `ext://sh/-c/touch/${marker}`, ['file', 'http', 'ssh']),
  urlRow('I-01', 'fd::', () => 'fd::17', ['file', 'http', 'ssh']),
  urlRow('I-01', 'file:// without the flag', () => 'file:///srv/index'),
  urlRow('I-01', 'http:// without the flag', () => 'http://127.0.0.1:9/index'),
  urlRow('I-01', 'ssh:// without the flag', () => 'ssh://host.test/index'),
  urlRow('I-01', 'user@host:path without the flag', () => 'git@host.test:index'),
  urlRow('I-01', 'a host of ssh that is an option', (marker) => `ssh://-oProxyCommand=touch${marker}/x`, ['ssh']),
  urlRow('I-01', 'a user of ssh that is an option', () => 'ssh://-oProxyCommand=x@host.test/x', ['ssh']),
  urlRow('I-01', 'file:// with a host', () => 'file://host.test/srv/index', ['file']),
  urlRow('I-01', 'git://', () => 'git://host.test/index', ['file', 'http', 'ssh']),
  urlRow('I-01', 'a path that depends on where we are', () => 'srv/index', ['file']),
  urlRow('I-01', 'a line break in a URL', () => 'https://host.test/\nx'),
  urlRow('I-01', 'no URL', () => ''),
  repositoryRow({ id: 'I-01', about: 'file:// with the flag', outcome: 'ACC' }, () => {}),

  urlRow('I-02', 'a ref behind the URL', () => 'https://host.test/index#--output=x'),
  repositoryRow({ id: 'I-02', about: 'a branch whose name is an option', outcome: 'ACC' }, (directory) => {
    git(directory, 'update-ref', 'refs/heads/--output=x', 'HEAD')
    git(directory, 'symbolic-ref', 'HEAD', 'refs/heads/--output=x')
  }),
  {
    id: 'I-02',
    about: 'a repository without a commit',
    outcome: 'REJ',
    code: 'E_INDEX_MISSING',
    make: () => {
      const directory = temporaryDirectory()
      git(directory, 'init', '--quiet')
      return { options: { url: `file://${directory}` } }
    },
  },

  {
    id: 'I-02',
    about: 'a default branch that is not there',
    outcome: 'REJ',
    code: 'E_INDEX_MISSING',
    make: () => {
      const { url, directory } = indexRepository({ [JAVA]: [SOUND] })
      git(directory, 'symbolic-ref', 'HEAD', 'refs/heads/gone')
      return { options: { url } }
    },
  },
  {
    id: 'I-02',
    about: 'a default branch that is not main, which holds something else',
    outcome: 'ACC',
    make: () => {
      const { url, directory } = indexRepository({ [JAVA]: [line(JAVA, '1.0.0', { addr: addressOf('other') })] })
      git(directory, 'checkout', '--quiet', '-b', 'trunk')
      writeEntries(directory, { [JAVA]: [SOUND] })
      git(directory, 'commit', '--quiet', '--all', '--message=trunk')
      return { options: { url } }
    },
  },
  repositoryRow({ id: 'I-02', about: 'no branch: HEAD is a commit', outcome: 'ACC' }, (directory) => {
    git(directory, 'checkout', '--quiet', '--detach')
  }),
  {
    id: 'I-02',
    about: 'commits that are named by their SHA-256',
    outcome: 'ACC',
    make: () => ({ options: { url: indexRepository({ [JAVA]: [SOUND] }, 'sha256').url } }),
  },
  {
    id: 'I-02',
    about: 'a repository whose past is missing, and whose objects are in another one',
    outcome: 'ACC',
    make: () => {
      const { url } = indexRepository({ [JAVA]: [SOUND] })
      const directory = temporaryDirectory()
      git(directory, 'clone', '--quiet', '--bare', '--depth=1', url, 'shallow.git')
      git(directory, 'clone', '--quiet', '--bare', '--shared', 'shallow.git', 'index.git')
      return { options: { url: `file://${directory}/index.git` } }
    },
  },
  {
    id: 'I-02',
    about: 'a folder that is no repository',
    outcome: 'REJ',
    code: 'E_INDEX_MISSING',
    make: () => ({ options: { url: `file://${temporaryDirectory()}` } }),
  },
  {
    id: 'I-02',
    about: 'a server that has no such repository',
    outcome: 'REJ',
    code: 'E_INDEX_MISSING',
    make: async () => {
      const server = await serveRepository(indexRepository({ [JAVA]: [SOUND] }), (_, response) => {
        response.writeHead(404).end()
        return true
      })
      return { options: { url: server.url } }
    },
  },

  configuredRow('hooks', (directory, marker) => {
    mkdirSync(join(directory, '.git/hooks'), { recursive: true })
    for (const hook of ['post-checkout', 'post-merge', 'pre-auto-gc', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(directory, '.git/hooks', hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 })
    }
  }),
  repositoryRow({ id: 'I-03', about: 'submodules', outcome: 'ACC' }, (directory, marker) => {
    writeFileSync(
      join(directory, '.gitmodules'),
      `[submodule "x"]\npath = x\nurl = ext::sh -c touch% ${marker}\nupdate = !touch ${marker}\n`,
    )
    git(directory, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},x`)
  }),
  repositoryRow({ id: 'I-03', about: 'filters in .gitattributes', outcome: 'ACC' }, (directory) => {
    writeFileSync(join(directory, '.gitattributes'), '* filter=evil ident text eol=crlf\n')
  }),
  configuredRow('a configuration that runs programs', (directory, marker) => {
    for (const key of [
      'uploadpack.packObjectsHook',
      'core.alternateRefsCommand',
      'core.sshCommand',
      'core.fsmonitor',
    ]) {
      git(directory, 'config', key, `touch ${marker} #`)
    }
  }),
  {
    id: 'I-03',
    about: 'a symbolic link in the place of the file',
    ...REJECTED,
    make: () => {
      const { url, directory, commit } = indexRepository({ 'acme/other': [SOUND] })
      mkdirSync(join(directory, 'ja/va'), { recursive: true })
      symlinkSync('../../ot/he/acme_other', join(directory, 'ja/va/acme_java'))
      commit({})
      return { options: { url } }
    },
  },
  {
    id: 'I-03',
    about: 'a symbolic link in the place of a folder',
    outcome: 'REJ',
    code: 'E_INDEX_MISSING',
    make: () => {
      const { url, directory, commit } = indexRepository({ [JAVA]: [SOUND] })
      renameSync(join(directory, 'ja'), join(directory, 'there'))
      symlinkSync('there', join(directory, 'ja'))
      commit({})
      return { options: { url } }
    },
  },
  {
    id: 'I-03',
    about: 'a folder in the place of the file',
    ...REJECTED,
    make: () => {
      const { url, directory, commit } = indexRepository({})
      mkdirSync(join(directory, 'ja/va/acme_java'), { recursive: true })
      writeFileSync(join(directory, 'ja/va/acme_java/x'), SOUND)
      commit({})
      return { options: { url } }
    },
  },
  directoryRow({ about: 'a folder in the place of the file, in a directory', ...REJECTED }, (directory) => {
    mkdirSync(join(directory, 'ja/va/acme_java'), { recursive: true })
  }),
  directoryRow({ about: 'a symbolic link in the place of the file, in a directory', ...REJECTED }, (directory) => {
    writeEntries(directory, { 'acme/other': [SOUND] })
    mkdirSync(join(directory, 'ja/va'), { recursive: true })
    symlinkSync('../../ot/he/acme_other', join(directory, 'ja/va/acme_java'))
  }),
  directoryRow({ about: 'a symbolic link in the place of a folder, in a directory', ...REJECTED }, (directory) => {
    writeEntries(directory, { [JAVA]: [SOUND] })
    renameSync(join(directory, 'ja'), join(directory, 'there'))
    symlinkSync('there', join(directory, 'ja'))
  }),
  directoryRow(
    { about: 'a file in the place of a folder, in a directory', outcome: 'REJ', code: 'E_INDEX_MISSING' },
    (directory) => writeFileSync(join(directory, 'ja'), SOUND),
  ),
  repositoryRow({ id: 'I-03', about: 'an object that stands for another', outcome: 'ACC' }, (directory) => {
    writeFileSync(join(directory, 'evil'), `${line(JAVA, '1.0.0', { addr: addressOf('evil') })}\n`)
    const [sound = '', evil = ''] = ['ja/va/acme_java', 'evil'].map((file) => git(directory, 'hash-object', '-w', file))
    git(directory, 'replace', sound, evil)
  }),
  ...[
    ['a HEAD that is garbage', 'HEAD', 'garbage\n'],
    ['a HEAD that leads to itself', 'HEAD', 'ref: HEAD\n'],
    ['a commit that is not there', 'refs/heads/main', `${'1'.repeat(40)}\n`],
    ['a configuration that is garbage', 'config', '[[[\n'],
    ['a format that nobody knows', 'config', '[core]\nrepositoryformatversion = 99\n'],
  ].map(([about = '', file = '', text = '']): IndexRow => ({
    id: 'I-09',
    about: `a repository with ${about}`,
    ...(file === 'HEAD' ? { outcome: 'REJ', code: 'E_INDEX_MISSING' } : { outcome: 'NET', code: 'E_NETWORK' }),
    make: () => {
      const { url, directory } = indexRepository({ [JAVA]: [SOUND] })
      writeFileSync(join(directory, '.git', file), text)
      return { options: { url } }
    },
  })),
  directoryRow({ about: 'a fifo in the place of the file', ...REJECTED }, (directory) => {
    mkdirSync(join(directory, 'ja/va'), { recursive: true })
    execFileSync('mkfifo', [join(directory, 'ja/va/acme_java')])
  }),

  repositoryRow(
    { id: 'I-04', about: 'a repository larger than the limit', ...REJECTED },
    (directory) => writeFileSync(join(directory, 'random'), randomBytes(2_000_000)),
    { limits: { registryIndexBytes: 1_000_000 } },
  ),
  repositoryRow({ id: 'I-04', about: 'a large file beside the one that is wanted', outcome: 'ACC' }, (directory) => {
    writeFileSync(join(directory, 'zeros'), Buffer.alloc(100_000_000))
  }),
  repositoryRow({ id: 'I-04', about: '100 000 refs', outcome: 'ACC' }, (directory) => {
    const commit = git(directory, 'rev-parse', 'HEAD')
    const refs = Array.from({ length: 100_000 }, (_, i) => `${commit} refs/heads/b${String(i).padStart(6, '0')}\n`)
    writeFileSync(
      join(directory, '.git/packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted \n${refs.join('')}`,
    )
  }),
  {
    id: 'I-04',
    about: 'a server that cannot give out the latest state alone',
    outcome: 'ACC',
    make: async () => ({ options: { url: (await serveRepository(indexRepository({ [JAVA]: [SOUND] }))).url } }),
  },
  {
    id: 'I-04',
    about: 'a connection that breaks once',
    outcome: 'RTY',
    make: async () => {
      const server = await serveRepository(indexRepository({ [JAVA]: [SOUND] }), (request, _, count) => {
        if (count === 1) request.socket.destroy()
        return count === 1
      })
      return { options: { url: server.url } }
    },
  },
  {
    id: 'I-04',
    about: 'a connection that always breaks',
    outcome: 'NET',
    code: 'E_NETWORK',
    make: async () => {
      const server = await serveRepository(indexRepository({ [JAVA]: [SOUND] }), (request) => {
        request.socket.destroy()
        return true
      })
      return { options: { url: server.url } }
    },
  },
  {
    id: 'I-04',
    about: 'a fetch that was interrupted, and the next run',
    outcome: 'ACC',
    make: async () => {
      let isBroken = true
      const server = await serveRepository(indexRepository({ [JAVA]: [SOUND] }), (request, response) => {
        if (!isBroken || !/\/objects\//.test(request.url ?? '')) return false
        response.writeHead(200, { 'Content-Length': '1000' })
        response.write('half', () => request.socket.destroy())
        return true
      })
      const cacheDirectory = temporaryDirectory()
      const { anIndex } = await import('./an-index.js')
      await anIndex({ url: server.url, cacheDirectory })
        .find(JAVA)
        .then(
          () => Promise.reject(new Error('it was not interrupted')),
          () => undefined,
        )
      isBroken = false
      return { options: { url: server.url, cacheDirectory } }
    },
  },
  keptRow(
    { id: 'I-04', about: 'no connection, but the index of before with --offline', outcome: 'ACC' },
    ({ directory }) => renameSync(join(directory, '.git'), join(directory, 'gone')),
    { offline: true },
  ),

  linesRow({ about: 'text that is not JSON', ...REJECTED }, 'acme/java 1.0.0\n'),
  linesRow({ about: 'two objects on one line', ...REJECTED }, `${SOUND}${SOUND}\n`),
  linesRow({ about: 'one object on two lines', ...REJECTED }, SOUND.replace(',', ',\n')),
  linesRow({ about: 'an array of entries', ...REJECTED }, `[${SOUND}]`),
  linesRow({ about: 'a line of 10 MiB', ...REJECTED }, [line(JAVA, '1.0.0', { more: 'x'.repeat(10 * 1024 ** 2) })]),
  linesRow({ about: 'a file of 20 MiB', ...REJECTED }, `${SOUND}\n`.repeat(20 * 8192)),
  linesRow({ about: 'an empty line', ...REJECTED }, `${SOUND}\n\n${SOUND}\n`),
  linesRow({ about: 'an empty line in the end', ...REJECTED }, `${SOUND}\n\n`),
  linesRow({ about: 'line ends of Windows', outcome: 'ACC' }, `${SOUND}\r\n${line(JAVA, '0.1.0')}\r\n`),
  linesRow({ about: 'an entry whose namespace is in capitals', ...REJECTED }, [line('ACME/java', '1.0.0')]),
  linesRow({ about: 'a line that is not UTF-8', ...REJECTED }, [SOUND, '{"ns":"\ud800"}']),
  linesRow({ about: 'a key twice in one line', ...REJECTED }, [SOUND.replace('{', '{"addr":"x",')]),
  linesRow({ about: 'the entry of another buildpack', ...REJECTED }, [SOUND, line('acme/other', '1.0.0')]),
  linesRow({ about: 'a version that is a number', ...REJECTED }, [line(JAVA, '', { version: 1 })]),
  linesRow({ about: 'a yanked that is a text', ...REJECTED }, [line(JAVA, '1.0.0', { yanked: 'no' })]),
  linesRow({ about: 'two lines that say different things of one version', ...REJECTED }, [
    SOUND,
    line(JAVA, '1.0.0', { addr: addressOf('x') }),
  ]),
  linesRow({ about: 'two lines that say the same', outcome: 'ACC' }, [SOUND, SOUND]),
  linesRow({ about: 'members that nobody knows', outcome: 'ACC' }, [line(JAVA, '1.0.0', { more: { a: [1] } })]),
  linesRow({ about: 'a byte order mark', ...REJECTED }, `\ufeff${SOUND}\n`),
  linesRow({ about: 'a byte order mark before a later line', ...REJECTED }, [line(JAVA, '0.1.0'), `\ufeff${SOUND}`]),
  linesRow({ about: 'text in UTF-16', ...REJECTED }, SOUND.replaceAll(/(?<=.)|$/gs, '\u0000')),
  linesRow({ about: 'a line of NUL', ...REJECTED }, [SOUND, '\u0000']),
  linesRow({ about: 'line ends of old Macs', ...REJECTED }, `${line(JAVA, '0.1.0')}\r${SOUND}\r`),
  linesRow({ about: 'lines divided by U+2028', ...REJECTED }, `${line(JAVA, '0.1.0')}\u2028${SOUND}\n`),
  linesRow({ about: 'no line end in the end', outcome: 'ACC' }, SOUND),
  linesRow({ about: 'a line as long as may be', outcome: 'ACC' }, [ofBytes(64 * 1024)]),
  linesRow({ about: 'a line of one byte more', ...REJECTED }, [ofBytes(64 * 1024 + 1)]),
  linesRow({ about: 'a conflict of git', ...REJECTED }, ['<<<<<<< HEAD', SOUND, '=======', '>>>>>>> other']),
  linesRow({ about: 'a pointer of Git LFS', ...REJECTED }, 'version https://git-lfs.github.com/spec/v1\n'),
  linesRow({ about: 'a wrong line behind the one that is wanted', ...REJECTED, wanted: 'acme/java@1.0.0' }, [
    SOUND,
    '{',
  ]),
  linesRow({ about: 'nested 100 deep', ...REJECTED }, [
    SOUND.replace(/}$/, `,"more":${'['.repeat(100)}${']'.repeat(100)}}`),
  ]),
  linesRow({ about: 'half of a surrogate pair', ...REJECTED }, [SOUND.replace(/}$/, ',"more":"\\ud800"}')]),
  linesRow({ about: 'a number beyond all numbers', ...REJECTED }, [SOUND.replace(/}$/, ',"more":1e999}')]),
  linesRow({ about: 'a version that is null', ...REJECTED }, [line(JAVA, '', { version: null })]),
  linesRow({ about: 'a version with another key', ...REJECTED }, [SOUND.replace('"version"', '"Version"')]),
  linesRow({ about: 'a yanked that is a number', ...REJECTED }, [line(JAVA, '1.0.0', { yanked: 0 })]),
  linesRow({ about: 'a version that is yanked in a later line', ...REJECTED }, [
    SOUND,
    line(JAVA, '1.0.0', { yanked: true }),
  ]),
  linesRow({ about: '__proto__', outcome: 'ACC' }, [SOUND.replace('{', '{"__proto__":{"yanked":true},')]),

  addressRow('an address with a tag', 'registry.test/acme/java:1.0.0'),
  addressRow('an address with a digest of another kind', `registry.test/acme/java@sha512:${'0'.repeat(128)}`),
  addressRow('an address with credentials', `https://user:secret@registry.test/acme/java@sha256:${'0'.repeat(64)}`),
  addressRow('no address', undefined),
  addressRow('an address with a scheme', `docker://${ADDRESS}`),
  addressRow('an address with a user', `user:secret@${ADDRESS}`),
  addressRow('an address that is a file', 'file:///etc/passwd'),
  addressRow('an address with a line end', `${ADDRESS}\n`),
  addressRow('an address with an escape sequence', `\u001b[31m${ADDRESS}`),
  addressRow('an address in capitals', ADDRESS.toUpperCase()),
  linesRow(
    {
      id: 'I-06',
      about: 'a yanked version that is named',
      outcome: 'WARN',
      code: 'registry-yanked',
      wanted: 'acme/java@1.0.0',
    },
    [line(JAVA, '1.0.0', { yanked: true })],
  ),
  linesRow({ id: 'I-06', about: 'a yanked version that is not named', outcome: 'REJ', code: 'E_INDEX_MISSING' }, [
    line(JAVA, '1.0.0', { yanked: true }),
  ]),

  ...[
    '../..',
    'acme/../java',
    '..%2f../x',
    '.git/config',
    'acme/.git',
    'Acme/java',
    'acme',
    'a/b/c',
    `a/${'b'.repeat(254)}`,
    'ab/cd..',
  ].map((wanted): IndexRow => ({
    id: 'I-07',
    about: `the id ${wanted.length > 60 ? 'of 254 characters' : wanted}`,
    outcome: 'REJ',
    code: 'E_INDEX_ID',
    make: () => ({ options: { url: 'file:///nowhere' }, wanted }),
  })),

  orderRow('numbers are compared as numbers', '1.10.0', '1.9.0', '1.10.0', '1.2.0'),
  orderRow('a release comes after what came before it', '1.0.0', '1.0.0', '1.0.0-rc.2', '0.9.9'),
  orderRow('numbers in what came before a release', '1.0.0-rc.10', '1.0.0-rc.9', '1.0.0-rc.10', '1.0.0-10'),
  orderRow('builds of one version', '1.0.0+b', '1.0.0+b', '1.0.0+a', '1.0.0'),
  orderRow('what is no version is never the latest', '0.1.0', 'latest', '99', 'v3.0.0', '0.1.0'),
  linesRow({ id: 'I-08', about: 'nothing but what is no version', outcome: 'REJ', code: 'E_INDEX_MISSING' }, [
    line(JAVA, 'latest'),
  ]),

  keptRow({ id: 'I-09', about: 'a damaged file of the cache', outcome: 'RTY' }, ({ cache }) => {
    for (const file of filesIn(cache, 'blobs')) {
      chmodSync(file, 0o644)
      const bytes = readFileSync(file)
      bytes[bytes.length >> 1]! ^= 0xff
      writeFileSync(file, bytes)
    }
  }),
  keptRow({ id: 'I-09', about: 'a record of another commit', outcome: 'RTY' }, ({ cache }) => {
    for (const file of filesIn(cache, 'records/index')) {
      writeFileSync(file, readFileSync(file, 'utf8').replace(/[0-9a-f]{40}(?= )/, '1'.repeat(40)))
    }
  }),
  ...['1'.repeat(40), '--upload-pack=x'].map((commit) =>
    keptRow(
      { id: 'I-09', about: `a record of the commit ${commit}, and no connection`, outcome: 'NET', code: 'E_OFFLINE' },
      ({ cache }) => {
        for (const file of filesIn(cache, 'records/index')) {
          writeFileSync(file, readFileSync(file, 'utf8').replace(/[0-9a-f]{40}(?= )/, commit))
        }
      },
      { offline: true },
    ),
  ),
  keptRow({ id: 'I-09', about: 'records cut short', outcome: 'RTY' }, ({ cache }) => {
    for (const file of filesIn(cache, 'records/index')) writeFileSync(file, readFileSync(file).subarray(0, 90))
  }),
  keptRow({ id: 'I-09', about: 'several processes at a time on one cache', outcome: 'ACC' }, async ({ cache, url }) => {
    const { anIndex } = await import('./an-index.js')
    await Promise.all(Array.from({ length: 4 }, () => anIndex({ url, cacheDirectory: cache }).find(JAVA)))
  }),
  {
    id: 'I-09',
    about: 'the index of another registry in the cache',
    outcome: 'ACC',
    make: async () => {
      const cacheDirectory = temporaryDirectory()
      const { anIndex } = await import('./an-index.js')
      const other = indexRepository({ [JAVA]: [line(JAVA, '1.0.0', { addr: addressOf('other') })] })
      await anIndex({ url: other.url, cacheDirectory }).find(JAVA)
      return { options: { url: indexRepository({ [JAVA]: [SOUND] }).url, cacheDirectory } }
    },
  },

  programRow('no git', undefined),
  programRow('a git that is too old', '#!/bin/sh\necho git version 2.31.9\n'),
  programRow('something else called git', '#!/bin/sh\necho hello\n'),
  {
    id: 'I-10',
    about: 'a server that wants a password',
    outcome: 'AUTH',
    code: 'E_AUTH',
    make: async () => {
      const server = await serveRepository(indexRepository({ [JAVA]: [SOUND] }), (_, response) => {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
        return true
      })
      return { options: { url: server.url } }
    },
  },

  keptRow(
    { id: 'I-11', about: 'a history that was rewritten, with the same entries', outcome: 'ACC' },
    ({ directory }) => rewrite(directory, { [JAVA]: [SOUND, line(JAVA, '0.1.0')] }),
  ),
  keptRow(
    {
      id: 'I-11',
      about: 'a history that was rewritten, so that a version stands for another image',
      outcome: 'WARN',
      code: 'registry-entry-changed',
    },
    ({ directory }) => rewrite(directory, { [JAVA]: [line(JAVA, '1.0.0', { addr: addressOf('other') })] }),
    { address: addressOf('other') },
  ),
]

/** What a row stands for when it does not say. */
export const USUAL_ADDRESS = ADDRESS
