import { LABEL } from '../../cnb/labels.js'
import { moduleName } from '../../cnb/module.js'
import { labelsOf, problemOf } from './labels.js'
import { checkDescriptors, checkFolders, placedModules } from './module-folders.js'
import { PACKAGES, REPACK } from './package-rows.js'
import { onFiles, onImage, type Row } from './row.js'

/** What a package of an extension has to be. */
export const EXTENSION_ROWS: readonly Row[] = [
  {
    id: 'DIST-EXT-01',
    level: 'MUST',
    authority: ['D', 'F'],
    summary: 'in the folder of an extension is its extension.toml',
    judged: [
      onFiles(['extension-package'], ({ labels, files }, fail) => {
        const placed = placedModules('extension', labelsOf(labels).extensions.value, files)
        checkFolders(placed, fail)
        checkDescriptors(placed, fail)
      }),
    ],
  },
  {
    id: 'DIST-EXT-02',
    level: 'MUST',
    authority: ['F'],
    summary: `labels ${LABEL.packageMetadata} and ${LABEL.extensionLayers} say which extension the package is`,
    judged: [
      onImage(['extension-package'], ({ labels }, fail) => {
        const read = labelsOf(labels)
        for (const label of [read.package, read.extensions]) {
          const problem = problemOf(label)
          if (problem !== undefined) fail({ message: problem, value: label.name, fix: REPACK })
        }
      }),
      { by: 'rules', ids: ['artifact-layer-digest-mismatch'] },
    ],
  },
  {
    id: 'DIST-EXT-03',
    level: 'MUST',
    authority: ['D'],
    summary: 'a package is one of buildpacks or one of an extension',
    judged: [
      onImage(PACKAGES, ({ labels }, fail) => {
        const { buildpackLayers, extensionLayers } = LABEL
        if (!labels.labels.has(buildpackLayers) || !labels.labels.has(extensionLayers)) return
        fail({
          message: `there are both labels, ${buildpackLayers} and ${extensionLayers}`,
          value: extensionLayers,
          fix: 'package the extension apart',
        })
      }),
    ],
  },
  {
    id: 'DIST-EXT-04',
    level: 'MUST',
    authority: ['F'],
    summary: 'a package of an extension holds one',
    judged: [
      onImage(['extension-package'], ({ labels }, fail) => {
        const extensions = labelsOf(labels).extensions.value
        if (extensions === undefined || extensions.length === 1) return
        fail({
          message: `the package holds ${extensions.length} extensions${extensions.length === 0 ? '' : `: ${extensions.map(moduleName).join(', ')}`}`,
          value: String(extensions.length),
          notes: ['pack takes one of them, and not always the same'],
          fix: 'package each extension apart',
        })
      }),
    ],
  },
]
