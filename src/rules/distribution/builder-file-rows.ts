import { apiSupportOf } from '../../cnb/builder-label.js'
import { LABEL } from '../../cnb/labels.js'
import { knownApis, PLATFORM_WITH } from '../../cnb/lifecycle-apis.js'
import { compareApiVersions } from '../../cnb/api-version.js'
import { REQUIRED_BINARIES } from '../../cnb/lifecycle.js'
import { descriptorFile, moduleRoot, type ModuleId, type ModuleKind } from '../../cnb/module.js'
import { readElf } from '../elf.js'
import { ownerOf, problemOfFolder } from './build-user.js'
import { builderFiles } from './builder-files.js'
import { checkWorkingDirectory } from './working-directory.js'
import { fileAt, type ImageFiles } from './image-files.js'
import type { ImageKind } from './kind.js'
import { labelsOf } from './labels.js'
import { onFiles, onImage, type Artifact, type Fail, type Row } from './row.js'

const BUILDER: readonly ImageKind[] = ['builder']
const REMAKE = 'make the builder again'
const EXECUTE_BITS = 0o111

type WithFiles = Artifact & { readonly files: ImageFiles }

/** Folders of a builder that belong to root. */
const ROOT_FOLDERS = [
  '/cnb',
  '/cnb/buildpacks',
  '/cnb/extensions',
  '/platform',
  '/platform/env',
  '/cnb/build-config',
  '/cnb/build-config/env',
]
/** Those in which the lifecycle works. */
const BUILD_FOLDERS = ['/workspace', '/layers']

/** Variables that say where those folders are, in a draft. */
const FOLDER_VARIABLES = ['CNB_APP_DIR', 'CNB_LAYERS_DIR', 'CNB_PLATFORM_DIR']

/** Which of its Platform APIs a lifecycle has on one side of the first one without stack.toml. */
function speaks(artifact: Artifact, isOn: (comparison: number) => boolean): boolean {
  const apis = labelsOf(artifact.labels).builder.value?.lifecycle.platformApis
  return (apis === undefined ? [] : knownApis(apiSupportOf(apis))).some((api) =>
    isOn(compareApiVersions(api, PLATFORM_WITH.runImages)),
  )
}

function hasExtensions({ labels }: Artifact): boolean {
  return (labelsOf(labels).extensions.value ?? []).length > 0
}

/** Every module that labels and files name, by the folder that it must have. */
function namedFolders({ labels, files }: WithFiles, kind: ModuleKind): ReadonlySet<string> {
  const { buildpacks, extensions } = labelsOf(labels)
  const { order, system } = builderFiles(files)
  const layers: readonly ModuleId[] = (kind === 'buildpack' ? buildpacks : extensions).value ?? []
  const orders = kind === 'buildpack' ? order.value?.order : order.value?.orderExtensions
  const refs = (orders ?? []).flatMap(({ refs: members = [] }) => members)
  const own = kind === 'buildpack' ? [...(system.value?.pre ?? []), ...(system.value?.post ?? [])] : []
  const named = [...layers, ...refs, ...own].filter(({ id, version }) => id !== '' && version !== '')
  return new Set(named.map((module) => moduleRoot(kind, module)))
}

function checkNamed(artifact: WithFiles, kind: ModuleKind, fail: Fail): void {
  const missing = [...namedFolders(artifact, kind)].filter((path) => fileAt(artifact.files, path)?.type !== 'directory')
  // A layer may hold files without the folders that they are in.
  const lost = missing.filter((path) => fileAt(artifact.files, `${path}/${descriptorFile(kind)}`) === undefined)
  if (lost.length === 0) return
  fail({ message: `${lost.slice(0, 5).join(', ')} is not there`, value: lost[0], fix: REMAKE })
}

