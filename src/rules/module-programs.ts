import type { ModuleFiles } from '../cnb/module-files.js'
import { derived } from './derived.js'
import { readElf, type ElfFacts } from './elf.js'

/** Something in `bin/` of a module. */
export interface Program {
  /** Where it is asked for: `bin/build`. */
  readonly path: string
  readonly content: ProgramContent
  /** Permission bits of the file itself. */
  readonly mode: number
}

/** What a program is, by how it begins. */
export type ProgramContent =
  | { readonly kind: 'script'; readonly interpreter: string; readonly isCrlf: boolean }
  | { readonly kind: 'elf'; readonly elf: ElfFacts }
  | { readonly kind: 'mach-o' | 'windows' | 'empty' | 'other' }

/** Programs that the lifecycle runs. */
export const LIFECYCLE_PROGRAMS: ReadonlySet<string> = new Set(['bin/build', 'bin/detect', 'bin/generate'])

/** How many links are followed one after the other, and through how many folders: a module of which more is asked is up to something. */
const MAX_LINKS = 10
const MAX_PARTS = 1000
/** How many programs are looked at, those of the lifecycle first. */
const MAX_PROGRAMS = 1000

/** All of `bin/` that is a file, or leads to one in the module, and that could be read. */
export const programsOf = derived((files: ModuleFiles): readonly Program[] =>
  namesInBin(files).flatMap((path) => {
    const file = fileAt(files, path)
    const head = file === undefined ? undefined : files.head(file)
    const mode = files.entries.get(file ?? '')?.mode ?? 0
    return head === undefined ? [] : { path, content: contentOf(head), mode }
  }),
)

function namesInBin(files: ModuleFiles): string[] {
  const bin = follow(files, 'bin')
  if (bin === undefined) return []
  const names = [...files.entries.keys()]
    .filter((path) => path.startsWith(`${bin}/`) && !path.includes('/', bin.length + 1))
    .map((path) => `bin/${path.slice(bin.length + 1)}`)
  const isFirst = (name: string): boolean => LIFECYCLE_PROGRAMS.has(name)
  return [...names.filter(isFirst), ...names.filter((name) => !isFirst(name))].slice(0, MAX_PROGRAMS)
}

function contentOf(head: Uint8Array): ProgramContent {
  if (head.length === 0) return { kind: 'empty' }
  const elf = readElf(head)
  if (elf !== undefined) return { kind: 'elf', elf }
  const line = firstLine(head)
  if (line.startsWith('#!')) {
    return { kind: 'script', interpreter: line.slice(2).trim().split(/\s/)[0] ?? '', isCrlf: line.endsWith('\r') }
  }
  if (/^(?:\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(line)) return { kind: 'mach-o' }
  return { kind: line.startsWith('MZ') ? 'windows' : 'other' }
}

/** The kernel reads no more of it. */
const FIRST_LINE_BYTES = 256

function firstLine(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, FIRST_LINE_BYTES)).toString('latin1').split('\n', 1)[0] ?? ''
}

/** The lines of a script; none when it is no script. */
export function scriptLines(files: ModuleFiles, path: string): readonly string[] {
  const head = files.head(fileAt(files, path) ?? path)
  if (head === undefined || head[0] !== 0x23 || head[1] !== 0x21) return []
  return Buffer.from(head).toString('utf8').split('\n')
}

/** True unless there is nothing at `path`: what a link out of the module leads to may be there. */
export function mayBeThere(files: ModuleFiles, path: string): boolean {
  const end = follow(files, path)
  return end === undefined || files.entries.has(end)
}

function fileAt(files: ModuleFiles, path: string): string | undefined {
  const end = follow(files, path)
  return end !== undefined && files.entries.get(end)?.kind === 'file' ? end : undefined
}

/** Where `path` leads when links are followed; undefined when that is out of the module or nowhere. */
function follow({ entries }: ModuleFiles, path: string): string | undefined {
  const rest = path.split('/').toReversed()
  const at: string[] = []
  for (let links = 0; rest.length > 0;) {
    if (at.length + rest.length > MAX_PARTS) return undefined
    const part = rest.pop() ?? ''
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (at.pop() === undefined) return undefined
      continue
    }
    const target = entries.get([...at, part].join('/'))?.target
    if (target === undefined) at.push(part)
    else if (target.startsWith('/') || ++links > MAX_LINKS) return undefined
    else rest.push(...target.split('/', MAX_PARTS + 1).toReversed())
  }
  return at.join('/')
}
