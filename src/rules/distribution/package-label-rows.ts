import { LABEL } from '../../cnb/labels.js'
import { moduleName } from '../../cnb/module.js'
import { labelsOf, problemOf } from './labels.js'
import { isComponent, mainOf, modulesOf, reachable, stackOf, stacksOf } from './package-labels.js'
import { BUILDPACKAGE, PACKAGES, REPACK } from './package-rows.js'
import { isStrict, onImage, type Row } from './row.js'

/** What the labels of a package have to say, and what they say together. */
export const PACKAGE_LABEL_ROWS: readonly Row[] = [
  {
    id: 'DIST-PKG-08',
    level: 'MUST',
    authority: ['R'],
    severity: 'error',
    summary: `label ${LABEL.packageMetadata} says which buildpack the package is`,
    judged: [
      onImage(BUILDPACKAGE, ({ labels }, fail) => {
        const label = labelsOf(labels).package
        const { id, version } = label.value?.info ?? {}
        const problem =
          problemOf(label) ??
          (id === '' || version === '' ? `label ${label.name} names no id, or no version` : undefined)
        if (problem !== undefined) fail({ message: problem, value: label.name, fix: REPACK })
      }),
    ],
  },
  {
    id: 'DIST-PKG-09',
    level: 'MUST',
    authority: ['R'],
    summary: 'a package names at least one stack, and each once',
    judged: [
      onImage(BUILDPACKAGE, (artifact, fail) => {
        const stacks = stacksOf(artifact)
        const twice = stacks.find(({ id }, index) => stacks.findIndex((other) => other.id === id) !== index)
        if (twice !== undefined) {
          fail({ message: `stack ${twice.id} is named twice`, value: twice.id, fix: 'name each stack once' })
        }
        // Since there are targets nobody wants stacks any more.
        if (stacks.length > 0 || !isStrict(artifact) || mainOf(artifact) === undefined) return
        fail({ message: 'the package names no stack', fix: 'add [[stacks]] with id = "*" to the buildpacks' })
      }),
    ],
  },
  {
    id: 'DIST-PKG-10',
    level: 'MUST',
    authority: ['R'],
    severity: 'error',
    summary: 'a layer of a package holds the buildpack that it is named after',
    judged: [
      onImage(PACKAGES, (artifact, fail) => {
        const main = mainOf(artifact)?.main
        if (main === undefined || artifact.image.config.diffIds.includes(main.diffId)) return
        fail({
          message: `${moduleName(main)}, after which the package is named, is in no layer of it`,
          value: main.diffId,
          fix: REPACK,
        })
      }),
    ],
  },
  {
    id: 'DIST-PKG-11',
    level: 'MUST',
    authority: ['R'],
    summary: 'every component runs on every stack that the package names',
    judged: [
      onImage(BUILDPACKAGE, (artifact, fail) => {
        for (const { id } of stacksOf(artifact)) {
          const misfit = modulesOf(artifact).find(
            (module) => isComponent(module) && module.stacks.length > 0 && stackOf(module, id) === undefined,
          )
          if (misfit === undefined) continue
          fail({
            message: `the package names stack ${id}, on which ${moduleName(misfit)} does not run`,
            value: id,
            fix: `${REPACK}: only stacks that all its buildpacks have in common are named`,
          })
        }
      }),
    ],
  },
  {
    id: 'DIST-PKG-12',
    level: 'MUST',
    authority: ['R'],
    summary: 'a package names all mixins that its buildpacks need',
    judged: [
      onImage(BUILDPACKAGE, (artifact, fail) => {
        for (const { id, mixins } of stacksOf(artifact)) {
          const named = new Set(mixins)
          for (const module of modulesOf(artifact).filter(isComponent)) {
            const missing = (stackOf(module, id)?.mixins ?? []).filter((mixin) => !named.has(mixin))
            if (missing.length === 0) continue
            fail({
              message: `${moduleName(module)} needs ${missing.join(', ')} of stack ${id}, which the package does not name`,
              value: missing.join(', '),
              fix: REPACK,
            })
          }
        }
      }),
    ],
  },
  {
    id: 'DIST-PKG-13',
    level: 'MUST',
    authority: ['R'],
    summary: 'every buildpack of a package can be come to from the one that it is named after',
    judged: [
      onImage(BUILDPACKAGE, (artifact, fail) => {
        const main = mainOf(artifact)?.main
        if (main === undefined) return
        const modules = modulesOf(artifact)
        const seen = reachable(main, modules)
        const lost = modules.map(moduleName).filter((name) => !seen.has(name))
        if (lost.length === 0) return
        fail({
          message: `no order leads from ${moduleName(main)} to ${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ` and ${lost.length - 5} more` : ''}`,
          value: lost[0],
          fix: 'name them in an order, or leave them out of the package',
        })
      }),
    ],
  },
  {
    id: 'DIST-PKG-14',
    level: 'MUST',
    authority: ['F'],
    summary: `label ${LABEL.buildpackLayers} says what is in which layer`,
    judged: [
      onImage(BUILDPACKAGE, ({ labels }, fail) => {
        const label = labelsOf(labels).buildpacks
        const problem = problemOf(label)
        if (problem !== undefined) fail({ message: problem, value: label.name, fix: REPACK })
      }),
      { by: 'rules', ids: ['artifact-layer-digest-mismatch'] },
    ],
  },
  {
    id: 'DIST-PKG-15',
    level: 'MUST',
    authority: ['F'],
    summary: 'one of the buildpacks of a package is the one that it is named after',
    judged: [
      onImage(BUILDPACKAGE, (artifact, fail) => {
        const found = mainOf(artifact)
        const modules = labelsOf(artifact.labels).buildpacks.value
        if (found === undefined || modules === undefined || found.main !== undefined) return
        const name = moduleName(found.metadata.info)
        fail({
          message: `the package is named after ${name}, but holds ${modules.map(moduleName).slice(0, 5).join(', ') || 'nothing'}`,
          value: name,
          fix: REPACK,
        })
      }),
    ],
  },
  absentLabel('DIST-PKG-16', 'io.buildpacks.buildpack.metadata'),
  absentLabel('DIST-PKG-17', 'io.buildpacks.distribution.api'),
  {
    id: 'DIST-PKG-19',
    level: 'MUST',
    authority: ['B'],
    summary: 'all that the orders of composites name is in the package, by version',
    judged: [{ by: 'rules', ids: ['order-composite-missing-dep', 'order-composite-unpinned'] }],
  },
]

/** A label of a draft, that nobody reads. */
function absentLabel(id: string, name: string): Row {
  return {
    id,
    level: 'MUST',
    authority: ['D'],
    summary: `a package has the label ${name}`,
    judged: [
      onImage(BUILDPACKAGE, ({ labels }, fail) => {
        if (labels.labels.has(name)) return
        fail({ message: `there is no label ${name}`, value: name, fix: `add it with --label ${name}=…` })
      }),
    ],
  }
}