/** The programs of a lifecycle that are missing, cannot be run, or are for another machine. */
export function checkPrograms({ files, image }: WithFiles, names: readonly string[], fail: Fail): void {
  for (const name of names) {
    const path = `/cnb/lifecycle/${name}`
    const file = fileAt(files, path)
    const { architecture } = image.config.platform
    const arch = file?.content === undefined ? undefined : readElf(file.content)?.arch
    const problem =
      file?.type !== 'file'
        ? 'is not there'
        : (file.mode & EXECUTE_BITS) !== EXECUTE_BITS
          ? `has the mode ${file.mode.toString(8)}, and so cannot be run by everybody`
          : arch !== undefined && arch !== architecture
            ? `is for ${arch}, but the image for ${architecture}`
            : undefined
    if (problem !== undefined)
      fail({ message: `${path} ${problem}`, value: path, fix: 'take a release of the lifecycle for this platform' })
  }
}

/** What has to be in the layers of a builder. */
export const BUILDER_FILE_ROWS: readonly Row[] = [
  {
    id: 'DIST-BLD-01',
    level: 'MUST',
    authority: ['D', 'L'],
    summary: 'a builder is a build image with a lifecycle',
    judged: [
      onFiles(BUILDER, ({ files }, fail) => {
        if (fileAt(files, '/cnb/lifecycle') !== undefined) return
        fail({ message: 'there is no /cnb/lifecycle', value: '/cnb/lifecycle', fix: REMAKE })
      }),
    ],
  },
  {
    id: 'DIST-BLD-04',
    level: 'MUST',
    authority: ['D', 'L', 'F'],
    summary: 'a builder has an /cnb/order.toml whose members have an id and a version',
    judged: [
      onFiles(BUILDER, ({ files }, fail) => {
        const { value, problem } = builderFiles(files).order
        if (problem !== undefined) fail({ message: problem, value: '/cnb/order.toml', fix: REMAKE })
        const members = [...(value?.order ?? []), ...(value?.orderExtensions ?? [])].flatMap(({ refs = [] }) => refs)
        const unnamed = members.find(({ id, version }) => id === '' || version === '')
        if (unnamed === undefined) return
        fail({
          message: `/cnb/order.toml names ${unnamed.id === '' ? 'a member without an id' : `${unnamed.id} without a version`}`,
          value: unnamed.id,
          fix: REMAKE,
        })
      }),
    ],
  },
  {
    id: 'DIST-BLD-05',
    level: 'MUST',
    authority: ['P', 'F'],
    summary: 'a builder has an /cnb/run.toml with a run image, for platforms from 0.12 on',
    judged: [
      onFiles(BUILDER, (artifact, fail) => {
        if (!speaks(artifact, (comparison) => comparison >= 0)) return
        const { value, problem } = builderFiles(artifact.files).run
        const isEmpty = value !== undefined && !value.some(({ image }) => image !== '')
        const message = problem ?? (isEmpty ? '/cnb/run.toml names no image' : undefined)
        if (message !== undefined) fail({ message, value: '/cnb/run.toml', fix: REMAKE })
      }),
    ],
  },
  {
    id: 'DIST-BLD-06',
    level: 'MUST',
    authority: ['L', 'F'],
    severity: 'warning',
    summary: 'a builder has an /cnb/stack.toml with the first run image, for platforms before 0.12',
    judged: [
      onFiles(BUILDER, (artifact, fail) => {
        if (!speaks(artifact, (comparison) => comparison < 0)) return
        const { stack, run } = builderFiles(artifact.files)
        if (stack.problem !== undefined) fail({ message: stack.problem, value: '/cnb/stack.toml', fix: REMAKE })
        const first = run.value?.[0]?.image
        const image = stack.value?.image
        if (stack.problem !== undefined || first === undefined || image === first) return
        fail({
          message: `/cnb/stack.toml names ${image ?? 'no run image'}, but /cnb/run.toml ${first}`,
          value: image,
          fix: REMAKE,
        })
      }),
    ],
  },
  {
    id: 'DIST-BLD-07',
    level: 'MUST',
    authority: ['L', 'F'],
    summary: 'a builder has the programs of the lifecycle, for its platform, and the extender for extensions',
    judged: [
      onFiles(BUILDER, (artifact, fail) => {
        checkPrograms(artifact, [...REQUIRED_BINARIES, ...(hasExtensions(artifact) ? ['extender'] : [])], fail)
      }),
    ],
  },
  {
    id: 'DIST-BLD-08',
    level: 'MUST',
    authority: ['P'],
    severity: 'error',
    summary: 'every buildpack that labels and orders name is there',
    judged: [
      onFiles(BUILDER, (artifact, fail) => {
        checkNamed(artifact, 'buildpack', fail)
      }),
    ],
  },
  {
    id: 'DIST-BLD-09',
    level: 'MUST',
    authority: ['P'],
    severity: 'error',
    summary: 'every extension that labels and orders name is there',
    judged: [
      onFiles(BUILDER, (artifact, fail) => {
        checkNamed(artifact, 'extension', fail)
      }),
    ],
  },
  {
    id: 'DIST-BLD-14',
    level: 'MUST',
    authority: ['F'],
    summary: `a builder with system buildpacks has both /cnb/system.toml and label ${LABEL.system}`,
    judged: [
      onFiles(BUILDER, ({ labels, files }, fail) => {
        const label = labelsOf(labels).system
        const { value, problem } = builderFiles(files).system
        const hasFile = fileAt(files, '/cnb/system.toml') !== undefined
        if (label.problem !== undefined) fail({ message: label.problem, value: label.name, fix: REMAKE })
        const isNamed = [...(label.value?.pre ?? []), ...(label.value?.post ?? [])].length > 0
        if (problem !== undefined && (hasFile || isNamed))
          fail({ message: problem, value: '/cnb/system.toml', fix: REMAKE })
        const isThere = [...(value?.pre ?? []), ...(value?.post ?? [])].length > 0
        if (!isThere || labels.labels.has(label.name)) return
        fail({ message: `there is a /cnb/system.toml, but no label ${label.name}`, value: label.name, fix: REMAKE })
      }),
    ],
  },
  {
    id: 'DIST-BLD-18',
    level: 'MUST',
    authority: ['L'],
    summary: `a builder says in ${FOLDER_VARIABLES.join(', ')} where its folders are`,
    judged: [
      onImage(BUILDER, ({ image }, fail) => {
        const { env } = image.config
        const missing = FOLDER_VARIABLES.filter((name) => !env.some((entry) => entry.startsWith(`${name}=`)))
        if (missing.length === 0) return
        fail({
          message: `the image does not set ${missing.join(', ')}`,
          value: missing[0],
          fix: 'set it in the build image',
        })
      }),
    ],
  },
  {
    id: 'DIST-BLD-19',
    level: 'MUST',
    authority: ['L', 'F'],
    summary: `${BUILD_FOLDERS.join(' and ')} belong to the user who builds, the other folders of a builder to root`,
    judged: [
      onFiles(BUILDER, ({ files, image }, fail) => {
        const user = ownerOf(image.config)
        for (const path of BUILD_FOLDERS) {
          const folder = fileAt(files, path)
          const problem = problemOfFolder(folder, user)
          if (problem !== undefined) fail({ message: `${path} ${problem}`, value: path, fix: REMAKE })
        }
        for (const path of ROOT_FOLDERS) {
          const problem = problemOfFolder(fileAt(files, path), { uid: 0, gid: undefined })
          if (problem !== undefined)
            fail({ severity: 'warning', message: `${path} ${problem}`, value: path, fix: REMAKE })
        }
      }),
    ],
  },
  {
    id: 'DIST-BLD-20',
    level: 'SHOULD',
    authority: ['F'],
    summary: 'a builder works in /layers, and /lifecycle leads to its lifecycle',
    judged: [
      onImage(BUILDER, checkWorkingDirectory),
      onFiles(BUILDER, ({ files }, fail) => {
        if (fileAt(files, '/lifecycle')?.type === 'directory') return
        fail({ message: '/lifecycle does not lead to /cnb/lifecycle', value: '/lifecycle', fix: REMAKE })
      }),
    ],
  },
]
