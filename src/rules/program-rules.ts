import { moduleName } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import { LIFECYCLE_PROGRAMS, mayBeThere, programsOf, type Program } from './module-programs.js'
import { isComponent, isRun } from './module-sorts.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const BUILDPACK = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpack-implementation'
const EXECVE = 'https://man7.org/linux/man-pages/man2/execve.2.html (Interpreter scripts)'

/** What a group that has the module ends with when detection cannot run it. */
const DETECT_FAILS = { lifecycle: 'detect, exit 21' }

const WINDOWS_ENDINGS = ['.exe', '.bat', '.cmd']

type WithFiles = Pick<ModuleSubject, 'descriptor' | 'files'>

function isForWindows({ descriptor: { targets } }: WithFiles): boolean {
  return targets.length > 0 && targets.every(({ os }) => os === 'windows')
}

function isThereForWindows({ files }: WithFiles, name: string): boolean {
  return WINDOWS_ENDINGS.some((ending) => mayBeThere(files, `bin/${name}${ending}`))
}

function missing(name: 'detect' | 'build', exit: string): Rule<ModuleSubject> {
  return moduleAdvice({
    id: `file-bin-${name}-missing`,
    // pack packs it, and nobody builds with it.
    severity: 'warning',
    summary: `a buildpack that is no composite has no bin/${name}`,
    reference: BUILDPACK,
    refusedBy: { lifecycle: exit, spec: `a component buildpack MUST have bin/${name}` },
    appliesTo: isComponent,
    needs: ['descriptor', 'kind', 'locate', 'files'],
    check(input, report) {
      const { descriptor, kind, locate, files } = input
      if (mayBeThere(files, `bin/${name}`) || isThereForWindows(input, name)) return
      report({
        message: `${moduleName(descriptor.info)} has no bin/${name}`,
        place: locate([kind]),
        notes: [`it would be ${files.nameOf(`bin/${name}`)}`],
        fix: `add bin/${name}, or [[order]] when it is to be a composite`,
      })
    },
  })
}

const windowsOnly = moduleAdvice({
  id: 'exec-windows-only',
  severity: 'warning',
  summary: 'a buildpack has programs for Windows only, and does not say so in its targets',
  reference: BUILDPACK,
  appliesTo: isComponent,
  needs: ['descriptor', 'kind', 'locate', 'files'],
  check(input, report) {
    const { descriptor, kind, locate, files } = input
    if (isForWindows(input)) return
    const names = ['detect', 'build'].filter(
      (name) => !mayBeThere(files, `bin/${name}`) && isThereForWindows(input, name),
    )
    if (names.length === 0) return
    report({
      message: `${moduleName(descriptor.info)} has ${names.map((name) => `bin/${name}`).join(' and ')} for Windows only`,
      place: locate([kind]),
      fix: 'add the programs for Linux, or [[targets]] with os = "windows"',
    })
  },
})

/** A rule about single programs: `judge` completes a sentence that begins with the path. */
function programRule(
  definition: Omit<Rule<ModuleSubject>, 'needs' | 'check'> & {
    readonly fix: string
    readonly judge: (program: Program, input: WithFiles) => ProgramProblem | undefined
  },
): Rule<ModuleSubject> {
  const { fix, judge, ...description } = definition
  return moduleAdvice({
    ...description,
    appliesTo: isRun,
    needs: ['descriptor', 'files'],
    check(input, report) {
      for (const program of programsOf(input.files)) {
        const problem = judge(program, input)
        if (problem === undefined) continue
        report({
          severity: problem.severity,
          message: `${program.path} of ${moduleName(input.descriptor.info)} ${problem.what}`,
          place: { file: input.files.nameOf(program.path), ...(problem.isInLine && { line: 1, column: 1 }) },
          value: problem.value,
          fix,
        })
      }
    },
  })
}

interface ProgramProblem {
  readonly what: string
  readonly severity?: 'warning'
  readonly value?: string | undefined
  /** It is the first line that is wrong. */
  readonly isInLine?: boolean
}

const notExecutable = programRule({
  id: 'file-not-executable',
  severity: 'warning',
  summary: 'a program in bin/ may not be executed; only detect, build and generate are made executable',
  reference: 'pack 0.40.6, modes of a layer',
  fix: 'run chmod +x on it (git update-index --chmod=+x)',
  judge({ path, content, mode }) {
    const isRun = content.kind === 'script' || content.kind === 'elf'
    // What has an ending may be for others to read: a library, or a script that is sourced.
    if (!isRun || (mode & 0o111) !== 0 || LIFECYCLE_PROGRAMS.has(path) || path.includes('.')) return undefined
    return { what: `has the mode ${mode.toString(8)}, so nobody can run it`, value: mode.toString(8) }
  },
})

