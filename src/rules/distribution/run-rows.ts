import { isSpecId } from '../../cnb/module.js'
import { LABEL } from '../../cnb/labels.js'
import { envValue, GROUP_ID, USER_ID } from '../../plan/user.js'
import { hasPath, isRoot, lackingLabels, problemOfPlatform, userOf } from '../base-image.js'
import { BASE_ID, DESCRIPTIVE_LABELS, SBOM } from '../base-labels.js'
import type { ImageKind } from './kind.js'
import { onRunImages, type Fail, type FoundImage, type Row } from './row.js'

/** A builder is judged by the run images that it names. */
const RUN: readonly ImageKind[] = ['run-image', 'builder']
const SET_LABELS = 'add them to the run image'

/** Says what several images have in common once. */
function failTogether(
  images: readonly FoundImage[],
  fail: Fail,
  { what, fix }: { readonly what: string; readonly fix: string },
): void {
  const [first] = images
  if (first === undefined) return
  fail({ message: `${images.map(({ reference }) => reference).join(', ')} ${what}`, value: first.reference, fix })
}

function checkLabels(runImages: readonly FoundImage[], names: readonly string[], fail: Fail): void {
  const lacking = runImages.filter(({ config }) => lackingLabels(config, names).length > 0)
  const missing = names.filter((name) => lacking.some(({ config }) => !config.labels.has(name)))
  failTogether(lacking, fail, { what: `lacks ${missing.join(', ')}`, fix: SET_LABELS })
}

function hasUser({ config }: FoundImage): boolean {
  return [USER_ID, GROUP_ID].every((name) => envValue(config.env, name) !== '')
}

/** What a run image has to be. @see https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#run-image */
export const RUN_IMAGE_ROWS: readonly Row[] = [
  {
    id: 'DIST-RI-01',
    level: 'MUST',
    authority: ['P'],
    summary: 'a run image sets PATH',
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        const without = runImages.filter(({ config }) => !hasPath(config))
        failTogether(without, fail, { what: 'sets no PATH', fix: 'set PATH in its Env; it may be empty' })
      }),
    ],
  },
  {
    id: 'DIST-RI-02',
    level: 'MUST',
    authority: ['P'],
    severity: 'error',
    summary: 'a run image says for which platform it is, and that is the one of the build image',
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        for (const image of runImages) {
          const problem = problemOfPlatform(image.config)
          if (problem !== undefined)
            failTogether([image], fail, { what: problem, fix: 'set os and architecture as Go names them' })
        }
      }),
      { by: 'rules', ids: ['target-build-run-mismatch'] },
    ],
  },
  {
    id: 'DIST-RI-03',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'applications run as another user than the one who builds them',
    judged: [
      onRunImages(['builder'], ({ image, runImages }, fail) => {
        const user = userOf(image.config)
        const same = runImages.filter(({ config }) => !isRoot(image.config) && userOf(config) === user)
        failTogether(same, fail, { what: `runs as ${user}, who builds`, fix: 'give the run image a user of its own' })
      }),
    ],
  },
  {
    id: 'DIST-RI-04',
    level: 'SHOULD',
    authority: ['P'],
    summary: `a run image has an id, in label ${BASE_ID}`,
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        checkLabels(runImages, [BASE_ID], fail)
        for (const image of runImages) {
          const id = image.config.labels.get(BASE_ID)
          if (id === undefined || isSpecId(id)) continue
          failTogether([image], fail, {
            what: `calls itself ${id}, which is no id`,
            fix: 'use letters, digits, ".", "/" and "-" only',
          })
        }
      }),
    ],
  },
  {
    id: 'DIST-RI-05',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'a run image names its distro',
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        checkLabels(runImages, [LABEL.distroName, LABEL.distroVersion], fail)
      }),
    ],
  },
  {
    id: 'DIST-RI-06',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'a run image says who made it, when, and what it is',
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        checkLabels(runImages, DESCRIPTIVE_LABELS, fail)
      }),
    ],
  },
  {
    id: 'DIST-RI-07',
    level: 'SHOULD',
    authority: ['P'],
    summary: `a run image has the label ${LABEL.rebasable}`,
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        const others = runImages.filter(({ config }) => config.labels.get(LABEL.rebasable) !== 'true')
        failTogether(others, fail, {
          what: `does not say ${LABEL.rebasable}=true`,
          fix: 'add the label when its releases keep their interfaces',
        })
      }),
    ],
  },
  {
    id: 'DIST-RI-08',
    level: 'MUST',
    authority: ['P'],
    summary: 'new releases of a run image keep its interfaces',
    judged: [{ by: 'nobody', why: 'whether what runs on one release runs on the next is not written in either' }],
  },
  {
    id: 'DIST-RI-09',
    level: 'SHOULD',
    authority: ['P'],
    strict: 'stacks are deprecated, so that who has none is not asked for them',
    summary: 'a run image names its stack',
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        checkLabels(runImages, [LABEL.stackId, LABEL.mixins], fail)
      }),
    ],
  },
  {
    id: 'DIST-RI-10',
    level: 'MUST',
    authority: ['D'],
    summary: `a run image sets ${USER_ID} and ${GROUP_ID}`,
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        const others = runImages.filter((image) => !hasUser(image))
        failTogether(others, fail, { what: `does not set ${USER_ID} and ${GROUP_ID}`, fix: 'set both in its Env' })
      }),
    ],
  },
  {
    id: 'DIST-RI-11',
    level: 'SHOULD',
    authority: ['A'],
    summary: `a list of the packages of a run image is published, and label ${SBOM} leads to it`,
    judged: [
      onRunImages(RUN, ({ runImages }, fail) => {
        checkLabels(runImages, [SBOM], fail)
      }),
    ],
  },
]
