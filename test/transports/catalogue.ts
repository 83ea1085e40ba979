/**
 * Group O of the bad-input catalogue: OCI layouts, manifests and `.cnb` files. Each row makes its input in an empty directory.
 * The same rows are read with the readers alone and, through `--replace REF=…`, with the whole command.
 */
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { ErrorCode } from '#src/errors.js'
import {
  DOCKER,
  makeLayout,
  makePackage,
  moduleTar,
  MODULE_TOML,
  OCI,
  sha256,
  tarOfEntries,
  TestLayout,
  type TestDescriptor,
  type TestEntry,
} from '../support/layout.js'

/** As in the catalogue: refuse, accept, accept in one form, accept with a warning. */
export type Outcome = 'REJ' | 'ACC' | 'NORM' | 'WARN'

export interface Row {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  /** Of what is refused. */
  readonly code?: ErrorCode
  /**
   * Where it shows: when the image is opened, when its layers are read, or when a platform is picked from it. `module` rows
   * are images of modules, sound as images: the readers of modules judge them.
   */
  readonly shows: 'open' | 'layers' | 'platform' | 'module'
  /** What is to be read, when it is not the directory itself. */
  readonly file?: string
  /** True when no registry can have it, because it is about files that only layouts have. */
  readonly layoutOnly?: true
  /** What becomes of it when the sound image was a package. */
  readonly ofPackage?: { readonly outcome: Outcome; readonly code: ErrorCode }
  /** `sound` makes the layout that the row spoils, in place of the row's own. */
  make(directory: string, sound?: MakeSound): void
}

type MakeSound = (directory: string) => TestLayout

type Edit = (layout: TestLayout) => void

function layoutRow(
  [id, outcome, code, shows]: readonly [string, Outcome, ErrorCode | undefined, Row['shows']],
  about: string,
  edit: Edit,
): Row {
  const make = (directory: string, sound: MakeSound = shows === 'module' ? makePackage : makeLayout): void =>
    edit(sound(directory))
  return { id, about, outcome, shows, make, ...(code === undefined ? {} : { code }) }
}

const rejected = (id: string, code: ErrorCode, about: string, edit: Edit): Row =>
  layoutRow([id, 'REJ', code, 'open'], about, edit)
/** What is wrong is how it lies in a layout. */
const rejectedLayout = (id: string, code: ErrorCode, about: string, edit: Edit): Row => ({
  ...rejected(id, code, about, edit),
  layoutOnly: true,
})
const rejectedLayer = (id: string, code: ErrorCode, about: string, edit: Edit): Row =>
  layoutRow([id, 'REJ', code, 'layers'], about, edit)
const rejectedPlatform = (id: string, code: ErrorCode, about: string, edit: Edit): Row =>
  layoutRow([id, 'REJ', code, 'platform'], about, edit)
const rejectedModule = (id: string, code: ErrorCode, about: string, edit: Edit): Row =>
  layoutRow([id, 'REJ', code, 'module'], about, edit)
const accepted = (id: string, about: string, edit: Edit): Row =>
  layoutRow([id, 'ACC', undefined, 'layers'], about, edit)

/** An image that is sound, but holds no module. */
const noPackage = (row: Row): Row => ({ ...row, ofPackage: { outcome: 'REJ', code: 'E_LABEL' } })

const firstLayer = (layout: TestLayout): TestDescriptor => layout.manifest().layers[0] as TestDescriptor

/** Replaces text in index.json, where no edit of a value could make it. */
function editIndexText(layout: TestLayout, from: string | RegExp, to: string): void {
  const text = readFileSync(layout.path('index.json'), 'utf8')
  const edited = text.replace(from, to)
  if (edited === text) throw new Error(`nothing to replace in ${text}`)
  writeFileSync(layout.path('index.json'), edited)
}

/** Puts a manifest that differs from the sound one and is named by a sound descriptor. */
function manifestText(layout: TestLayout, edit: (text: string) => string): void {
  const [first] = layout.entries()
  if (first === undefined) throw new Error('the layout has no entry')
  const text = edit(readFileSync(layout.blobPath(first.digest), 'utf8'))
  layout.setEntries([{ ...first, ...layout.put(first.mediaType, Buffer.from(text)) }])
}

function configText(layout: TestLayout, edit: (text: string) => string | Uint8Array): void {
  layout.setConfigText(edit(JSON.stringify(layout.config())))
}

