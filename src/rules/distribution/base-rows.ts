import { LABEL } from '../../cnb/labels.js'
import { apiSupportOf } from '../../cnb/builder-label.js'
import { hasFeature } from '../../cnb/lifecycle-apis.js'
import { variantsOf } from '../../cnb/target.js'
import type { ImageConfig } from '../../oci/image.js'
import { printPlatform } from '../../oci/platform.js'
import { envValue, GROUP_ID, USER_ID } from '../../plan/user.js'
import { whyNoUser } from '../base.js'
import { hasPath, isNumericUser, isRoot, lackingLabels, problemOfPlatform, variablesWithEquals } from '../base-image.js'
import { DESCRIPTIVE_LABELS } from '../base-labels.js'
import { problemOfHome } from './build-user.js'
import { fileAt, type ImageFiles } from './image-files.js'
import type { ImageKind } from './kind.js'
import { labelsOf } from './labels.js'
import { isStrict, onFiles, onImage, type Artifact, type Fail, type Row } from './row.js'

const BUILD: readonly ImageKind[] = ['build-image', 'builder']
const STACK_ID = 'CNB_STACK_ID'
/** Names of drafts, which nobody reads. */
const OLD_LABELS = ['io.buildpacks.distribution.name', 'io.buildpacks.distribution.version', 'io.buildpacks.id']
const SET_LABELS = 'add them to the image'

/** The deprecated items of stacks that a base image lacks. */
function lackingStackItems({ labels, env }: ImageConfig): readonly string[] {
  return [
    ...[LABEL.stackId, LABEL.mixins].filter((name) => !labels.has(name)),
    ...(env.some((entry) => entry.startsWith(`${STACK_ID}=`)) ? [] : [STACK_ID]),
  ]
}

function checkUser(name: string): (artifact: Artifact, fail: Fail) => void {
  return ({ image }, fail) => {
    const value = envValue(image.config.env, name)
    const reason = whyNoUser(name, value)
    if (reason === undefined) return
    fail({
      message: `the image ${reason}`,
      value,
      fix: `set ${name} to the id of a user that is not root, such as 1000`,
    })
  }
}

/** True when nobody who builds with it speaks a newer Platform API. */
function isForOldPlatforms({ kind, labels }: Artifact): boolean {
  const apis = labelsOf(labels).builder.value?.lifecycle.platformApis
  return kind === 'builder' && apis !== undefined && hasFeature(apiSupportOf(apis), 'runImages') === false
}

function mayExtend({ kind, labels }: Artifact): boolean {
  return kind !== 'builder' || (labelsOf(labels).extensions.value ?? []).length > 0
}

