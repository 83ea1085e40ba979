import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Cache } from '../cache/cache.js'
import { hashFile } from '../cache/cache.js'
import { CnbError } from '../errors.js'
import type { Reporter } from '../events.js'
import { attempt, linkOrCopy, makeDirectory, writeFile, writeUnsynced } from '../files.js'
import { Git } from '../git/git.js'
import { latestCommit, Snapshot } from '../git/snapshot.js'
import { readPem } from '../http/certificates.js'
import { limitHint, type Limits } from '../limits.js'
import { parseDigest } from '../oci/digest.js'
import type { ProgramSearch } from '../programs.js'
import { readSmallFile } from '../read-file.js'
import { redactLocator } from '../redact.js'
import type { SecretSet } from '../secrets.js'
import { parseIndexAddress, repositoryAt, type GitAddress, type IndexAddress } from './index-address.js'

/** The files of an index. */
export interface IndexFiles {
  /** Where they are, without user name and password: the same from run to run. */
  readonly url: string
  /** What a file holds; undefined when it is not there. @param path relative to the index @throws CnbError */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** The paths of all files, for a guess at what was meant. @throws CnbError also when they are too many */
  readonly names: () => Promise<readonly string[]>
  /** Changes a file for everybody. @returns the commit, in a git repository @throws CnbError */
  readonly write: (path: string, bytes: Uint8Array, message: string) => Promise<string | undefined>
}

/** What finding an index takes. */
export interface IndexContext extends ProgramSearch {
  readonly registry: { readonly name: string; readonly type: string; readonly url: string }
  /** Protocols beside https. */
  readonly schemes: readonly string[]
  /** Goes by what is there, and asks nobody. */
  readonly offline: boolean
  readonly cache: Cache
  /** A directory for repositories in the making. */
  readonly scratch: () => string
  /** Certificates of further authorities, in PEM. */
  readonly ca: string | undefined
  readonly limits: Limits
  readonly secrets: SecretSet
  readonly tell: Reporter
  readonly signal?: AbortSignal | undefined
}

/** Milliseconds for everything that git does at one time. */
const GIT_TIMEOUT_MS = 5 * 60 * 1000

/** The index of a registry as it is now, or offline as it was when it was last looked at. @throws CnbError */
export async function openIndex(context: IndexContext): Promise<IndexFiles> {
  const { registry, limits } = context
  const address = addressOf(context)
  if (address.kind === 'directory') return directoryFiles(address.path, limits.registryIndexFileBytes)
  // What lies at a path is there, as a directory is.
  const offline = context.offline && !isAbsolute(registry.url)
  const snapshot = await openSnapshot(address, { ...context, offline })
  context.tell({
    kind: 'detail',
    text: `the index of registry ${registry.name} is ${snapshot.commit === undefined ? 'empty' : `at ${snapshot.commit}`}`,
  })
  return {
    url: address.url,
    read: (path) => snapshot.readFile(path, limits.registryIndexFileBytes),
    names: () => snapshot.names(),
    write: (path, bytes, message) => {
      if (!offline) return snapshot.publish({ path, bytes, message, url: address.url })
      throw new CnbError('E_OFFLINE', `a commit would have to be pushed to ${registry.name}`, {
        hint: 'leave out --offline',
      })
    },
  }
}

/** What a path leads to decides what it is, unless the type says that it is a git repository. */
function addressOf({ registry, schemes }: IndexContext): IndexAddress {
  const address = parseIndexAddress(registry.url, registry.name, schemes)
  if (address.kind !== 'directory') return address
  if (isRepository(address.path)) return repositoryAt(address.path)
  if (registry.type !== 'git') return address
  throw new CnbError('E_INDEX_MISSING', `there is no git repository at ${address.path}`, {
    hint: 'correct the URL of the registry; or, for a directory with the files of an index, add it without --type git',
  })
}

/** Whether a directory is a git repository: one with a work tree, or a bare one. */
function isRepository(directory: string): boolean {
  const holds = (...names: readonly string[]): boolean => names.every((name) => existsSync(join(directory, name)))
  return holds('.git') || holds('HEAD', 'objects', 'refs')
}

function directoryFiles(directory: string, limit: number): IndexFiles {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CnbError('E_INDEX_MISSING', `there is no directory ${directory}`, {
      hint: 'correct the URL of the registry',
    })
  }
  return {
    url: directory,
    read: async (path) => readInDirectory(directory, path, limit),
    names: async () => namesBelow(directory, FOLDERS),
    write: async (path, bytes) => {
      refuseLinks(directory, path)
      const file = join(directory, path)
      makeDirectory(dirname(file))
      await writeFile(file, bytes)
      return undefined
    },
  }
}

/** Levels of folders in an index. */
const FOLDERS = 2

function namesBelow(directory: string, levels: number): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return entry.isFile() ? [entry.name] : []
    return levels === 0 ? [] : namesBelow(join(directory, entry.name), levels - 1)
  })
}