const noShebang = programRule({
  id: 'exec-no-shebang',
  severity: 'error',
  summary: 'a script that the lifecycle runs does not name its interpreter, so the kernel cannot run it',
  reference: EXECVE,
  refusedBy: DETECT_FAILS,
  fix: 'begin it with #!/bin/sh, or with #!/usr/bin/env and what it is for',
  judge({ path, content }) {
    if (!LIFECYCLE_PROGRAMS.has(path) || (content.kind !== 'empty' && content.kind !== 'other')) return undefined
    const what = content.kind === 'empty' ? 'is empty' : 'is neither a program nor a script that begins with #!'
    return { what, isInLine: true }
  },
})

const crlf = programRule({
  id: 'exec-crlf',
  severity: 'error',
  summary: 'the first line of a script ends as on Windows, so its interpreter is not found',
  reference: EXECVE,
  refusedBy: DETECT_FAILS,
  fix: 'end its lines with a line feed alone (dos2unix; *.sh text eol=lf in .gitattributes)',
  judge({ content }) {
    if (content.kind !== 'script' || !content.isCrlf) return undefined
    const what = 'has a carriage return at the end of its first line, which becomes part of the name of the interpreter'
    return { what, value: content.interpreter, isInLine: true }
  },
})

/** Where programs lie on the machines of people, and never in a build image. */
const ON_OTHER_MACHINES = /^\/(?:opt\/homebrew|usr\/local\/Cellar|nix\/store|Users|home|mnt\/c)\//

const interpreterMissing = programRule({
  id: 'exec-interpreter-missing',
  severity: 'warning',
  summary: 'a script names an interpreter that cannot be there when it is run',
  reference: EXECVE,
  refusedBy: DETECT_FAILS,
  fix: 'name it by its path in the build image, or begin with #!/usr/bin/env',
  judge({ content }) {
    if (content.kind !== 'script') return undefined
    const { interpreter } = content
    if (interpreter === '') return { what: 'names no interpreter after #!', isInLine: true }
    if (!interpreter.startsWith('/')) {
      const what = `names the interpreter ${interpreter}, which is looked for in the folder of the app`
      return { what, value: interpreter, isInLine: true }
    }
    if (!ON_OTHER_MACHINES.test(interpreter)) return undefined
    return { what: `names the interpreter ${interpreter} of another machine`, value: interpreter, isInLine: true }
  },
})

const archMismatch = programRule({
  id: 'exec-arch-mismatch',
  severity: 'error',
  summary: 'a program is for another machine than the targets of the module',
  reference: BUILDPACK,
  refusedBy: DETECT_FAILS,
  fix: 'build it for each target, in a folder per platform (linux/arm64/bin), or correct [[targets]]',
  judge({ path, content }, { descriptor: { targets } }) {
    const isRun = LIFECYCLE_PROGRAMS.has(path)
    const arch = machineOf(content)
    // Others of the module may choose among helpers by their names.
    if (arch === undefined || (!isRun && /amd64|x86|x64|arm|aarch|386|s390x|ppc64|riscv|linux|darwin/i.test(path))) {
      return undefined
    }
    const others = targets.filter((target) => !canRun(target, arch))
    if (others.length === 0) return undefined
    const what = `is for ${arch}, but the module is for ${others.map(({ os, arch }) => `${os || '*'}/${arch}`).join(', ')}`
    return others.length === targets.length && isRun
      ? { what, value: arch }
      : { what, value: arch, severity: 'warning' }
  },
})

function machineOf(content: Program['content']): string | undefined {
  return content.kind === 'elf' ? content.elf.arch : content.kind === 'mach-o' ? 'darwin' : undefined
}

function canRun({ os, arch }: Target, machine: string): boolean {
  if (machine === 'darwin') return os !== 'linux'
  return arch === '' || arch === '*' || arch === machine || (os !== '' && os !== 'linux')
}

/** The distributions of which it is certain that their C library is musl. */
const MUSL_DISTROS: ReadonlySet<string> = new Set(['alpine'])

const libcMismatch = programRule({
  id: 'exec-libc-mismatch',
  severity: 'warning',
  summary: 'a program is linked against another C library than that of a distribution in the targets',
  reference: BUILDPACK,
  refusedBy: DETECT_FAILS,
  fix: 'link it statically, or against the C library of the distribution',
  judge({ content }, { descriptor: { targets } }) {
    const loader = content.kind === 'elf' ? content.elf.loader : undefined
    const libc = loader === undefined ? undefined : /ld-musl/.test(loader) ? 'musl' : 'glibc'
    const distro = targets
      .flatMap(({ distros }) => distros)
      .find(({ name }) => name !== '' && name !== '*' && MUSL_DISTROS.has(name) !== (libc === 'musl'))
    if (loader === undefined || distro === undefined) return undefined
    return { what: `needs ${libc} (${loader}), which ${distro.name} does not have`, value: loader }
  },
})

/** What is run of a module. */
export const PROGRAM_ADVICE: readonly Rule<ModuleSubject>[] = [
  missing('detect', DETECT_FAILS.lifecycle),
  missing('build', 'build, exit 51'),
  windowsOnly,
  notExecutable,
  noShebang,
  crlf,
  interpreterMissing,
  archMismatch,
  libcMismatch,
]
