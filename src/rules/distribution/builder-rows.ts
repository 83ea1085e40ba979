import { apiSupportOf } from '../../cnb/builder-label.js'
import { LABEL } from '../../cnb/labels.js'
import { knownApis } from '../../cnb/lifecycle-apis.js'
import { moduleName } from '../../cnb/module.js'
import { DEFAULT_LIMITS } from '../../limits.js'
import type { ImageKind } from './kind.js'
import { labelsOf, problemOf } from './labels.js'
import { onImage, type Row } from './row.js'

const BUILDER: readonly ImageKind[] = ['builder']
const REMAKE = 'make the builder again'

/** What a builder has to say of itself. */
export const BUILDER_LABEL_ROWS: readonly Row[] = [
  {
    id: 'DIST-BLD-02',
    level: 'MUST',
    authority: ['D', 'L'],
    summary: 'a builder keeps every variable and label of its build image',
    judged: [
      { by: 'nobody', why: 'no builder says on which build image it was made, so there is nothing to compare it with' },
    ],
  },
  {
    id: 'DIST-BLD-03',
    level: 'MUST',
    authority: ['P'],
    summary: 'a builder is a build image too, with all that one has to be',
    judged: [{ by: 'rows', ids: /^DIST-BI-/ }],
  },
  {
    id: 'DIST-BLD-10',
    level: 'MUST',
    authority: ['F'],
    summary: `label ${LABEL.builderMetadata} says what the lifecycle is, what APIs it has, and on what applications run`,
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const label = labelsOf(labels).builder
        const { name, value } = label
        if (value === undefined) {
          fail({ message: problemOf(label) ?? '', value: name, fix: REMAKE })
          return
        }
        const { version, buildpackApis, platformApis } = value.lifecycle
        const missing = [
          ...((version ?? '') === '' ? ['the version of the lifecycle'] : []),
          ...(knownApis(apiSupportOf(buildpackApis)).length === 0 ? ['its Buildpack APIs'] : []),
          ...(knownApis(apiSupportOf(platformApis)).length === 0 ? ['its Platform APIs'] : []),
          ...(value.runImages.length === 0 ? ['a run image'] : []),
        ]
        if (missing.length === 0) return
        fail({ message: `label ${name} does not name ${missing.join(', ')}`, value: name, fix: REMAKE })
      }),
    ],
  },
  {
    id: 'DIST-BLD-11',
    level: 'MUST',
    authority: ['D', 'F'],
    summary: `label ${LABEL.order} is the order of the buildpacks`,
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const label = labelsOf(labels).order
        // It says null in a builder without orders.
        const problem = labels.labels.has(label.name) ? label.problem : problemOf(label)
        if (problem !== undefined) fail({ message: problem, value: label.name, fix: REMAKE })
      }),
      { by: 'rules', ids: ['artifact-label-file-drift'] },
    ],
  },
  {
    id: 'DIST-BLD-12',
    level: 'MUST',
    authority: ['F'],
    summary: `label ${LABEL.buildpackLayers} says in which layers the buildpacks are, all of them`,
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const { builder, buildpacks } = labelsOf(labels)
        const named = builder.value?.buildpacks ?? []
        const problem = problemOf(buildpacks)
        if (problem !== undefined) {
          if (buildpacks.problem !== undefined || named.length > 0)
            fail({ message: problem, value: buildpacks.name, fix: REMAKE })
          return
        }
        const known = new Set(buildpacks.value?.map(moduleName))
        const lost = named.map(moduleName).filter((name) => !known.has(name))
        if (lost.length === 0) return
        fail({
          message: `label ${buildpacks.name} does not say where ${lost.slice(0, 5).join(', ')} is`,
          value: lost[0],
          fix: REMAKE,
        })
      }),
      { by: 'rules', ids: ['artifact-layer-digest-mismatch'] },
    ],
  },
  {
    id: 'DIST-BLD-13',
    level: 'MUST',
    authority: ['F'],
    summary: `a builder with extensions has the labels ${LABEL.extensionLayers} and ${LABEL.orderExtensions}`,
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const { builder, extensions, orderExtensions } = labelsOf(labels)
        const both = [extensions, orderExtensions]
        const named = builder.value?.extensions ?? []
        const hasExtensions = named.length > 0 || both.some((label) => labels.labels.has(label.name))
        for (const label of both) {
          const isNull = labels.labels.has(label.name) && label.problem === undefined
          const problem = isNull || !hasExtensions ? undefined : problemOf(label)
          if (problem !== undefined) fail({ message: problem, value: label.name, fix: REMAKE })
        }
      }),
    ],
  },
  {
    id: 'DIST-BLD-15',
    level: 'MUST',
    authority: ['D', 'L'],
    summary: `labels ${LABEL.lifecycleVersion} and ${LABEL.lifecycleApis} say what the lifecycle is`,
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const missing = [LABEL.lifecycleVersion, LABEL.lifecycleApis].filter((name) => !labels.labels.has(name))
        if (missing.length === 0) return
        fail({ message: `there is no label ${missing.join(', nor ')}`, value: missing[0], fix: 'add it with --label' })
      }),
    ],
  },
  {
    id: 'DIST-BLD-16',
    level: 'MUST',
    authority: ['L'],
    summary: 'label io.buildpacks.builder.api says which draft the builder follows',
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const name = 'io.buildpacks.builder.api'
        if (labels.labels.has(name)) return
        fail({ message: `there is no label ${name}`, value: name, fix: `add it with --label ${name}=0.1` })
      }),
    ],
  },
  {
    id: 'DIST-BLD-17',
    level: 'MUST NOT',
    authority: ['D'],
    summary: 'a builder has no label io.buildpacks.buildpack.metadata: that is one of packages',
    judged: [
      onImage(BUILDER, ({ labels }, fail) => {
        const name = 'io.buildpacks.buildpack.metadata'
        if (!labels.labels.has(name)) return
        fail({ message: `there is a label ${name}, as packages have it`, value: name, fix: 'leave it out' })
      }),
    ],
  },
  {
    id: 'DIST-BLD-21',
    level: 'MUST',
    authority: ['B'],
    summary: 'no two ids differ in case only, or in "/" and "_"',
    judged: [{ by: 'rules', ids: ['id-case-collision', 'id-escape-collision'] }],
  },
  {
    id: 'DIST-BLD-22',
    level: 'MUST',
    authority: ['F'],
    summary: 'the lifecycle supports the API of every module',
    judged: [{ by: 'rules', ids: ['api-unsupported'] }],
  },
  {
    id: 'DIST-BLD-23',
    level: 'MUST',
    authority: ['P'],
    summary: 'run images are for the platform and distro of the build image',
    judged: [{ by: 'rules', ids: ['target-build-run-mismatch', 'target-multiarch-missing-manifest'] }],
  },
  {
    id: 'DIST-BLD-24',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'the mirrors of a run image are in registries of their own, and hold the same image',
    judged: [{ by: 'rules', ids: ['run-mirror-same-registry', 'run-mirror-differs'] }],
  },
  {
    id: 'DIST-BLD-25',
    level: 'SHOULD',
    authority: ['A'],
    summary: `an image has no more than ${DEFAULT_LIMITS.layers} layers, which is all that docker takes`,
    judged: [
      onImage(BUILDER, ({ image }, fail) => {
        const count = image.config.diffIds.length
        if (count <= DEFAULT_LIMITS.layers) return
        fail({
          message: `the image has ${count} layers`,
          value: String(count),
          fix: 'put modules together with --flatten',
        })
      }),
    ],
  },
]
