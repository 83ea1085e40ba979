/** Trees of files as modules may have them: odd names, modes, links and sizes, and now and then what no module may have. */
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { mostly } from './random-modules.js'

/** A file, a folder or a link, by its path below the folder of the module. */
export type FileNode = { readonly path: string } & (
  | { readonly kind: 'file'; readonly mode: number; readonly text: string }
  | { readonly kind: 'directory'; readonly mode: number }
  /** A symbolic link with this target as it stands, or a hard link to the file with this path. */
  | { readonly kind: 'symlink' | 'hardlink'; readonly to: string }
)

/** Files of a module beside its descriptor. A hard link comes behind what it links to. */
export interface FileTree {
  readonly nodes: readonly FileNode[]
  /** The codes for which we may refuse one of them. */
  readonly refusedFor: readonly string[]
}

const file = (path: string, mode = 0o644, text = 'x'): FileNode => ({ kind: 'file', path, mode, text })
const directory = (path: string, mode = 0o755): FileNode => ({ kind: 'directory', path, mode })
const symlink = (path: string, to: string): FileNode => ({ kind: 'symlink', path, to })
const hardlink = (path: string, to: string): FileNode => ({ kind: 'hardlink', path, to })

/** Characters that programs trip over; none of them is special in a tar. */
const NAMES = [
  'with space',
  'trailing ',
  ' leading',
  'dot.',
  'a..b',
  '...',
  '..hidden',
  '.hidden',
  '-rf',
  '~',
  '%41',
  'quote\'"',
  '$HOME',
  '*',
  '#hash',
  '[x]{y}',
  'a=b',
  'a@b',
  'a:b',
  'a;b',
  'é',
  'e\u0301',
  'ファイル',
  '🚀',
  'ß\u00ad',
  'UPPER',
  'upper',
  'node_modules',
  '.git',
  '.DS_Store',
  'PaxHeaders.0',
]

const MODES = [0o600, 0o666, 0o700, 0o711, 0o755, 0o640, 0o001, 0o010, 0o4755, 0o2644, 0o1644, 0o400]
const FOLDER_MODES = [0o755, 0o700, 0o1777, 0o2775]
/** Around the blocks of a tar, and more than one read. */
const SIZES = [0, 1, 511, 512, 513, 1024, 70_000]
/** Around where a name is split between the fields of a header, or does not fit any more. */
const LENGTHS = [40, 60, 98, 99, 100, 101, 120, 137, 154, 155, 156, 180, 200, 255]

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('x', 'é'), fc.constantFrom(...LENGTHS)).map(longName) },
  { weight: 2, arbitrary: fc.constantFrom('lib', 'data', 'a', 'b', 'Makefile') },
)

/** A name of so many bytes, as far as its characters have one byte each. */
function longName([character, length]: readonly [string, number]): string {
  const bytes = character === 'x' ? 1 : 2
  return character.repeat(Math.min(Math.floor(length / bytes), Math.floor(255 / bytes)))
}

const path = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 3, arbitrary: fc.tuple(name, name).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.tuple(name, name, name).map((parts) => parts.join('/')) },
)

const aFile = fc
  .record({ path, mode: fc.constantFrom(0o644, 0o644, ...MODES), size: fc.constantFrom(3, 3, ...SIZES) })
  .map(({ path, mode, size }) => [file(path, mode, 'f'.repeat(size))])

const aFolder = fc
  .tuple(path, fc.constantFrom(...FOLDER_MODES))
  .map(([path, mode]): FileNode[] => [directory(path, mode)])

/** Links that stay in the module, whether there is something at their end or not. */
const aSymlink = fc
  .tuple(
    name,
    fc.constantFrom(
      'buildpack.toml',
      './bin/build',
      'bin',
      'nothing',
      'no/thing',
      'é',
      'x'.repeat(101),
      'x/'.repeat(90),
    ),
    fc.boolean(),
  )
  .map(([name, to, isDeep]) => [
    isDeep ? symlink(`links/${name}`, `../${to}`) : symlink(`link-${name}`.slice(0, 120), to),
  ])

const aHardLink = fc
  .tuple(name, name)
  .filter(([from, to]) => from !== to)
  .map(([from, to]): FileNode[] => [file(`hard/${to}`), hardlink(`hard/${from}`, `hard/${to}`)])

