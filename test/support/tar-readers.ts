/** Other people's tar readers, asked what they see in an archive: the second opinions on ours. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { extract } from 'tar-stream'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readTar } from '#src/tar/reader.js'
import { temporaryDirectory } from './directories.js'

/** One entry as any reader sees it, in one line: type, name without slashes at its end, size, content. */
export type Seen = readonly string[]

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

function line(type: string, name: string, linkname: string, content: Uint8Array): string {
  const clean = name.replace(/\/+$/, '')
  return JSON.stringify([type, clean, linkname, content.length, sha256(content)])
}

async function joined(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** What our reader sees. @throws CnbError */
export async function ours(archive: Uint8Array): Promise<Seen> {
  const lines: string[] = []
  for await (const { header, content } of readTar([archive], { file: 'x.tar', limits: DEFAULT_LIMITS })) {
    lines.push(line(header.type, header.name, header.linkname, await joined(content)))
  }
  return lines
}

const TAR_STREAM_TYPES: Readonly<Record<string, string>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'hardlink',
  symlink: 'symlink',
  directory: 'directory',
  'block-device': 'block',
  'character-device': 'character',
}

/** What tar-stream sees; undefined when it refuses. */
export async function tarStream(archive: Uint8Array): Promise<Seen | undefined> {
  const lines: string[] = []
  try {
    for await (const entry of Readable.from([archive]).pipe(extract())) {
      const { name, type, linkname } = entry.header
      const isDirectory = type === 'file' && name.endsWith('/')
      const kind = isDirectory ? 'directory' : (TAR_STREAM_TYPES[type] ?? type)
      const target = kind === 'symlink' || kind === 'hardlink' ? (linkname ?? '') : ''
      lines.push(line(kind, name, target, await joined(entry as AsyncIterable<Uint8Array>)))
    }
    return lines
  } catch {
    return undefined
  }
}

const PYTHON = `
import sys, os, json, hashlib, tarfile
for path in sorted(os.listdir(sys.argv[1]), key=int):
    out = []
    try:
        with tarfile.open(os.path.join(sys.argv[1], path), 'r:', encoding='utf-8', errors='strict') as t:
            for m in t:
                kind = 'directory' if m.isdir() else 'symlink' if m.issym() else 'hardlink' if m.islnk() else 'file' if m.isreg() else 'character' if m.ischr() else 'block' if m.isblk() else 'fifo' if m.isfifo() else 'other'
                data = t.extractfile(m).read() if m.isreg() else b''
                link = m.linkname if m.issym() or m.islnk() else ''
                out.append(json.dumps([kind, m.name.rstrip('/'), link, len(data), hashlib.sha256(data).hexdigest()[:16]], separators=(',', ':'), ensure_ascii=False))
    except Exception:
        out = None
    print(json.dumps(out))
`

/** What Python's tarfile sees in each archive; undefined when there is no Python. */
export function python(folder: string): (Seen | null)[] | undefined {
  const run = spawnSync('python3', ['-c', PYTHON, folder], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.error !== undefined) return undefined
  if (run.status !== 0) throw new Error(`python3: ${run.stderr}`)
  return run.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Seen | null)
}

/** The names that GNU tar lists, without slashes at their ends; undefined when it refuses, null when it is not there. */
export function gnuTar(archive: Uint8Array): readonly string[] | undefined | null {
  const args = ['-t', '-f', '-', '--quoting-style=literal', '--absolute-names', '--null']
  const run = spawnSync('tar', args, { input: archive, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  if (run.error !== undefined || !/GNU tar/.test(spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout))
    return null
  if (run.status !== 0) return undefined
  return run.stdout
    .split('\n')
    .filter((name) => name !== '')
    .map((name) => name.replace(/\/+$/, ''))
}

/** A program that reads archives with Go's archive/tar and writes them again with it; undefined when there is no Go. */
export function goRecode(): ((from: string, to: string) => void) | undefined {
  const program = `${temporaryDirectory()}/recode`
  const source = fileURLToPath(new URL('recode.go', import.meta.url))
  const env = { ...process.env, GO111MODULE: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' }
  const build = spawnSync('go', ['build', '-o', program, source], { encoding: 'utf8', env })
  if (build.error !== undefined) return undefined
  if (build.status !== 0) throw new Error(`go build: ${build.stderr}`)
  return (from, to) => {
    const run = spawnSync(program, [from, to], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`recode: ${run.stderr}`)
  }
}
