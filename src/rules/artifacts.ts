import type { RunImage } from '../cnb/builder-config.js'
import type { ModuleLayer } from '../cnb/layers-label.js'
import { moduleName, type ModuleId } from '../cnb/module.js'
import type { Order, SystemModules } from '../cnb/order.js'
import type { Severity } from '../errors.js'
import { isAttestation } from '../oci/attestation.js'
import { printWholePlatform } from '../oci/platform.js'
import type { Target } from '../cnb/target.js'
import { catalogOf } from '../plan/catalog.js'
import { resolveOrder, resolveSystem } from '../plan/resolve-order.js'
import { builderFiles } from './distribution/builder-files.js'
import { labelsOf } from './distribution/labels.js'
import { severityOf, type Artifact, type Fail, type Further, type Judgement } from './distribution/row.js'
import { DIST_ROWS, rowOfRule } from './distribution/rows.js'
import { imageAdvice, type Rule } from './rule.js'
import type { ImageSubject } from './subjects.js'

const DISTRIBUTION = 'https://github.com/buildpacks/spec/blob/main/distribution.md'

const conformance = imageAdvice({
  id: 'artifact-conformance',
  severity: 'error',
  summary: 'a published image lacks what the specifications, pack or the lifecycle want of it',
  reference: DISTRIBUTION,
  needs: ['image', 'root', 'at', 'isCompressed', 'kind', 'labels', 'profile', 'from'],
  check(input, report) {
    for (const row of DIST_ROWS) {
      const severity = severityOf(row, input.profile)
      if (severity === undefined) continue
      for (const judgement of row.judged) {
        check(judgement, input, ({ message, severity: own, ...rest }) => {
          report({
            ...rest,
            severity: severityFor(severity, own, input),
            message: `${row.id}: ${message}`,
            place: { file: input.from },
          })
        })
      }
    }
  },
})

/** A profile that counts every word of the specifications is not softened by what a row knows of others. */
function severityFor(severity: Severity, own: Severity | undefined, { profile }: Artifact): Severity {
  return own === undefined || profile.name === 'strict-spec' ? severity : own
}

function check(
  judgement: Judgement,
  input: Artifact & { readonly [Part in keyof Further]: Further[Part] | undefined },
  fail: Fail,
): void {
  if (!('of' in judgement) || !judgement.of.includes(input.kind)) return
  const { files, runImages } = input
  if (judgement.by === 'image') judgement.check(input, fail)
  if (judgement.by === 'files' && files !== undefined) judgement.check({ ...input, files }, fail)
  if (judgement.by === 'runImages' && runImages !== undefined) judgement.check({ ...input, runImages }, fail)
}

const layerMissing = imageAdvice({
  id: 'artifact-layer-digest-mismatch',
  severity: 'error',
  summary: 'a label names a layer that the image does not have, or a layer is not what its digest says',
  reference: DISTRIBUTION,
  needs: ['image', 'labels', 'kind', 'from'],
  check({ image, labels, kind, from }, report) {
    const there = new Set(image.config.diffIds)
    const { buildpacks, extensions } = labelsOf(labels)
    const row = rowOfRule('artifact-layer-digest-mismatch', kind)
    for (const label of [buildpacks, extensions]) {
      for (const module of label.value ?? []) {
        if (there.has(module.diffId)) continue
        report({
          message: `${row === undefined ? '' : `${row}: `}label ${label.name} says that ${moduleName(module)} is in layer ${module.diffId}, which the image does not have`,
          place: { file: from },
          value: module.diffId,
          fix: 'make the image again',
        })
      }
    }
  },
})

const fileDrift = imageAdvice({
  id: 'artifact-label-file-drift',
  severity: 'error',
  summary: 'labels of a builder say something else than the files that the lifecycle reads',
  reference: DISTRIBUTION,
  needs: ['labels', 'kind', 'from', 'files'],
  check({ labels, kind, from, files }, report) {
    if (kind !== 'builder') return
    const { order, orderExtensions, system, builder, buildpacks, extensions } = labelsOf(labels)
    const inFiles = builderFiles(files)
    const say = (label: string, file: string, [said, is]: readonly [string, string]): void => {
      if (said === is) return
      const row = label === order.name ? 'DIST-BLD-11: ' : ''
      report({
        message: `${row}label ${label} says ${said || 'nothing'}, but ${file} ${is || 'nothing'}`,
        place: { file: from },
        value: label,
        fix: 'make the builder again: pack reads the label, and the lifecycle the file',
      })
    }
    const { value: orders } = inFiles.order
    if (orders !== undefined && order.problem === undefined && orderExtensions.problem === undefined) {
      const file = '/cnb/order.toml'
      say(order.name, file, [printOrder(pinned(order.value, buildpacks.value)), printOrder(orders.order)])
      say(orderExtensions.name, file, [
        printOrder(withoutOptional(pinned(orderExtensions.value, extensions.value))),
        printOrder(withoutOptional(orders.orderExtensions)),
      ])
    }
    if (inFiles.system.value !== undefined && system.value !== undefined) {
      const said = resolveSystem(system.value, catalogOf(buildpacks.value ?? []), () => {})
      say(system.name, '/cnb/system.toml', [printSystem(said), printSystem(inFiles.system.value)])
    }
    if (inFiles.run.value !== undefined && builder.value !== undefined) {
      say(builder.name, '/cnb/run.toml', [printImages(builder.value.runImages), printImages(inFiles.run.value)])
    }
  },
})

