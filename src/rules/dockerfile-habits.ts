import { heredocsOf } from '../dockerfile/heredoc.js'
import { canHaveHeredocs, flagValue, type Instruction } from '../dockerfile/instruction.js'
import { type GoodDockerfile, goodDockerfileRule, instructionRule, unquoted } from './dockerfile-rule.js'
import { isRebasable } from './dockerfiles.js'
import { placeIn } from './extension-files.js'
import type { Rule } from './rule.js'
import { installsUnpinned } from './shell-habits.js'
import type { ModuleSubject } from './subjects.js'

const SPEC = 'https://github.com/buildpacks/spec/blob/main/image_extension.md'
const EXTENDER = 'lifecycle 0.21.0, phase/extender.go'
const KANIKO = 'kaniko 1.25, which the extender of lifecycle 0.21.0 uses'

/** Options of a package manager before its command. */
const OPTIONS = String.raw`\s+(?:-\S+\s+)*`

/** What fetches the list of packages anew. */
const UPDATES_INDEX = new RegExp(
  String.raw`\b(?:apt-get|apt|apk)${OPTIONS}update\b|\b(?:yum|dnf|microdnf)${OPTIONS}(?:makecache|check-update)\b`,
)

/** What exchanges files of the base image. */
const CHANGES_BASE = new RegExp(
  String.raw`\b(?:apt-get|apt)${OPTIONS}(?:dist-upgrade|full-upgrade|upgrade)\b|\bapk${OPTIONS}upgrade\b|` +
    String.raw`\b(?:yum|dnf|microdnf)${OPTIONS}(?:update|upgrade)\b|` +
    String.raw`\bsed\s+-i\b[^;&|]{0,300}\s/(?:bin|etc|lib|sbin|usr)/`,
)

/** Folders that the extender leaves out of the image, by their usual names. */
const IGNORED_FOLDERS = ['/workspace', '/layers', '/platform']

