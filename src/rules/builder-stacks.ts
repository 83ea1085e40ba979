import { LABEL } from '../cnb/labels.js'
import type { KeyPath, TomlDocument } from '../toml/document.js'
import { baseOf } from './base-of.js'
import { endedStack, printEnded, sourcesOf, STACK_EOL, stackIdProblem } from './module-stacks.js'
import { builderAdvice, type Judged, type Rule } from './rule.js'
import { stackOfRunImage } from './stacks.js'
import type { BuilderSubject } from './subjects.js'

const CONFIG = 'https://buildpacks.io/docs/reference/config/builder-config/'
const STACK_ID = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#stack-id'
const STACK = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#stacks'

/** The text at `path`; empty when there is none. */
function textAt(document: TomlDocument, path: KeyPath): string {
  const node = document.valueAt(path)
  return node?.kind === 'string' ? node.value : ''
}

/** The older keys with those that replace them. */
const REPLACED: readonly (readonly [older: KeyPath, newer: KeyPath, name: string])[] = [
  [['stack', 'build-image'], ['build', 'image'], 'build.image'],
  [['stack', 'run-image'], ['run', 'images', 0, 'image'], 'the first of run.images'],
]

const configConflict = builderAdvice({
  id: 'stack-config-conflict',
  severity: 'warning',
  summary: '[stack] names another image than [build] or [run], and is passed over',
  reference: `${CONFIG}#stack-deprecated; pack 0.40.6 overwrites the one with the other before it compares them`,
  needs: ['document'],
  check({ document }, report) {
    for (const [older, newer, name] of REPLACED) {
      const [passedOver, taken] = [textAt(document, older), textAt(document, newer)]
      if (passedOver === '' || taken === '' || passedOver === taken) continue
      report({
        message: `${older.join('.')} is ${passedOver}, but ${name} is ${taken}, and only that counts`,
        place: document.locate(older),
        value: passedOver,
        notes: ['readers of before 2023 see only [stack], and so another image'],
        fix: 'make them equal, or remove [stack]',
      })
    }
  },
})

const mirrorsDropped = builderAdvice({
  id: 'stack-mirrors-dropped',
  severity: 'warning',
  summary: '[stack] lists mirrors of the run image, and [run] lists none, so that there are none',
  reference: CONFIG,
  needs: ['config', 'document'],
  check({ config, document }, report) {
    const path = ['stack', 'run-image-mirrors']
    const mirrors = document.valueAt(path)
    if (mirrors?.kind !== 'array' || mirrors.items.length === 0) return
    const isTaken = config.runImages.some(({ mirrors: taken = [] }) => taken.length > 0)
    if (isTaken || !document.has(['run', 'images', 0])) return
    report({
      message: `stack.run-image-mirrors lists ${mirrors.items.length === 1 ? 'a mirror' : `${mirrors.items.length} mirrors`}, but [[run.images]] is there and lists none, so there are none`,
      place: document.locate(path),
      fix: 'write them as mirrors of an entry of [[run.images]]',
    })
  },
})

const onlyConfig = builderAdvice({
  id: 'stack-only-config',
  severity: 'warning',
  summary: 'builder.toml names its images in [stack] only, which is deprecated',
  reference: CONFIG,
  needs: ['document'],
  check({ document }, report) {
    const isOld = REPLACED.some(([older]) => textAt(document, older) !== '')
    if (!isOld || document.has(['build', 'image']) || document.has(['run', 'images'])) return
    report({
      message: 'the images are named in [stack] only, which is deprecated since Platform API 0.12',
      place: document.locate(['stack']),
      fix: 'write [build] and [[run.images]], as trowel check --fix does',
    })
  },
})

const idCharset = builderAdvice({
  id: 'stack-id-charset',
  severity: 'warning',
  summary: 'the id of a stack has characters that none can have',
  reference: STACK_ID,
  refusedBy: { spec: 'a stack id is made of letters, digits, ".", "/" and "-"' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    const problem = config.stackId === '' ? undefined : stackIdProblem(config.stackId)
    if (problem !== undefined) report({ ...problem, place: locate(['stack', 'id']) })
  },
})

/** An image of a builder, where builder.toml names it. */
interface NamedImage {
  readonly what: string
  readonly path: KeyPath
  /** Empty when it has none. */
  readonly stackId: string
}

function namedImages(input: Judged<BuilderSubject>): NamedImage[] {
  const base = baseOf(input)
  const build = base && { what: 'build image', path: ['build', 'image'], stackId: base.stackId }
  const run = (input.runImages ?? []).flatMap((image): NamedImage[] => {
    const stackId = stackOfRunImage(image)
    return stackId === undefined ? [] : [{ what: `run image ${image.reference}`, path: image.path, stackId }]
  })
  return [...(build === undefined ? [] : [build]), ...run]
}

const compatMissing = builderAdvice({
  id: 'stack-compat-missing',
  severity: 'info',
  summary: 'an image has no stack label, without which older platforms do not take it',
  reference: STACK,
  refusedBy: { kpack: 'builder and clusterstack' },
  needs: ['locate', 'base', 'labels', 'runImages'],
  whole: ['runImages'],
  check(input, report) {
    const images = namedImages(input).filter(({ stackId }) => stackId === '')
    const [first, ...others] = images
    if (first === undefined) return
    report({
      message: `${images.map(({ what }) => what).join(', ')}: no label ${LABEL.stackId}, which kpack and platforms older than Platform API 0.12 require`,
      place: input.locate(first.path),
      also: others.map(({ path }) => input.locate(path)),
      fix: `give the images the label ${LABEL.stackId} if such platforms are to take them`,
    })
  },
})

const eol = builderAdvice({
  ...STACK_EOL,
  needs: ['config', 'locate', 'base', 'labels', 'runImages', 'asOf'],
  whole: ['runImages'],
  check(input, report) {
    const ended = namedImages(input).flatMap(({ what, path, stackId }) => {
      const life = endedStack(stackId, input.asOf)
      return life === undefined ? [] : [{ what, path, stackId, life }]
    })
    const [first, ...others] = ended
    if (first === undefined) return
    report({
      message: `${ended.map(({ what }) => what).join(', ')}: ${printEnded(first.stackId, first.life)}`,
      place: input.locate(first.path),
      also: others.map(({ path }) => input.locate(path)),
      value: first.stackId,
      notes: sourcesOf(ended.map(({ life }) => life)),
      fix: 'choose images of a stack that gets updates, and buildpacks that run on it',
    })
  },
})

/** `[stack]`, and the stack labels of the images. */
export const BUILDER_STACK_ADVICE: readonly Rule<BuilderSubject>[] = [
  configConflict,
  mirrorsDropped,
  onlyConfig,
  idCharset,
  compatMissing,
  eol,
]