function pinned(order: Order | undefined, modules: readonly ModuleLayer[] = []): Order {
  return resolveOrder(order ?? [], catalogOf(modules), [], () => {})
}

/** Every extension is optional, whether it is written or not. */
function withoutOptional(order: Order): Order {
  return order.map(({ refs }) => ({ refs: refs?.map((ref) => ({ ...ref, optional: false })) }))
}

function printRefs(refs: readonly (ModuleId & { readonly optional: boolean })[]): string {
  return refs.map((ref) => `${moduleName(ref)}${ref.optional ? ' (optional)' : ''}`).join(', ')
}

function printOrder(order: Order): string {
  return order.map(({ refs = [] }) => `[${printRefs(refs)}]`).join(' ')
}

function printSystem({ pre, post }: SystemModules): string {
  return `[${printRefs(pre)}] … [${printRefs(post)}]`
}

function printImages(images: readonly RunImage[]): string {
  return images.map(({ image, mirrors = [] }) => [image, ...mirrors].join(' = ')).join(', ')
}

const indexPlatforms = imageAdvice({
  id: 'artifact-index-platforms',
  severity: 'error',
  summary: 'an index names a platform twice, or not those that its buildpacks are for',
  reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md',
  needs: ['root', 'labels', 'from'],
  check({ root, labels, from }, report) {
    if (root.kind !== 'index') return
    const platforms = root.children.flatMap(({ descriptor }) =>
      descriptor.platform === undefined || isAttestation(descriptor) ? [] : [descriptor.platform],
    )
    const names = platforms.map(printWholePlatform)
    const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
    for (const name of twice) {
      report({
        message: `the index names ${name} more than once, so which image is taken is left to chance`,
        place: { file: from },
        value: name,
        fix: 'leave all but one of them out',
      })
    }
    const main = labelsOf(labels).package.value?.info
    const targets = (main && mainTargets(labelsOf(labels).buildpacks.value, main)) ?? []
    const isThere = ({ os, arch }: Pick<Target, 'os' | 'arch'>): boolean =>
      platforms.some((platform) => platform.os === os && (arch === '' || platform.architecture === arch))
    const missing = targets.find((target) => !isThere(target))
    if (missing === undefined) return
    const name = [missing.os, missing.arch].filter((part) => part !== '').join('/')
    report({
      severity: 'warning',
      message: `${main?.id} says that it is for ${name}, for which the index has no image`,
      place: { file: from },
      value: name,
      fix: 'package it for that platform too, or take the target out',
    })
  },
})

function mainTargets(modules: readonly ModuleLayer[] | undefined, main: ModuleId): ModuleLayer['targets'] | undefined {
  return modules?.find((module) => moduleName(module) === moduleName(main))?.targets
}

/** @see https://github.com/buildpacks/rfcs/blob/main/text/0130-standardize-oci-annotations.md */
const ANNOTATIONS = ['title', 'version', 'url', 'description', 'source', 'revision'].map(
  (name) => `org.opencontainers.image.${name}`,
)

const annotationsMissing = imageAdvice({
  id: 'artifact-annotations-missing',
  severity: 'info',
  summary: 'a package or builder does not say in annotations what it is and where it comes from',
  reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys',
  needs: ['image', 'kind', 'from'],
  check({ image, kind, from }, report) {
    if (kind !== 'builder' && kind !== 'buildpackage' && kind !== 'extension-package') return
    const missing = ANNOTATIONS.filter((name) => image.manifest.annotations?.has(name) !== true)
    if (missing.length === 0) return
    const row = rowOfRule('artifact-annotations-missing', kind)
    report({
      message: `${row === undefined ? '' : `${row}: `}the manifest has no annotation ${missing.join(', ')}`,
      place: { file: from },
      value: missing[0],
      fix: 'add them with what publishes the image',
    })
  },
})

const provenanceMissing = imageAdvice({
  id: 'artifact-provenance-missing',
  severity: 'warning',
  summary: 'no attestation says how a published image was made, or what is in it',
  reference: 'https://slsa.dev/spec/v1.0/distributing-provenance',
  needs: ['kind', 'from', 'isAttested'],
  check({ kind, from, isAttested }, report) {
    if (isAttested || kind === 'other') return
    report({
      message: 'nothing refers to the image: no provenance and no bill of materials was published with it',
      place: { file: from },
      fix: 'attach what your builds know of it, with cosign attest or actions/attest-build-provenance',
    })
  },
})

/** What `check` says of a published image. */
export const ARTIFACT_ADVICE: readonly Rule<ImageSubject>[] = [
  conformance,
  layerMissing,
  fileDrift,
  indexPlatforms,
  annotationsMissing,
  provenanceMissing,
]

/** `rules` for what an image of a kind is made of: what they find begins with the id of the row that they state. */
export function statingRows<Input>(rules: readonly Rule<Input>[], kind: ImageSubject['kind']): Rule<Input>[] {
  return rules.map((rule) => {
    const row = rowOfRule(rule.id, kind)
    if (row === undefined) return rule
    return {
      ...rule,
      check(input, report) {
        rule.check(input, (finding) => {
          report({ ...finding, message: `${row}: ${finding.message}` })
        })
      },
    }
  })
}