function readInDirectory(directory: string, path: string, limit: number): Uint8Array | undefined {
  refuseLinks(directory, path)
  const file = join(directory, path)
  const read = readSmallFile(file, { limit, followLink: false })
  switch (read.kind) {
    case 'absent':
      return undefined
    case 'not-a-file':
      throw new CnbError('E_INDEX', `${path} is a ${read.what}, not a file`, { place: { file } })
    case 'too-large':
      throw new CnbError('E_INDEX', `${path} has more than ${limit} bytes`, {
        place: { file },
        hint: limitHint('registryIndexFileBytes'),
      })
    case 'bytes':
      return read.bytes
  }
}

/** A link could lead out of the index. @throws CnbError E_INDEX when there is one on the way */
function refuseLinks(directory: string, path: string): void {
  const parts = path.split('/')
  for (const i of parts.keys()) {
    const part = parts.slice(0, i + 1).join('/')
    const file = join(directory, part)
    const stats = attempt('reading', file, () => lstatSync(file, { throwIfNoEntry: false }))
    if (stats?.isSymbolicLink() === true) {
      throw new CnbError('E_INDEX', `${part} is a symbolic link`, { place: { file } })
    }
    if (stats?.isDirectory() !== true) return
  }
}

/** What is known of an index from the last time. */
interface KeptIndex {
  readonly commit: string
  /** File of the cache. */
  readonly pack: string
}

async function openSnapshot(address: GitAddress, context: IndexContext): Promise<Snapshot> {
  const { registry, offline, scratch, tell, cache } = context
  const kept = findKept(address.url, cache)
  if (offline && kept === undefined) throw notKept('its index was never fetched', registry.url)
  const git = await openGit(address, context)
  const latest = offline ? kept?.commit : await latestCommit(git, address.url, scratch())
  if (latest === undefined) return Snapshot.empty(git, address.url, scratch())
  const restored = latest === kept?.commit ? await restoreSound(git, kept, context) : undefined
  if (restored !== undefined) return restored
  if (offline) throw notKept('what was kept of its index is damaged', registry.url)
  tell({ kind: 'step', text: `fetching the index of registry ${registry.name}` })
  const snapshot = await Snapshot.fetch(git, address.url, latest, scratch())
  await keep(snapshot, address.url, cache)
  return snapshot
}

function findKept(url: string, cache: Cache): KeptIndex | undefined {
  const [commit = '', digest = ''] = cache.record('index', url)?.split(' ') ?? []
  try {
    const pack = cache.find(parseDigest(digest))
    return pack === undefined ? undefined : { commit, pack }
  } catch {
    return undefined
  }
}

function notKept(problem: string, url: string): CnbError {
  return new CnbError('E_OFFLINE', problem, {
    value: redactLocator(url),
    hint: 'run once without --offline, with a cache',
  })
}

/** What was kept, unless it is damaged. */
async function restoreSound(
  git: Git,
  { commit, pack }: KeptIndex,
  { scratch }: IndexContext,
): Promise<Snapshot | undefined> {
  try {
    return await Snapshot.restore(git, commit, pack, scratch())
  } catch (error) {
    if (error instanceof CnbError) return undefined
    throw error
  }
}

/** Other processes see the whole of it, or what was there before. */
async function keep(snapshot: Snapshot, url: string, cache: Cache): Promise<void> {
  const temp = cache.reserve()
  try {
    await linkOrCopy(await snapshot.pack(), temp)
    const digest = hashFile(temp)
    cache.keep(temp, { digest, kind: 'index', isSynced: false })
    cache.remember('index', url, `${snapshot.commit} ${digest}`)
  } catch (error) {
    cache.discard(temp)
    throw error
  }
}

async function openGit({ url, protocol, credential }: GitAddress, context: IndexContext): Promise<Git> {
  const { env, cwd, limits, secrets, ca, signal } = context
  const settings = new Map<string, string>()
  if (credential !== undefined) {
    const basic = Buffer.from(`${credential.user}:${credential.password}`).toString('base64')
    // A token often stands in the place of the user.
    for (const secret of [credential.password || credential.user, basic]) secrets.add(secret)
    // Git would show it to wherever it is sent.
    settings.set('http.followRedirects', 'false')
    settings.set(`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${basic}`)
  }
  if (ca !== undefined) settings.set('http.sslCAInfo', bundleOf(ca, context))
  // A server may send us to where it proves who it is; nobody else sends us anywhere.
  const protocols = protocol === 'http' ? ['https', protocol] : [protocol]
  return Git.find({
    env,
    cwd,
    protocols,
    settings,
    largestFile: limits.registryIndexBytes,
    timeout: GIT_TIMEOUT_MS,
    signal,
  })
}

/** Git takes one file for the authorities that it trusts. */
function bundleOf(ca: string, { cwd, scratch }: IndexContext): string {
  const file = join(scratch(), 'authorities.pem')
  writeUnsynced(file, Buffer.from([...rootCertificates, readPem(resolve(cwd, ca))].join('\n'), 'latin1'))
  return file
}