/** Puts a layer of this type with these bytes in the place of the sound one; its diffID is that of the sound tar. */
function replaceLayer(layout: TestLayout, mediaType: string, bytes: Uint8Array): void {
  layout.editManifest((manifest) => {
    manifest.layers = [layout.put(mediaType, bytes)]
  })
}

/** The tar of the sound layer. */
function soundTar(layout: TestLayout): Buffer {
  return gunzipSync(readFileSync(layout.blobPath(firstLayer(layout).digest)))
}

function setLabel(name: string, value: unknown): Edit {
  return (layout) =>
    layout.editConfig((config) => {
      config.config.Labels[name] = value
    })
}

const LAYERS_LABEL = 'io.buildpacks.buildpack.layers'

/** A package whose one layer holds these entries. */
function packageOf(id: string, outcome: Outcome, code: ErrorCode, about: string, entries: readonly TestEntry[]): Row {
  return {
    id,
    about,
    outcome,
    code,
    shows: 'module',
    make: (directory) => void makePackage(directory, moduleTar(entries)),
  }
}

const MODULE_ROOT = '/cnb/buildpacks/acme_x/1.0.0'
const MODULE_ENTRIES: readonly TestEntry[] = [
  { name: '/cnb/buildpacks/acme_x', type: '5' },
  { name: MODULE_ROOT, type: '5' },
  { name: `${MODULE_ROOT}/buildpack.toml`, content: MODULE_TOML },
]

/** A `.cnb` file: what `edit` makes of the entries of a sound layout. */
function archiveRow(
  outcome: readonly [string, Outcome, ErrorCode?],
  about: string,
  edit: (entries: TestEntry[], layout: TestLayout) => readonly TestEntry[] | Buffer,
  editLayout: Edit = () => undefined,
): Row {
  const [id, expected, code] = outcome
  return {
    id,
    about,
    outcome: expected,
    shows: 'layers',
    file: 'x.cnb',
    ...(code === undefined ? {} : { code }),
    make: (directory, sound: MakeSound = makeLayout) => {
      const layout = sound(join(directory, 'source'))
      editLayout(layout)
      const made = edit(layout.tarEntries(), layout)
      writeFileSync(join(directory, 'x.cnb'), Buffer.isBuffer(made) ? made : tarOfEntries(made))
      rmSync(layout.directory, { recursive: true })
    },
  }
}

const isBlob = (entry: TestEntry): boolean => entry.name.startsWith('/blobs/sha256/')

function nestedIndexes(layout: TestLayout, depth: number): void {
  let inner: TestDescriptor = { ...layout.image(), platform: { os: 'linux', architecture: 'amd64' } }
  for (let level = 0; level < depth; level++) {
    inner = layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: [inner] })
  }
  layout.setEntries([inner])
}

function setIndex(layout: TestLayout, manifests: readonly unknown[], mediaType: string = OCI.index): void {
  layout.setEntries([layout.putJson(mediaType, { schemaVersion: 2, mediaType, manifests })])
}

const AMD64 = { os: 'linux', architecture: 'amd64' }
const ARM64 = { os: 'linux', architecture: 'arm64' }