/** What no module may have, with the code that says so. */
const ODD: readonly (readonly [string, FileNode])[] = [
  ['E_TAR_WHITEOUT', file('.wh.x')],
  ['E_TAR_WHITEOUT', file('lib/.wh..wh..opq')],
  ['E_TAR_LINK_ESCAPE', symlink('out', '/etc/passwd')],
  ['E_TAR_LINK_ESCAPE', symlink('out', '../x')],
  ['E_TAR_LINK_ESCAPE', symlink('lib/out', '../../x')],
  ['E_TAR_NAME_CHARS', file('back\\slash')],
  ['E_TAR_NAME_CHARS', file('line\nbreak')],
  ['E_TAR_NAME_CHARS', file('C:')],
]

type Odd = readonly [code: string, node: FileNode]

type Programs = (files: readonly FileNode[]) => readonly FileNode[]
const asFiles: Programs = (files) => files

/** The programs of a module as some write them: one file of two names, links to a file beside them, or one that is missing. */
const PROGRAMS: readonly Programs[] = [
  ([first, ...others]) =>
    first === undefined ? [] : [first, ...others.map(({ path }): FileNode => hardlink(path, first.path))],
  (files) => [file('bin/main', 0o755), ...files.map(({ path }) => symlink(path, 'main'))],
  (files) => [file('main', 0o700), ...files.map(({ path }) => symlink(path, '../main'))],
  (files) => [...files.slice(1), directory('bin')],
  () => [directory('bin')],
  () => [],
]

/** Files beside the descriptor and the programs of a module; one in `oneIn` trees has what is refused. */
export function randomTree(programs: readonly string[], oneIn = 15): fc.Arbitrary<FileTree> {
  const odd = fc.oneof(
    { weight: oneIn - 1, arbitrary: fc.constant<Odd | undefined>(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<Odd>(...ODD) },
  )
  const some = fc.array(fc.oneof(aFile, aFile, aFolder, aSymlink, aHardLink), { maxLength: 5, size: 'max' })
  const modes = fc.array(fc.constantFrom(0o755, 0o755, 0o755, 0o644, 0o700), { minLength: 3, maxLength: 3 })
  return fc.tuple(some, modes, odd, mostly(asFiles, PROGRAMS, 6)).map(([parts, modes, odd, written]) => ({
    nodes: withoutClashes([
      ...written(programs.map((path, i) => file(path, modes[i], `#!/bin/sh\necho ${path}\n`))),
      ...parts.flat(),
      ...(odd === undefined ? [] : [odd[1]]),
    ]),
    refusedFor: odd === undefined ? [] : [odd[0]],
  }))
}

/** Without what is where something else is already, or in what is no folder; and without links to what went away. */
function withoutClashes(nodes: readonly FileNode[]): FileNode[] {
  const kept = new Map<string, FileNode>()
  const folders = new Set<string>()
  for (const node of nodes) {
    const parents = parentsOf(node.path)
    if (kept.has(node.path) || folders.has(node.path)) continue
    if (parents.some((parent) => kept.has(parent) && kept.get(parent)?.kind !== 'directory')) continue
    if (node.kind === 'hardlink' && kept.get(node.to)?.kind !== 'file') continue
    kept.set(node.path, node)
    for (const parent of parents) folders.add(parent)
  }
  return [...kept.values()]
}

/** The folders above a path, outermost first. */
export function parentsOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** The same tree below each of these folders, with a file that tells them apart. */
export function inEach({ nodes, refusedFor }: FileTree, folders: readonly string[]): FileTree {
  const below = (folder: string, node: FileNode): FileNode => {
    const path = `${folder}/${node.path}`
    return node.kind === 'hardlink' ? { ...node, path, to: `${folder}/${node.to}` } : { ...node, path }
  }
  return {
    nodes: folders.flatMap((folder) => [...nodes, file('bin/which', 0o644, folder)].map((node) => below(folder, node))),
    refusedFor,
  }
}

/** A time that has not come. */
const FUTURE_SECONDS = 4_102_444_800

/** Writes a tree into a new folder. */
export function writeTree(root: string, nodes: readonly FileNode[]): void {
  mkdirSync(root, { recursive: true })
  for (const node of nodes) {
    const path = join(root, node.path)
    mkdirSync(dirname(path), { recursive: true })
    if (node.kind === 'file') {
      writeFileSync(path, node.text)
      utimesSync(path, FUTURE_SECONDS, FUTURE_SECONDS)
    } else if (node.kind === 'directory') mkdirSync(path, { recursive: true })
    else if (node.kind === 'symlink') symlinkSync(node.to, path)
    else linkSync(join(root, node.to), path)
  }
  // At the end, because a mode may keep us from writing.
  for (const node of nodes.toReversed()) if ('mode' in node) chmodSync(join(root, node.path), node.mode)
}
