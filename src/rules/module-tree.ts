import { moduleName } from '../cnb/module.js'
import type { ModuleFile, ModuleFiles } from '../cnb/module-files.js'
import { linkThatLeaves } from '../tar/link-ends.js'
import { foldedName, parentOf, staysInside } from '../tar/names.js'
import { moduleAdvice, type ReportFinding, type Rule, type RuleDescription } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const LAYERS = 'pack 0.40.6, layers of modules; https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md'

/** A file that a rule objects to. */
interface FileProblem {
  readonly path: string
  /** Completes a sentence that begins with the path. */
  readonly what: string
  readonly value?: string | undefined
}

/** How many files of one kind a note lists. */
const LISTED = 10

/** A rule about the files of a module, which says once what is wrong with all of them: there may be thousands. */
function fileRule(
  definition: RuleDescription & { readonly fix: string; readonly find: (files: ModuleFiles) => Iterable<FileProblem> },
): Rule<ModuleSubject> {
  const { fix, find, ...description } = definition
  return moduleAdvice({
    ...description,
    needs: ['descriptor', 'files'],
    check: ({ descriptor, files }, report) =>
      reportFiles([...find(files)], { files, of: moduleName(descriptor.info), fix }, report),
  })
}

function reportFiles(
  [first, ...others]: readonly FileProblem[],
  { files, of, fix }: { readonly files: ModuleFiles; readonly of: string; readonly fix: string },
  report: ReportFinding,
): void {
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const listed = others.slice(0, LISTED).map(({ path, what }) => `${path} ${what}`)
  report({
    message: `${first.path} of ${of} ${first.what}${more}`,
    place: { file: files.nameOf(first.path) },
    also: others.length === 0 ? undefined : others.map(({ path }) => ({ file: files.nameOf(path) })),
    value: first.value,
    notes: others.length > LISTED ? [...listed, `and ${others.length - LISTED} more`] : listed,
    fix,
  })
}

const symlinkEscape = fileRule({
  id: 'file-symlink-escape',
  severity: 'error',
  summary: 'a symbolic link leads out of the module',
  reference: LAYERS,
  fix: 'make the link point to a file of the module; --allow-absolute-symlinks lets absolute ones through',
  *find({ entries }) {
    const links = new Map<string, string>()
    for (const [path, { kind, target = '' }] of entries) {
      if (kind !== 'symlink') continue
      if (target.startsWith('/')) yield { path, what: `points to ${target}, an absolute path`, value: target }
      else if (!staysInside(parentOf(path), target)) {
        yield { path, what: `points to ${target}, out of the module`, value: target }
      } else links.set(path, target)
    }
    const path = linkThatLeaves(links)
    if (path === undefined) return
    const value = links.get(path)
    yield { path, what: `points to ${value}, out of the module by way of other links`, value }
  },
})

const SETUID_SETGID = 0o6000

const special = moduleAdvice({
  id: 'file-special-or-setuid',
  severity: 'error',
  summary: 'a module holds a device, pipe or socket; or a file that runs as another user, which is dropped',
  reference: LAYERS,
  needs: ['descriptor', 'files'],
  check({ descriptor, files }, report) {
    const of = moduleName(descriptor.info)
    const at = (test: (file: ModuleFile) => boolean) => [...files.entries].filter(([, file]) => test(file))
    reportFiles(
      at(({ kind }) => kind === 'special').map(([path]) => ({
        path,
        what: 'is a device, pipe or socket, which a module cannot carry',
      })),
      { files, of, fix: 'remove it' },
      report,
    )
    reportFiles(
      at(({ kind, mode }) => kind === 'file' && (mode & SETUID_SETGID) !== 0).map(([path, { mode }]) => ({
        path,
        what: `has the mode ${mode.toString(8)}; setuid and setgid are dropped`,
        value: mode.toString(8),
      })),
      { files, of, fix: 'run chmod ug-s on it' },
      (finding) => report({ ...finding, severity: 'warning' }),
    )
  },
})

const WRITABLE_BY_ALL = 0o002

const worldWritable = fileRule({
  id: 'file-world-writable',
  severity: 'warning',
  summary: 'everybody may write to a file or folder of a module; its mode is changed when it is packed',
  reference: LAYERS,
  fix: 'run chmod -R o-w on the module',
  *find({ entries }) {
    for (const [path, { kind, mode }] of entries) {
      if ((kind !== 'file' && kind !== 'directory') || (mode & WRITABLE_BY_ALL) === 0) continue
      const value = mode.toString(8)
      yield { path, what: `has the mode ${value}, with which everybody may write to it`, value }
    }
  },
})

/** What version control, editors and systems leave behind. */
const JUNK =
  /(?:^|\/)(?:\.git|\.svn|\.hg|\.bzr|CVS|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX|\.idea|\.vscode|__pycache__|node_modules\/\.cache|[^/]+\.sw[op]|[^/]+~)$/

/** What lies in a module by accident: `.git` is never twice the same, so neither is the digest of the layer. */
export const JUNK_RULE = fileRule({
  id: 'file-vcs-or-junk',
  severity: 'warning',
  summary: 'a module holds what version control, an editor or a system left behind',
  reference: LAYERS,
  fix: 'remove it, or make the package from a copy of the module without it',
  *find({ entries }) {
    for (const path of entries.keys()) {
      if (JUNK.test(path)) yield { path, what: 'is no part of what a module does, but of its layer' }
    }
  },
})

const caseCollision = fileRule({
  id: 'file-case-collision',
  severity: 'warning',
  summary: 'two names in a module are one where case or composition of letters is ignored',
  reference: LAYERS,
  fix: 'rename one of the two',
  *find({ entries }) {
    const seen = new Map<string, string>()
    for (const path of entries.keys()) {
      const folded = foldedName(path)
      const twin = seen.get(folded)
      if (twin === undefined) seen.set(folded, path)
      // Otherwise their folders are the twins, which are told of once.
      else if (parentOf(path) === parentOf(twin)) {
        yield { path, what: `and ${twin} are one file where case is ignored`, value: path }
      }
    }
  },
})

/** From so many bytes on a file is better fetched when it is needed. */
const LARGE_BYTES = 50 * 1024 * 1024
const MIB = 1024 * 1024

const tooLarge = fileRule({
  id: 'file-too-large',
  severity: 'info',
  summary: 'a file of a module is so large that everybody who pulls the builder pays for it',
  reference: LAYERS,
  fix: 'fetch it in bin/build as a dependency with a checksum, into a layer that is cached',
  *find({ entries }) {
    for (const [path, { size }] of entries) {
      if (size > LARGE_BYTES) yield { path, what: `has ${Math.round(size / MIB)} MiB`, value: String(size) }
    }
  },
})

/** What lies in a module. */
export const MODULE_TREE_ADVICE: readonly Rule<ModuleSubject>[] = [
  symlinkEscape,
  special,
  worldWritable,
  JUNK_RULE,
  caseCollision,
  tooLarge,
]
