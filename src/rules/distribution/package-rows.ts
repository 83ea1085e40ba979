import { moduleName, moduleRoot } from '../../cnb/module.js'
import type { ImageKind } from './kind.js'
import { labelsOf } from './labels.js'
import { mainOf, modulesOf } from './package-labels.js'
import { checkDescriptors, checkFolders, placedModules, rootsOf } from './module-folders.js'
import { isStrict, onFiles, onImage, type Row } from './row.js'

/** Packages of buildpacks. */
export const BUILDPACKAGE: readonly ImageKind[] = ['buildpackage']
/** Packages of both kinds. */
export const PACKAGES: readonly ImageKind[] = ['buildpackage', 'extension-package']
/** What mends most of them. */
export const REPACK = 'package it again'

/** What a package of buildpacks has to be, as a file, an image, and in its layers. @see https://github.com/buildpacks/spec/blob/main/distribution.md#buildpackage */
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
      onFiles(BUILDPACKAGE, (artifact, fail) => {
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
      onFiles(BUILDPACKAGE, ({ labels, files }, fail) => {
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
      onFiles(BUILDPACKAGE, ({ labels, files }, fail) => {
        checkDescriptors(placedModules('buildpack', labelsOf(labels).buildpacks.value, files), fail)
      }),
    ],
  },
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