const LAYOUT_ROWS: readonly Row[] = [
  rejected('O-01', 'E_OCI_BLOB_MISSING', 'layer blob missing', (layout) =>
    rmSync(layout.blobPath(firstLayer(layout).digest)),
  ),
  rejectedLayer('O-02', 'E_DIGEST', 'one bit flipped in a layer', (layout) =>
    layout.damage(firstLayer(layout).digest, (bytes) => {
      bytes[20] = (bytes[20] ?? 0) ^ 1
      return bytes
    }),
  ),
  rejectedLayer('O-03', 'E_DIGEST', 'layer recompressed: same diffID, same size, other digest', (layout) =>
    layout.damage(firstLayer(layout).digest, (bytes) => {
      bytes[4] = 1
      return bytes
    }),
  ),
  rejected('O-04', 'E_SIZE', 'one byte appended to a blob', (layout) =>
    layout.damage(firstLayer(layout).digest, (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
  ),
  rejected('O-05', 'E_SIZE', 'blob truncated', (layout) =>
    layout.damage(firstLayer(layout).digest, (bytes) => bytes.subarray(0, -1)),
  ),
  rejected('O-06', 'E_DIGEST', 'config altered, valid JSON', (layout) =>
    layout.damage(layout.manifest().config.digest as string, (bytes) =>
      Buffer.from(bytes.toString().replace('CNB_USER_ID=1000', 'CNB_USER_ID=1001')),
    ),
  ),
  rejected('O-07', 'E_SIZE', 'manifest altered by one space', (layout) =>
    layout.damage(layout.entries()[0]?.digest ?? '', (bytes) => Buffer.concat([bytes, Buffer.from(' ')])),
  ),
  rejectedLayout('O-08', 'E_SIZE', 'size of a descriptor one too large', (layout) =>
    layout.editEntry((entry) => entry.size++),
  ),
  rejectedLayout('O-09', 'E_SIZE', 'size of a descriptor one too small', (layout) =>
    layout.editEntry((entry) => entry.size--),
  ),
  rejectedLayout('O-10', 'E_JSON', 'size 2^53+1', (layout) =>
    editIndexText(layout, /"size":\d+/, '"size":9007199254740993'),
  ),
  rejectedLayout('O-10', 'E_MANIFEST', 'size negative', (layout) => editIndexText(layout, /"size":\d+/, '"size":-1')),
  rejectedLayer('O-11', 'E_DIFFID', 'diff_ids wrong', (layout) =>
    // The labels of a package keep in step: what lies is the config alone.
    layout.editConfig((config) =>
      JSON.parse(JSON.stringify(config).replaceAll(config.rootfs.diff_ids[0], sha256(Buffer.from('another')))),
    ),
  ),
  rejected('O-12', 'E_DIFFID', 'more diff_ids than layers', (layout) =>
    layout.editConfig((config) => void config.rootfs.diff_ids.push(sha256(Buffer.from('another')))),
  ),
  rejected('O-12', 'E_DIFFID', 'fewer diff_ids than layers', (layout) =>
    layout.editConfig((config) => void config.rootfs.diff_ids.pop()),
  ),
  ...['sha256:../../../../etc/passwd', `sha256:${'A'.repeat(64)}`, 'sha256:', `sha256:${'a'.repeat(63)}`].map(
    (digest) =>
      rejectedLayout(digest.includes('A') ? 'O-15' : 'O-13', 'E_DIGEST_SYNTAX', `digest ${digest}`, (layout) =>
        layout.editEntry((entry) => {
          entry.digest = digest
        }),
      ),
  ),
  rejectedLayout('O-14', 'E_DIGEST_SYNTAX', 'digest algorithm ../sha256', (layout) =>
    layout.editEntry((entry) => {
      entry.digest = `../${entry.digest}`
    }),
  ),
  ...[`md5:${'a'.repeat(32)}`, `blake3:${'a'.repeat(64)}`, `__proto__:${'a'.repeat(64)}`].map((digest) =>
    rejectedLayout('O-16', 'E_DIGEST_SYNTAX', `digest ${digest.slice(0, 12)}…`, (layout) =>
      layout.editEntry((entry) => {
        entry.digest = digest
      }),
    ),
  ),
  accepted('O-16', 'layer with a sha512 digest', (layout) => {
    const bytes = readFileSync(layout.blobPath(firstLayer(layout).digest))
    const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}`
    layout.write(`blobs/${digest.replace(':', '/')}`, bytes)
    layout.editManifest((manifest) => {
      manifest.layers[0].digest = digest
    })
  }),
  rejected('O-17', 'E_MEDIATYPE_CONFUSION', 'manifest that is also an index', (layout) =>
    layout.editManifest((manifest) => {
      manifest.manifests = []
    }),
  ),
  rejectedLayout('O-17', 'E_MEDIATYPE_CONFUSION', 'index.json that is also a manifest', (layout) =>
    editIndexText(layout, '{', '{"layers":[],'),
  ),
  rejected('O-18', 'E_MEDIATYPE_CONFUSION', 'mediaType inside differs from the descriptor', (layout) =>
    layout.editManifest((manifest) => {
      manifest.mediaType = DOCKER.manifest
    }),
  ),
  rejectedPlatform('O-19', 'E_OCI_LIMIT', 'indexes nested 2000 deep', (layout) => nestedIndexes(layout, 2000)),
  layoutRow(['O-19', 'ACC', undefined, 'platform'], 'indexes nested as deep as the limit', (layout) =>
    nestedIndexes(layout, 8),
  ),
  rejectedLayout('O-20', 'E_OCI_LAYOUT', 'oci-layout missing', (layout) => rmSync(layout.path('oci-layout'))),
  rejectedLayout('O-21', 'E_OCI_LAYOUT', 'layout version 9.0.0', (layout) =>
    layout.writeJson('oci-layout', { imageLayoutVersion: '9.0.0' }),
  ),
  rejectedLayout('O-22', 'E_OCI_LAYOUT', 'manifests empty', (layout) => layout.setEntries([])),
  rejectedPlatform('O-22', 'E_PLATFORM', 'an index without manifests', (layout) => setIndex(layout, [])),
  rejectedLayout('O-23', 'E_MANIFEST', 'manifests null', (layout) =>
    editIndexText(layout, /"manifests":.*/s, '"manifests":null}'),
  ),
  rejectedLayout('O-24', 'E_JSON_DUP', 'key manifests twice', (layout) =>
    editIndexText(layout, '{', '{"manifests":[],'),
  ),
  rejected('O-24', 'E_JSON_DUP', 'key layers twice', (layout) =>
    manifestText(layout, (text) => text.replace('{', '{"layers":[],')),
  ),
  rejectedLayout('O-25', 'E_OCI_LAYOUT', 'layer blob is a symbolic link', (layout) => {
    const file = layout.blobPath(firstLayer(layout).digest)
    const elsewhere = join(dirname(layout.directory), 'elsewhere')
    renameSync(file, elsewhere)
    symlinkSync(elsewhere, file)
  }),
  rejectedLayout('O-26', 'E_AMBIGUOUS_REF', 'two images with the same ref name', (layout) => {
    const annotations = { 'org.opencontainers.image.ref.name': 'latest' }
    layout.setEntries(
      [layout.image({ labels: { a: '1' } }), layout.image()].map((entry) => ({ ...entry, annotations })),
    )
  }),
  rejectedLayout('O-26', 'E_AMBIGUOUS_REF', 'the same image twice under the same ref name', (layout) => {
    const entry = { ...layout.image(), annotations: { 'org.opencontainers.image.ref.name': 'latest' } }
    layout.setEntries([entry, entry])
  }),
  rejected('O-27', 'E_OCI_LIMIT', '5 MiB manifest', (layout) =>
    layout.editManifest((manifest) => {
      manifest.annotations = { filler: 'x'.repeat(5 * 1024 * 1024) }
    }),
  ),
  rejectedLayout('O-28', 'E_DIGEST', 'data field that does not match its digest', (layout) =>
    layout.editEntry((entry) => {
      entry['data'] = Buffer.from('{}').toString('base64')
    }),
  ),
  accepted('O-28', 'data field that matches its digest', (layout) =>
    layout.editEntry((entry) => {
      entry['data'] = readFileSync(layout.blobPath(entry.digest)).toString('base64')
    }),
  ),
  rejectedLayer('O-29', 'E_COMPRESSION_MISMATCH', 'layer declared as tar, bytes are gzip', (layout) =>
    replaceLayer(layout, OCI.tar, gzipSync(soundTar(layout))),
  ),
  rejectedLayer('O-29', 'E_COMPRESSION_MISMATCH', 'layer declared as gzip, bytes are tar', (layout) =>
    replaceLayer(layout, OCI.gzip, soundTar(layout)),
  ),
  rejectedLayer('O-30', 'E_COMPRESSION_MISMATCH', 'layer declared as zstd, bytes are gzip', (layout) =>
    replaceLayer(layout, OCI.zstd, gzipSync(soundTar(layout))),
  ),
  accepted('O-31', 'unknown fields everywhere', (layout) => {
    layout.editConfig((config) => {
      config['x-new'] = { a: [1] }
      config.config['x-new'] = {}
      config.rootfs['x-new'] = null
    })
    layout.editManifest((manifest) => {
      manifest['x-new'] = {}
      manifest.config['x-new'] = {}
    })
    layout.editEntry((entry) => {
      entry['x-new'] = {}
    })
    editIndexText(layout, '{', '{"x-new":{},')
  }),
  rejectedModule('O-32', 'E_IMAGE_KIND', 'layer with urls, which are never asked', (layout) =>
    layout.editManifest((manifest) => {
      manifest.layers[0].urls = ['http://127.0.0.1:9/canary']
    }),
  ),
  rejected('O-32', 'E_OCI_BLOB_MISSING', 'layer with urls that is not there', (layout) => {
    rmSync(layout.blobPath(firstLayer(layout).digest))
    layout.editManifest((manifest) => {
      manifest.layers[0].urls = ['http://127.0.0.1:9/canary']
    })
  }),
  rejected('O-33', 'E_IMAGE_KIND', 'unknown type of layer', (layout) =>
    replaceLayer(layout, 'application/vnd.example.thing', Buffer.from('thing')),
  ),
  rejected('O-33', 'E_IMAGE_KIND', 'artifact with the empty config', (layout) =>
    layout.editManifest((manifest) => {
      manifest.artifactType = 'application/vnd.example.sbom'
      manifest.config = layout.put('application/vnd.oci.empty.v1+json', Buffer.from('{}'))
    }),
  ),
  rejected('O-33', 'E_IMAGE_KIND', 'entry that is neither image nor index', (layout) =>
    layout.editEntry((entry) => {
      entry.mediaType = 'application/vnd.example.thing'
    }),
  ),
  rejectedModule('O-33', 'E_IMAGE_KIND', 'image without layers and labels', (layout) =>
    layout.setEntries([layout.image({ tars: [] })]),
  ),
  rejectedModule('O-34', 'E_LABEL', 'label missing', setLabel(LAYERS_LABEL, undefined)),
  rejectedModule('O-34', 'E_LABEL', 'label is not JSON', setLabel(LAYERS_LABEL, 'not JSON')),
  rejectedModule('O-34', 'E_LABEL', 'label is JSON of another type', setLabel(LAYERS_LABEL, '[]')),
  rejectedModule(
    'O-34',
    'E_LABEL',
    'label with a __proto__ key',
    setLabel(LAYERS_LABEL, '{"__proto__":{"1.0.0":{"api":"0.10"}}}'),
  ),
  rejectedModule(
    'O-34',
    'E_LABEL',
    'label points at a diffID that is not in the rootfs',
    setLabel(
      LAYERS_LABEL,
      JSON.stringify({ 'acme/x': { '1.0.0': { api: '0.10', layerDiffID: sha256(Buffer.from('another')) } } }),
    ),
  ),
  rejected('O-34', 'E_LABEL', 'label of 3 MiB', setLabel('io.example.big', 'x'.repeat(3 * 1024 * 1024))),
  rejected('O-34', 'E_IMAGE_CONFIG', 'label that is no string', setLabel('io.example.number', 7)),
  rejectedModule('O-35', 'E_LABEL_LAYER_MISMATCH', 'label says another version than the layer holds', (layout) =>
    layout.editConfig((config) => {
      const labels = config.config.Labels as Record<string, string>
      for (const [name, value] of Object.entries(labels)) labels[name] = value.replaceAll('1.0.0', '2.0.0')
    }),
  ),
  packageOf('O-35', 'REJ', 'E_LABEL_LAYER_MISMATCH', 'buildpack.toml in the layer has another id', [
    ...MODULE_ENTRIES.slice(0, 2),
    { name: `${MODULE_ROOT}/buildpack.toml`, content: MODULE_TOML.replace('acme/x', 'acme/y') },
  ]),
  packageOf('O-35', 'REJ', 'E_LABEL_LAYER_MISMATCH', 'buildpack.toml in the layer has another API', [
    ...MODULE_ENTRIES.slice(0, 2),
    { name: `${MODULE_ROOT}/buildpack.toml`, content: MODULE_TOML.replace('0.10', '0.9') },
  ]),
  packageOf('O-36', 'REJ', 'E_TAR_PATH_ESCAPE', 'layer of a package with a path outside of its module', [
    ...MODULE_ENTRIES,
    { name: '/cnb/lifecycle/creator', content: 'evil' },
  ]),
  packageOf('O-36', 'REJ', 'E_TAR_WHITEOUT', 'layer of a package with a whiteout', [
    ...MODULE_ENTRIES,
    { name: `${MODULE_ROOT}/.wh.bin`, content: '' },
  ]),
  ...(
    [
      ['E_TAR_PATH_ESCAPE', 'an order of its own', { name: '/cnb/order.toml', content: '' }],
      ['E_TAR_PATH_ESCAPE', 'a link beside its module', { name: '/cnb/x', type: '2', link: 'buildpacks' }],
      ['E_TAR_LINK_ESCAPE', 'a hard link that leads out', { name: `${MODULE_ROOT}/h`, type: '1', link: '/etc/passwd' }],
      ['E_TAR_LINK_ESCAPE', 'a link that leads out', { name: `${MODULE_ROOT}/l`, type: '2', link: '/etc/passwd' }],
      ['E_TAR_SPECIAL', 'a device', { name: `${MODULE_ROOT}/n`, type: '3' }],
      ['E_TAR_DUPLICATE', 'its descriptor twice', { name: `.${MODULE_ROOT}/buildpack.toml`, content: MODULE_TOML }],
      ['E_TAR_WHITEOUT', 'an opaque whiteout', { name: `${MODULE_ROOT}/.wh..wh..opq`, content: '' }],
    ] as const
  ).map(([code, what, entry]) =>
    packageOf('O-36', 'REJ', code, `layer of a package with ${what}`, [...MODULE_ENTRIES, entry]),
  ),
  packageOf('O-35', 'REJ', 'E_LABEL_LAYER_MISMATCH', 'layer of a package without anything', []),
  packageOf('O-35', 'REJ', 'E_LABEL_LAYER_MISMATCH', 'buildpack.toml in the layer is empty', [
    ...MODULE_ENTRIES.slice(0, 2),
    { name: `${MODULE_ROOT}/buildpack.toml`, content: '' },
  ]),
  packageOf('O-35', 'REJ', 'E_DESCRIPTOR', 'buildpack.toml in the layer is a link', [
    ...MODULE_ENTRIES.slice(0, 2),
    { name: `${MODULE_ROOT}/buildpack.toml`, type: '2', link: 'other.toml' },
  ]),
  rejectedPlatform('O-37', 'E_PLATFORM', 'index without our platform', (layout) =>
    setIndex(layout, [{ ...layout.image({ architecture: 'arm64' }), platform: ARM64 }]),
  ),
  rejectedPlatform('O-37', 'E_PLATFORM', 'index with two images for our platform', (layout) =>
    setIndex(layout, [
      { ...layout.image(), platform: AMD64 },
      { ...layout.image({ labels: { other: 'yes' } }), platform: AMD64 },
    ]),
  ),
  layoutRow(['O-37', 'ACC', undefined, 'platform'], 'index with an attestation, which is skipped', (layout) => {
    const attestation = layout.putJson(OCI.manifest, {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: layout.putJson(OCI.config, {
        os: 'unknown',
        architecture: 'unknown',
        rootfs: { type: 'layers', diff_ids: [] },
      }),
      layers: [layout.put('application/vnd.in-toto+json', Buffer.from('{}'))],
    })
    setIndex(layout, [
      { ...attestation, platform: { os: 'unknown', architecture: 'unknown' } },
      { ...layout.image(), platform: AMD64 },
    ])
  }),
  rejectedPlatform('O-38', 'E_PLATFORM', 'index says another architecture than the config', (layout) =>
    setIndex(layout, [{ ...layout.image({ architecture: 'arm64' }), platform: AMD64 }]),
  ),
  rejectedPlatform('O-38', 'E_PLATFORM', 'index says another variant than the config', (layout) =>
    setIndex(layout, [{ ...layout.image({ variant: 'v2' }), platform: { ...AMD64, variant: 'v3' } }]),
  ),
  rejectedLayout('O-38', 'E_PLATFORM', 'index.json says another architecture than the config', (layout) =>
    layout.editEntry((entry) => (entry.platform = ARM64)),
  ),
  {
    ...accepted('O-38', 'index.json says the platform of the config', (layout) =>
      layout.editEntry((entry) => (entry.platform = AMD64)),
    ),
    layoutOnly: true,
  },
  {
    ...accepted('O-38', 'index.json with a platform that says nothing', (layout) =>
      layout.editEntry((entry) => (entry.platform = { os: '', architecture: '' })),
    ),
    layoutOnly: true,
  },
  accepted('O-39', 'subject that is not there', (layout) =>
    layout.editManifest((manifest) => {
      manifest.subject = { mediaType: OCI.manifest, digest: sha256(Buffer.from('another')), size: 7 }
    }),
  ),
  rejected('O-40', 'E_IMAGE_CONFIG', 'rootfs.type is not layers', (layout) =>
    layout.editConfig((config) => {
      config.rootfs.type = 'squashfs'
    }),
  ),
  layoutRow(['O-40', 'WARN', undefined, 'open'], 'history longer than the layers', (layout) =>
    layout.editConfig((config) => void config.history.push({ created_by: 'two' })),
  ),
  layoutRow(['O-40', 'WARN', undefined, 'open'], 'history that speaks of no layer', (layout) =>
    layout.editConfig((config) => {
      config.history = [{ created_by: 'ENV x', empty_layer: true }]
    }),
  ),
  layoutRow(['O-40', 'NORM', undefined, 'open'], 'created malformed', (layout) =>
    layout.editConfig((config) => {
      config.created = 'yesterday'
    }),
  ),
]

const ARCHIVE_ROWS: readonly Row[] = [
  archiveRow(['O-25', 'REJ', 'E_OCI_LAYOUT'], 'layer blob in a .cnb is a symbolic link', (entries, layout) => {
    const { digest } = firstLayer(layout)
    return entries.map((entry) =>
      digest.endsWith(entry.name.slice(-64)) ? { name: entry.name, type: '2', link: '/etc/passwd' } : entry,
    )
  }),
  archiveRow(['O-41', 'ACC'], '.cnb as pack writes it', (entries) => entries),
  archiveRow(['O-41', 'ACC'], '.cnb that is gzipped', (entries) => gzipSync(tarOfEntries(entries))),
  archiveRow(['O-41', 'ACC'], '.cnb with index.json before the blobs', (entries) => entries.toReversed()),
  archiveRow(['O-41', 'ACC'], '.cnb with ./ before every name', (entries) =>
    entries.map((entry) => ({ ...entry, name: `.${entry.name}${entry.type === '5' ? '/' : ''}` })),
  ),
  archiveRow(['O-41', 'REJ', 'E_OCI_LAYOUT'], '.cnb with a hard link between blobs', (entries, layout) => {
    const { digest } = firstLayer(layout)
    const other = entries.find((entry) => isBlob(entry) && !digest.endsWith(entry.name.slice(-64)))
    return entries.map((entry) =>
      digest.endsWith(entry.name.slice(-64)) ? { name: entry.name, type: '1', link: other?.name ?? '' } : entry,
    )
  }),
  archiveRow(['O-41', 'ACC'], '.cnb without entries for directories', (entries) =>
    entries.filter((entry) => entry.type !== '5'),
  ),
  archiveRow(
    ['O-41', 'ACC'],
    '.cnb with several names for one image',
    (entries) => entries,
    (layout) => {
      const [entry] = layout.entries()
      layout.setEntries(
        ['a', 'b'].map((name) => ({ ...entry, annotations: { 'org.opencontainers.image.ref.name': name } })),
      )
    },
  ),
  archiveRow(
    ['O-41', 'REJ', 'E_AMBIGUOUS_REF'],
    '.cnb with several images',
    (entries) => entries,
    (layout) => {
      const images = [layout.image({ labels: { a: '1' } }), layout.image()]
      layout.setEntries(
        images.map((image, at) => ({ ...image, annotations: { 'org.opencontainers.image.ref.name': `n${at}` } })),
      )
    },
  ),
  archiveRow(['O-41', 'WARN'], '.cnb with files that do not belong', (entries) => [
    ...entries,
    { name: '/README', content: 'hi' },
  ]),
  archiveRow(['O-41', 'REJ', 'E_OCI_LAYOUT'], '.cnb with a name that climbs', (entries) => [
    ...entries,
    { name: 'blobs/../../evil', content: 'x' },
  ]),
  archiveRow(['O-42', 'REJ', 'E_TAR_DUPLICATE'], '.cnb with index.json twice', (entries) => [
    ...entries,
    { name: './index.json', content: '{"schemaVersion":2,"manifests":[]}' },
  ]),
]

const JSON_ROWS: readonly Row[] = [
  ...(
    [
      ['BOM', (text: string) => `\ufeff${text}`],
      ['comment', (text: string) => `/* hi */${text}`],
      ['trailing comma', (text: string) => text.replace(/\}$/, ',}')],
      ['NaN', (text: string) => text.replace('{', '{"x":NaN,')],
      ['number 1e999', (text: string) => text.replace('{', '{"x":1e999,')],
      ['lone surrogate', (text: string) => text.replace('{', '{"x":"\\ud800",')],
      ['UTF-16', (text: string) => Buffer.from(text, 'utf16le')],
      [
        'invalid UTF-8',
        (text: string) =>
          Buffer.concat([Buffer.from(text.replace(/\}$/, ',"x":"')), Buffer.from([0xff]), Buffer.from('"}')]),
      ],
      ['two documents', (text: string) => `${text}${text}`],
      ['nothing', () => ''],
    ] as const
  ).map(([about, edit]) => rejected('O-43', 'E_JSON', `config with ${about}`, (layout) => configText(layout, edit))),
  rejected('O-43', 'E_OCI_LIMIT', 'config nested 10^6 deep', (layout) =>
    configText(layout, (text) => text.replace('{', `{"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},`)),
  ),
]

/** What may be wrong with the text of index.json, which no digest holds. */
const INDEX_ROWS: readonly Row[] = (
  [
    ['a byte order mark', 'E_JSON', /^/, '\ufeff'],
    ['NUL behind it', 'E_JSON', /$/, '\0'],
    ['a number with a zero before it', 'E_JSON', /"size":/, '"size":0'],
    ['a number of 400 digits', 'E_JSON', /"size":/, `"size":${'1'.repeat(400)}`],
    ['a size in quotes', 'E_MANIFEST', /"size":(\d+)/, '"size":"$1"'],
    ['no value but null', 'E_MANIFEST', /^.*$/s, 'null'],
    ['its keys in capitals', 'E_MANIFEST', /"manifests"/, '"Manifests"'],
    ['one key twice, of which one is written with escapes', 'E_JSON_DUP', /{/, '{"\\u006danifests":[],'],
    ['a platform that is a text', 'E_MANIFEST', /"size":/, '"platform":"linux/amd64","size":'],
    ['annotations that are numbers', 'E_MANIFEST', /"size":/, '"annotations":{"a":1},"size":'],
    ['a type with parameters', 'E_IMAGE_KIND', /(manifest\.v1\+json)/, '$1; charset=utf-8'],
    ['data that is not base64', 'E_MANIFEST', /"size":/, '"data":"!!","size":'],
  ] as const
).map(([about, code, from, to]) =>
  rejectedLayout('O-43', code, `index.json with ${about}`, (layout) => editIndexText(layout, from, to)),
)

const MORE_ROWS: readonly Row[] = [
  rejected('O-44', 'E_MANIFEST', 'schema 1 by media type', (layout) =>
    layout.editEntry((entry) => {
      entry.mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws'
    }),
  ),
  rejected('O-44', 'E_MANIFEST', 'schema 1 by its version', (layout) =>
    layout.editManifest((manifest) => {
      manifest.schemaVersion = 1
    }),
  ),
  accepted('O-44', 'Docker manifest', (layout) => layout.setEntries([layout.image({ types: DOCKER })])),
  layoutRow(['O-44', 'ACC', undefined, 'platform'], 'Docker list', (layout) =>
    setIndex(layout, [{ ...layout.image({ types: DOCKER }), platform: AMD64 }], DOCKER.index),
  ),
  layoutRow(['O-44', 'ACC', undefined, 'platform'], 'OCI index over Docker manifests', (layout) =>
    setIndex(layout, [{ ...layout.image({ types: DOCKER }), platform: AMD64 }]),
  ),
  noPackage(
    accepted('O-46', 'layer without a byte', (layout) => {
      layout.editConfig((config) => {
        config.rootfs.diff_ids = [sha256(Buffer.alloc(0))]
      })
      replaceLayer(layout, OCI.tar, Buffer.alloc(0))
    }),
  ),
  noPackage(
    accepted('O-46', 'gzipped layer of nothing', (layout) => {
      layout.editConfig((config) => {
        config.rootfs.diff_ids = [sha256(Buffer.alloc(0))]
      })
      replaceLayer(layout, OCI.gzip, gzipSync(Buffer.alloc(0)))
    }),
  ),
  noPackage(
    accepted('O-46', 'layer of only the end marker', (layout) => {
      layout.editConfig((config) => {
        config.rootfs.diff_ids = [sha256(Buffer.alloc(1024))]
      })
      replaceLayer(layout, OCI.gzip, gzipSync(Buffer.alloc(1024)))
    }),
  ),
]

export const ROWS: readonly Row[] = [...LAYOUT_ROWS, ...ARCHIVE_ROWS, ...JSON_ROWS, ...INDEX_ROWS, ...MORE_ROWS]