/** ID and VERSION_ID of an os-release. @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
function distroOf(files: ImageFiles): ReadonlyMap<string, string> {
  const content = (fileAt(files, '/etc/os-release') ?? fileAt(files, '/usr/lib/os-release'))?.content
  const lines = Buffer.from(content ?? [])
    .toString('utf8')
    .split('\n')
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, key = '', value = ''] = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim()) ?? []
      return key === '' ? [] : [[key, value]]
    }),
  )
}

/** What a build image, and so a builder, has to be. @see https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#build-image */
export const BUILD_IMAGE_ROWS: readonly Row[] = [
  {
    id: 'DIST-BI-01',
    level: 'MUST',
    authority: ['P'],
    summary: 'a build image runs as a user that is not root and can write to its home',
    judged: [
      onImage(BUILD, ({ image }, fail) => {
        const { user } = image.config
        if (!isRoot(image.config)) return
        fail({
          message: user === '' ? 'the image names no user, and so runs as root' : `the image runs as ${user}`,
          value: user,
          fix: 'set User to a user that is not root, such as 1000:1000',
        })
      }),
      onFiles(BUILD, ({ image, files }, fail) => {
        const problem = isRoot(image.config) ? undefined : problemOfHome(image.config, files)
        if (problem !== undefined)
          fail({ message: problem, value: image.config.user, fix: 'make the home, and give it to its user' })
      }),
    ],
  },
  {
    id: 'DIST-BI-02',
    level: 'MUST',
    authority: ['P', 'F'],
    summary: `${USER_ID} is the id of the user who builds`,
    judged: [onImage(BUILD, checkUser(USER_ID)), onImage(BUILD, checkAgrees(USER_ID, 0))],
  },
  {
    id: 'DIST-BI-03',
    level: 'MUST',
    authority: ['P', 'F'],
    summary: `${GROUP_ID} is the id of the group of the user who builds`,
    judged: [onImage(BUILD, checkUser(GROUP_ID)), onImage(BUILD, checkAgrees(GROUP_ID, 1))],
  },
  {
    id: 'DIST-BI-04',
    level: 'MUST',
    authority: ['P'],
    summary: 'a build image sets PATH',
    judged: [
      onImage(BUILD, ({ image }, fail) => {
        if (!hasPath(image.config))
          fail({ message: 'the image sets no PATH', fix: 'set PATH in its Env; it may be empty' })
      }),
    ],
  },
  {
    id: 'DIST-BI-05',
    level: 'MUST',
    authority: ['P', 'O'],
    summary: 'a build image says for which operating system and architecture it is',
    judged: [
      onImage(BUILD, ({ image }, fail) => {
        const problem = problemOfPlatform(image.config)
        if (problem === undefined) return
        fail({
          message: `the image ${problem}`,
          value: printPlatform(image.config.platform),
          fix: 'set os and architecture as Go names them',
        })
      }),
    ],
  },
  {
    id: 'DIST-BI-06',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'a build image says the variant of its architecture where there are some',
    judged: [
      onImage(BUILD, ({ image }, fail) => {
        const { architecture, variant } = image.config.platform
        const known = variantsOf(architecture)
        const isMissing = variant === undefined && architecture === 'arm'
        // arm64 has one that goes without saying.
        const isOdd = variant !== undefined && known !== undefined && !known.includes(variant)
        if (!isMissing && !isOdd) return
        fail({
          message: isOdd
            ? `the image is for the variant ${variant}, which ${architecture} does not have`
            : `the image does not say for which variant of ${architecture} it is`,
          value: variant,
          fix: `set variant to one of ${(known ?? []).join(', ')}`,
        })
      }),
    ],
  },
  {
    id: 'DIST-BI-07',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'a build image names its distro as its os-release does',
    judged: [
      onImage(BUILD, ({ image }, fail) => {
        const missing = lackingLabels(image.config, [LABEL.distroName, LABEL.distroVersion])
        if (missing.length > 0)
          fail({ message: `the image lacks ${missing.join(', ')}`, value: missing[0], fix: SET_LABELS })
      }),
      onFiles(BUILD, ({ image, files }, fail) => {
        const distro = distroOf(files)
        for (const [label, key] of [
          [LABEL.distroName, 'ID'],
          [LABEL.distroVersion, 'VERSION_ID'],
        ] as const) {
          const [says, is] = [image.config.labels.get(label), distro.get(key)]
          if (says === undefined || is === undefined || says === is) continue
          fail({
            severity: 'warning',
            message: `label ${label} says ${says}, but ${key} of /etc/os-release is ${is}`,
            value: says,
            fix: `set the label to ${is}`,
          })
        }
      }),
    ],
  },
  {
    id: 'DIST-BI-08',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'a build image says who made it, when, and what it is',
    judged: [
      onImage(BUILD, ({ image }, fail) => {
        const missing = lackingLabels(image.config, DESCRIPTIVE_LABELS)
        if (missing.length > 0)
          fail({ message: `the image lacks ${missing.join(', ')}`, value: missing[0], fix: SET_LABELS })
        const released = image.config.labels.get(LABEL.released)
        if (released === undefined || !Number.isNaN(Date.parse(released))) return
        fail({
          message: `label ${LABEL.released} is ${released}, which is no date`,
          value: released,
          fix: 'write it as YYYY-MM-DD',
        })
      }),
    ],
  },
  {
    id: 'DIST-BI-09',
    level: 'SHOULD',
    authority: ['P'],
    summary: `a build image names its stack, and ${STACK_ID} is the same`,
    judged: [
      onImage(BUILD, (artifact, fail) => {
        const { config } = artifact.image
        const [id, inEnv] = [config.labels.get(LABEL.stackId), envValue(config.env, STACK_ID)]
        if (id !== undefined && inEnv !== '' && id !== inEnv) {
          fail({
            message: `label ${LABEL.stackId} is ${id}, but ${STACK_ID} is ${inEnv}`,
            value: inEnv,
            fix: 'make them the same',
          })
        }
        // Deprecated, so that who has none is not asked for them.
        const missing = isStrict(artifact) ? lackingStackItems(config) : []
        if (missing.length > 0)
          fail({ message: `the image lacks ${missing.join(', ')}`, value: missing[0], fix: SET_LABELS })
      }),
    ],
  },
  {
    id: 'DIST-BI-10',
    level: 'MUST',
    authority: ['P'],
    summary: 'a build image names its stack when those who build with it speak no Platform API from 0.12 on',
    judged: [
      onImage(BUILD, (artifact, fail) => {
        const missing = isForOldPlatforms(artifact) ? lackingStackItems(artifact.image.config) : []
        if (missing.length === 0) return
        fail({
          message: `the image lacks ${missing.join(', ')}, which its lifecycle reads`,
          value: missing[0],
          fix: SET_LABELS,
        })
      }),
    ],
  },
  {
    id: 'DIST-BI-11',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'new releases of a build image keep its interfaces',
    judged: [
      { by: 'nobody', why: 'whether what was linked against one release runs on the next is not written in either' },
    ],
  },
  {
    id: 'DIST-BI-12',
    level: 'SHOULD',
    authority: ['A'],
    summary: 'no variable has "=" in its value where extensions may change the build image',
    judged: [
      onImage(BUILD, (artifact, fail) => {
        if (!mayExtend(artifact)) return
        const names = variablesWithEquals(artifact.image.config)
        if (names.length === 0) return
        fail({
          message: `${names.join(', ')} has "=" in its value, at which the extender fails`,
          value: names[0],
          fix: 'set it another way',
        })
      }),
    ],
  },
  {
    id: 'DIST-BI-13',
    level: 'SHOULD',
    authority: ['A'],
    summary: 'the user is written in numbers, for the Dockerfiles of extensions',
    judged: [
      onImage(BUILD, (artifact, fail) => {
        const { user } = artifact.image.config
        if (!mayExtend(artifact) || user === '' || isNumericUser(user)) return
        fail({
          message: `the image runs as ${user}, and not as UID:GID`,
          value: user,
          fix: 'write it as numbers, such as 1000:1000',
        })
      }),
    ],
  },
  {
    id: 'DIST-BI-14',
    level: 'MUST NOT',
    authority: ['A'],
    severity: 'warning',
    summary: 'labels of drafts are gone',
    judged: [
      onImage([...BUILD, 'run-image'], ({ image }, fail) => {
        const old = OLD_LABELS.filter((name) => image.config.labels.has(name))
        if (old.length === 0) return
        fail({
          message: `the image has ${old.join(', ')}, which nobody reads`,
          value: old[0],
          fix: `write ${LABEL.distroName}, ${LABEL.distroVersion} and io.buildpacks.base.id`,
        })
      }),
    ],
  },
]

/** That User says the same as a variable, where it says it in numbers. */
function checkAgrees(name: string, part: 0 | 1): (artifact: Artifact, fail: Fail) => void {
  return ({ image }, fail) => {
    const said = envValue(image.config.env, name)
    const own = image.config.user.split(':')[part] ?? ''
    if (said === '' || !/^[0-9]+$/.test(own) || own === said) return
    fail({
      severity: 'warning',
      message: `${name} is ${said}, but the image runs as ${image.config.user}`,
      value: said,
      fix: 'make User and the variables agree',
    })
  }
}