/** A command that writes to one of them. */
const WRITES_IGNORED =
  /(?:>\s*|\b(?:chmod|chown|cp|install|ln|mkdir|mv|tee|touch)\b[^;&|]{0,300}\s)["']?(\/(?:workspace|layers|platform))(?=["'/\s;&|]|$)/

/** `curl … | sh`. */
const PIPES_TO_SHELL = /\b(?:curl|wget)\b[^;&|]{0,500}\|\s*(?:sudo\s+)?(?:ba|da|z)?sh\b/

const REMOTE = /^https?:\/\//

/** Flags that BuildKit has and kaniko passes over. */
const BUILDKIT_FLAGS = new Set([
  'mount',
  'network',
  'security',
  'device',
  'link',
  'parents',
  'exclude',
  'unpack',
  'keep-git-dir',
])

const rebasableRisky = goodDockerfileRule({
  id: 'dockerfile-rebasable-risky',
  severity: 'warning',
  summary:
    'a run.Dockerfile is said to be rebasable, and changes files of the base image, which a rebase exchanges below it',
  reference: SPEC,
  check(seen, report) {
    if (seen.image !== 'run' || !isRebasable(seen)) return
    for (const instruction of seen.judged.instructions) {
      const match = instruction.keyword === 'RUN' ? CHANGES_BASE.exec(instruction.source.text) : null
      if (match === null) continue
      report({
        message: 'the label says that the app image may be rebased, but this changes files of the base image',
        place: placeIn(seen, instruction, match.index),
        value: match[0],
        fix: 'set the label io.buildpacks.rebasable to false, or leave the files of the base image as they are',
      })
    }
  },
})

const buildId = goodDockerfileRule({
  id: 'dockerfile-build-id',
  severity: 'warning',
  summary:
    'the extender may take a list of packages out of its cache, up to two weeks old, for want of build_id before it',
  reference: SPEC,
  check(seen, report) {
    const { instructions } = seen.judged
    const declared = instructions.findIndex((one) =>
      one.pairs.some((pair) => one.keyword === 'ARG' && pair.name === 'build_id'),
    )
    const arg = instructions[declared]
    if (arg?.pairs.some(({ name, value }) => name === 'build_id' && value === undefined) === true) {
      report({
        message: 'build_id has no default, and so a build outside of a lifecycle has none',
        place: placeIn(seen, arg),
        fix: 'write ARG build_id=0',
      })
    }
    const used = instructions.findIndex(
      (one, index) => index > declared && declared >= 0 && /\$\{?build_id\b/.test(one.source.text),
    )
    const stale = instructions.find(
      ({ keyword, source }, index) =>
        keyword === 'RUN' && UPDATES_INDEX.test(source.text) && (used < 0 || index < used),
    )
    if (stale === undefined) return
    report({
      message: 'this is not done again in later builds: nothing before it depends on build_id',
      place: placeIn(seen, stale, UPDATES_INDEX.exec(stale.source.text)?.index),
      fix: 'write ARG build_id=0 and RUN echo ${build_id} before it',
    })
  },
})

const touchesIgnored = instructionRule({
  id: 'dockerfile-touches-ignored',
  severity: 'warning',
  summary:
    'a Dockerfile of an extension writes to the folder of the app, of layers or of the platform: none of that is kept',
  reference: EXTENDER,
  problemOf({ keyword, args, source }) {
    if (keyword === 'RUN') {
      const [all, folder = ''] = WRITES_IGNORED.exec(source.text) ?? []
      return all === undefined ? undefined : lost(folder, source.text.indexOf(all) + all.lastIndexOf(folder))
    }
    const written = keyword === 'COPY' || keyword === 'ADD' ? args.at(-1) : keyword === 'WORKDIR' ? args[0] : undefined
    const folder = IGNORED_FOLDERS.find((one) => `${unquoted(written ?? '')}/`.startsWith(`${one}/`))
    return folder === undefined ? undefined : lost(folder, undefined)
  },
})

const unpinnedPackages = instructionRule({
  id: 'dockerfile-unpinned-packages',
  severity: 'warning',
  summary:
    'a Dockerfile of an extension installs whatever there is at the time: a package without version, a script, a download without checksum',
  reference: 'advice; https://docs.docker.com/build/building/best-practices/#apt-get',
  problemOf(instruction) {
    const { keyword, args, source } = instruction
    if (keyword === 'ADD') {
      const url = args.slice(0, -1).find((one) => REMOTE.test(one))
      if (url === undefined || flagValue(instruction, 'checksum') !== undefined) return undefined
      return {
        message: 'ADD takes a download without looking at its digest',
        value: url,
        fix: 'add --checksum=sha256:…, or download and compare it in a RUN',
      }
    }
    if (keyword !== 'RUN') return undefined
    const piped = PIPES_TO_SHELL.exec(source.text)
    if (piped) {
      return {
        message: 'a script is run as it is downloaded',
        index: piped.index,
        value: piped[0],
        fix: 'download a version of it, compare its digest, and run it then',
      }
    }
    const [first, ...more] = installsUnpinned(source.text)
    if (first === undefined) return undefined
    const others = more.length === 0 ? '' : ` and ${more.length} more`
    return {
      message: `${first.name}${others} is installed in whatever version there is`,
      index: first.index,
      value: first.name,
      fix: 'name versions, as in NAME=VERSION',
    }
  },
})

const buildOnlyFlags = instructionRule({
  id: 'dockerfile-build-only-flags',
  severity: 'warning',
  summary: 'a Dockerfile of an extension uses what BuildKit has, and kaniko, which applies it, has not',
  reference: KANIKO,
  problemOf(instruction) {
    const flag = instruction.flags.find(({ name }) => BUILDKIT_FLAGS.has(name))
    const heredocs = canHaveHeredocs(instruction) ? heredocsOf(instruction.source.text) : []
    const what = flag === undefined ? heredocs.length > 0 && 'a heredoc' : `--${flag.name}`
    if (what === false) return undefined
    return {
      message: `${instruction.keyword} with ${what} is of BuildKit, and the extender uses kaniko`,
      index:
        flag === undefined ? instruction.source.text.indexOf('<<') : instruction.source.text.indexOf(`--${flag.name}`),
      value: what,
      fix: 'write it with what every builder of Dockerfiles has',
    }
  },
})

/** How Dockerfiles of extensions should be. */
export const DOCKERFILE_HABIT_ADVICE: readonly Rule<ModuleSubject>[] = [
  rebasableRisky,
  buildId,
  touchesIgnored,
  unpinnedPackages,
  buildOnlyFlags,
]

/** An instruction that takes something out of the build context. */
export function copiesFromContext({ judged }: GoodDockerfile): Instruction | undefined {
  return judged.instructions.find(
    (one) =>
      (one.keyword === 'COPY' || one.keyword === 'ADD') &&
      flagValue(one, 'from') === undefined &&
      one.args.slice(0, -1).some((source) => !REMOTE.test(source) && !source.startsWith('<<')),
  )
}

function lost(folder: string, index: number | undefined) {
  return {
    message: `what is written below ${folder} is not kept: the extender leaves it out of the image`,
    index,
    value: folder,
    fix: 'write to another folder, or do it in a buildpack',
  }
}
