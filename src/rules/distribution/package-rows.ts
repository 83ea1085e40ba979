import { LABEL } from '../../cnb/labels.js'
import { moduleName, moduleRoot } from '../../cnb/module.js'
import type { ImageKind } from './kind.js'
import { labelsOf, problemOf } from './labels.js'
import { isComponent, mainOf, modulesOf, reachable, stackOf, stacksOf } from './package-labels.js'
import { checkDescriptors, checkFolders, placedModules, rootsOf } from './module-folders.js'
import { isStrict, onFiles, onImage, type Row } from './row.js'

const BUILDPACK: readonly ImageKind[] = ['buildpackage']
/** Packages of both kinds. */
export const PACKAGES: readonly ImageKind[] = ['buildpackage', 'extension-package']
/** What mends most of them. */
export const REPACK = 'package it again'

/** What a package of buildpacks has to be. @see https://github.com/buildpacks/spec/blob/main/distribution.md#buildpackage */
export const PACKAGE_ROWS: readonly Row[] = [
  {
    id: 'DIST-PKG-01',
    level: 'MUST',
    authority: ['R'],
    summary: 'a package is an OCI image in a registry or an engine, or a .cnb file',
    judged: [{ by: 'reading', why: 'what is no image cannot be read, and ends the check of it with an error' }],
  },
  {
    id: 'DIST-PKG-02',
    level: 'MUST',
    authority: ['R'],
    summary: 'a .cnb file is an uncompressed tar of an OCI layout',
    judged: [
      onImage(PACKAGES, ({ at, isCompressed }, fail) => {
        if (!isCompressed || at.kind !== 'archive') return
        fail({
          message: 'the file is compressed',
          value: at.file,
          fix: 'decompress it: its layers are compressed already',
        })
      }),
    ],
  },
  {
    id: 'DIST-PKG-03',
    level: 'SHOULD',
    authority: ['R'],
    summary: 'the name of a package file ends in .cnb',
    judged: [
      onImage(PACKAGES, ({ at }, fail) => {
        if (at.kind !== 'archive' || at.file.endsWith('.cnb')) return
        const name = at.file.slice(at.file.lastIndexOf('/') + 1)
        fail({
          message: `${name} does not end in .cnb`,
          value: name,
          fix: `call it ${name.replace(/\.[^.]*$/, '')}.cnb`,
        })
      }),
    ],
  },
  {
    id: 'DIST-PKG-04',
    level: 'MUST',
    authority: ['R'],
    summary: 'every layer of a package is that of a module',
    judged: [
      onImage(PACKAGES, (artifact, fail) => {
        const { image } = artifact
        // Images of Windows begin with layers of their system.
        if (image.config.platform.os === 'windows') return
        const known = new Set(modulesOf(artifact).map(({ diffId }) => diffId))
        if (known.size === 0) return
        const others = image.config.diffIds.filter((diffId) => !known.has(diffId))
        const [first] = others
        if (first === undefined) return
        fail({
          message: `${others.length} of ${image.config.diffIds.length} layers belong to no module, the first is ${first}`,
          value: first,
          fix: `${REPACK}, with nothing but modules in it`,
        })
      }),
    ],
  },
  {
    id: 'DIST-PKG-05',
    level: 'MUST',
    authority: ['R'],
    summary: 'a layer of a package holds one module, and nothing else',
    judged: [
      onFiles(BUILDPACK, (artifact, fail) => {
        const placed = placedModules('buildpack', labelsOf(artifact.labels).buildpacks.value, artifact.files)
        for (const { kind, module, layer } of placed) {
          const root = moduleRoot(kind, module)
          if (layer?.roots.has(root) !== true) continue
          const { modules, others } = rootsOf(layer)
          // Flattened packages have several modules in one layer on purpose, and pack reads them.
          const strays = isStrict(artifact)
            ? [...others, ...modules.slice(0, 4).filter((path) => path !== root)]
            : others
          if (strays.length === 0) continue
          fail({
            message: `the layer of ${moduleName(module)} holds ${strays.slice(0, 3).join(', ')} too`,
            value: strays[0],
            fix: `${REPACK}, each module in a layer of its own`,
          })
        }
      }),
    ],
  },
  {
    id: 'DIST-PKG-06',
    level: 'MUST',
    authority: ['D', 'F'],
    summary: 'the folder of a buildpack is called like its id, with "_" for each "/", and then like its version',
    judged: [
      onFiles(BUILDPACK, ({ labels, files }, fail) => {
        checkFolders(placedModules('buildpack', labelsOf(labels).buildpacks.value, files), fail)
      }),
    ],
  },
  {
    id: 'DIST-PKG-07',
    level: 'MUST',
    authority: ['R', 'B'],
    severity: 'error',
    summary: 'in the folder of a buildpack is its buildpack.toml, with the id and version of the label',
    judged: [
      onFiles(BUILDPACK, ({ labels, files }, fail) => {
        checkDescriptors(placedModules('buildpack', labelsOf(labels).buildpacks.value, files), fail)
      }),
    ],
  },
  {
    id: 'DIST-PKG-08',
    level: 'MUST',
    authority: ['R'],
    severity: 'error',
    summary: `label ${LABEL.packageMetadata} says which buildpack the package is`,
    judged: [
      onImage(BUILDPACK, ({ labels }, fail) => {
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
      onImage(BUILDPACK, (artifact, fail) => {
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
      onImage(BUILDPACK, (artifact, fail) => {
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
      onImage(BUILDPACK, (artifact, fail) => {
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
      onImage(BUILDPACK, (artifact, fail) => {
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
      onImage(BUILDPACK, ({ labels }, fail) => {
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
      onImage(BUILDPACK, (artifact, fail) => {
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
    id: 'DIST-PKG-18',
    level: 'MUST',
    authority: ['O'],
    summary: 'the image says for which platform it is, with the variant that its targets want',
    judged: [
      onImage(PACKAGES, (artifact, fail) => {
        const { os, architecture, variant = '' } = artifact.image.config.platform
        if (os === '' || architecture === '') {
          fail({
            // pack makes packages for any architecture, and takes them.
            ...(os === '' ? {} : { severity: 'warning' }),
            message: `the image does not say for which ${os === '' ? 'operating system' : 'architecture'} it is`,
            fix: `${REPACK} with --target`,
          })
          return
        }
        const own = (mainOf(artifact)?.main?.targets ?? []).filter(
          (target) => target.os === os && target.arch === architecture,
        )
        if (variant !== '' || own.length === 0 || own.some((target) => target.variant === '')) return
        fail({
          severity: 'warning',
          message: `the image is for ${os}/${architecture}, but its targets want ${own.map((target) => target.variant).join(' or ')} of it`,
          value: `${os}/${architecture}`,
          fix: `${REPACK} with --target ${os}/${architecture}/${own[0]?.variant}`,
        })
      }),
    ],
  },
  {
    id: 'DIST-PKG-19',
    level: 'MUST',
    authority: ['B'],
    summary: 'all that the orders of composites name is in the package, by version',
    judged: [{ by: 'rules', ids: ['order-composite-missing-dep', 'order-composite-unpinned'] }],
  },
  {
    id: 'DIST-PKG-20',
    level: 'SHOULD',
    authority: ['A'],
    summary: 'annotations say title, version, source and more',
    judged: [{ by: 'rules', ids: ['artifact-annotations-missing'] }],
  },
  {
    id: 'DIST-PKG-21',
    level: 'SHOULD',
    authority: ['A'],
    summary: 'the same inputs give the same digests',
    judged: [
      { by: 'nobody', why: 'only making it a second time would tell, and what it was made of is not in the image' },
    ],
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
      onImage(BUILDPACK, ({ labels }, fail) => {
        if (labels.labels.has(name)) return
        fail({ message: `there is no label ${name}`, value: name, fix: `add it with --label ${name}=…` })
      }),
    ],
  }
}
