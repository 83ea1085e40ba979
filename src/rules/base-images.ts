import type { Place } from '../errors.js'
import type { ImageConfig } from '../oci/image.js'
import { envValue, GROUP_ID, USER_ID } from '../plan/user.js'
import { hasPath, isNumericUser, isRoot, userOf, variablesWithEquals } from './base-image.js'
import { derived } from './derived.js'
import { builderAdvice, type Judged, type ReportFinding, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const BUILD_IMAGE = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#build-image'
const RUN_IMAGE = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#run-image'

/** An image that applications are built or run on. */
export interface BaseImage {
  /** For messages: `build image`, `run image`. */
  readonly role: 'build image' | 'run image'
  readonly reference: string
  readonly config: ImageConfig
  readonly place: Place
}

type ImageParts = Judged<BuilderSubject> & Pick<BuilderSubject, 'config' | 'locate' | 'base' | 'runImages'>

/** What it takes to look at base images. */
export const BASE_NEEDS = ['config', 'locate', 'base', 'runImages', 'document'] as const

/** The build image, then every run image and mirror that was read. */
export const baseImages = derived(({ config, locate, base, runImages }: ImageParts): readonly BaseImage[] => [
  { role: 'build image', reference: config.buildImage, config: base.config, place: locate(['build', 'image']) },
  ...runImages.flatMap(({ found, reference, path }): BaseImage[] =>
    typeof found === 'string' ? [] : [{ role: 'run image', reference, config: found, place: locate(path) }],
  ),
])

/** `build image registry.example/base/build:1`. */
export function nameOfBase({ role, reference }: BaseImage): string {
  return `${role} ${reference}`
}

const userRoot = builderAdvice({
  id: 'base-user-root',
  severity: 'warning',
  summary: 'a base image runs as root, or does not say as which user',
  reference: BUILD_IMAGE,
  refusedBy: { spec: 'User of a build image is a user that is not root' },
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    for (const image of baseImages(input).filter(({ config }) => isRoot(config))) {
      const { user } = image.config
      report({
        message: `${nameOfBase(image)} ${user === '' ? 'names no user, and so runs as root' : `runs as ${user}`}`,
        place: image.place,
        value: user,
        fix: 'set User in the image to a user that is not root, such as 1000:1000',
      })
    }
  },
})

const userEnvMismatch = builderAdvice({
  id: 'base-user-env-mismatch',
  severity: 'warning',
  summary: 'the build image runs as another user than CNB_USER_ID and CNB_GROUP_ID say',
  reference: BUILD_IMAGE,
  refusedBy: { spec: 'CNB_USER_ID and CNB_GROUP_ID are those of User' },
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const [image] = baseImages(input)
    if (image === undefined) return
    const { env, user } = image.config
    const said = [envValue(env, USER_ID), envValue(env, GROUP_ID)]
    const parts = user.split(':')
    // Names are known to the image only.
    const differs = parts.some((part, i) => /^[0-9]+$/.test(part) && said[i] !== '' && part !== said[i])
    if (!differs) return
    report({
      message: `${nameOfBase(image)} runs as ${user}, but its ${USER_ID} and ${GROUP_ID} say ${said.join(':')}`,
      place: image.place,
      value: user,
      fix: 'make User, CNB_USER_ID and CNB_GROUP_ID of the image agree',
    })
  },
})

const pathMissing = builderAdvice({
  id: 'base-path-missing',
  severity: 'warning',
  summary: 'a base image sets no PATH',
  reference: BUILD_IMAGE,
  refusedBy: { spec: 'PATH is set in the image' },
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    for (const image of baseImages(input)) {
      if (hasPath(image.config)) continue
      report({
        message: `${nameOfBase(image)} sets no PATH`,
        place: image.place,
        fix: 'set PATH in the Env of the image; it may be empty',
      })
    }
  },
})

const runSameUser = builderAdvice({
  id: 'base-run-same-user',
  severity: 'warning',
  summary: 'applications run as the user who built them, and can change their own files',
  reference: RUN_IMAGE,
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const [build, ...runs] = baseImages(input)
    if (build === undefined || isRoot(build.config)) return
    for (const run of runs.filter(({ config }) => userOf(config) === userOf(build.config))) {
      report({
        message: `${nameOfBase(run)} runs as ${userOf(run.config)}, as ${nameOfBase(build)} does`,
        place: run.place,
        value: run.config.user,
        fix: 'give the run image a user of its own, in the same group',
      })
    }
  },
})

const envEquals = builderAdvice({
  id: 'base-env-equals',
  severity: 'warning',
  summary: 'a variable of the build image has "=" in its value, at which the extender fails',
  reference: 'lifecycle 0.21: extend splits each entry of Env at "="',
  refusedBy: { lifecycle: 'extend, when an extension changes the build image' },
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const [image] = baseImages(input)
    if (image === undefined || input.config.extensions.length === 0) return
    const names = variablesWithEquals(image.config)
    if (names.length === 0) return
    report({
      message: `${names.join(', ')} of ${nameOfBase(image)} has "=" in its value, and the builder has extensions`,
      place: image.place,
      value: names.join(', '),
      fix: 'set the variable another way in the image, or leave extensions of the build image out',
    })
  },
})

const userNotNumeric = builderAdvice({
  id: 'base-user-not-numeric',
  severity: 'warning',
  summary: 'a base image names its user by a name, or names no group, so that Dockerfiles of extensions get no ids',
  reference: 'https://github.com/buildpacks/spec/blob/main/image_extension.md',
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    if (input.config.extensions.length === 0) return
    for (const image of baseImages(input)) {
      const { user } = image.config
      if (user === '' || isNumericUser(user)) continue
      report({
        message: `${nameOfBase(image)} runs as ${user}, so the Dockerfiles of extensions do not get user_id and group_id as numbers`,
        place: image.place,
        value: user,
        fix: 'write User as numbers in the image, such as 1000:1000',
      })
    }
  },
})

/** Who a base image says it runs as, and in what environment. */
export const BASE_USER_ADVICE: readonly Rule<BuilderSubject>[] = [
  userRoot,
  userEnvMismatch,
  pathMissing,
  runSameUser,
  envEquals,
  userNotNumeric,
]

/** Says the same of several images once. @param what follows the names of the images */
export function reportTogether(
  images: readonly BaseImage[],
  report: ReportFinding,
  { what, value, fix }: { readonly what: string; readonly value?: string; readonly fix: string },
): void {
  const [first, ...others] = images
  if (first === undefined) return
  report({
    message: `${images.map(nameOfBase).join(', ')} ${what}`,
    place: first.place,
    value: value ?? first.reference,
    fix,
    ...(others.length === 0 ? {} : { also: others.map(({ place }) => place) }),
  })
}
