/** Row D-09 of the bad-input catalogue: archives as `docker save` writes them, and as it does not. */
import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '#src/errors.js'
import { sha256, tarOf } from '../support/layout.js'
import { archive, directory, entry, hardlink, symlink } from '../support/tar-bytes.js'

export interface Row {
  readonly id: 'D-09'
  readonly about: string
  readonly outcome: 'REJ' | 'ACC'
  readonly code?: ErrorCode
  /** False for what shows when a layer is opened. */
  readonly shows: 'open' | 'layers'
  readonly make: () => Buffer
}

/** The tars of the layers that every row means to have. */
export const TARS: readonly Buffer[] = [tarOf('a', '1'), tarOf('b', '2')]
const [FIRST = Buffer.alloc(0), SECOND = Buffer.alloc(0)] = TARS

const CONFIG = Buffer.from(
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { a: 'b' } },
    rootfs: { type: 'layers', diff_ids: TARS.map(sha256) },
  }),
)
const NAME = `${sha256(CONFIG).slice('sha256:'.length)}.json`

type Json = null | number | string | readonly Json[] | { readonly [key: string]: Json }

const IMAGE = { Config: NAME, RepoTags: ['acme/app:1'], Layers: ['1/layer.tar', '2/layer.tar'] }

/** An archive of version 20, with parts of it replaced. */
function saved({
  manifest = [IMAGE],
  config = entry({ name: NAME }, CONFIG),
  layers = [entry({ name: '1/layer.tar' }, FIRST), entry({ name: '2/layer.tar' }, SECOND)],
  others = [],
}: {
  readonly manifest?: Json
  readonly config?: Uint8Array
  readonly layers?: readonly Uint8Array[]
  readonly others?: readonly Uint8Array[]
} = {}): Buffer {
  const beside = ['1', '2'].flatMap((id) => [directory(`${id}/`), entry({ name: `${id}/VERSION` }, '1.0')])
  const documents = [entry({ name: 'manifest.json' }, JSON.stringify(manifest)), entry({ name: 'repositories' }, '{}')]
  return archive(...beside, ...layers, config, ...documents, ...others)
}

function accepted(about: string, make: () => Buffer): Row {
  return { id: 'D-09', about, outcome: 'ACC', shows: 'layers', make }
}

function rejected(code: ErrorCode, about: string, make: () => Buffer, shows: Row['shows'] = 'open'): Row {
  return { id: 'D-09', about, outcome: 'REJ', code, shows, make }
}

const first = entry({ name: '1/layer.tar' }, FIRST)
const second = entry({ name: '2/layer.tar' }, SECOND)
const withSecond = (part: Uint8Array): Buffer => saved({ layers: [first, part] })
const withManifest = (manifest: Json): Buffer => saved({ manifest })

export const ROWS: readonly Row[] = [
  accepted('an archive of version 20', () => saved()),
  accepted('a layer that is a link to one that comes later', () =>
    saved({
      layers: [symlink('1/layer.tar', '../other/layer.tar'), second],
      others: [entry({ name: 'other/layer.tar' }, FIRST)],
    }),
  ),
  accepted('a layer that is a link to a link', () =>
    saved({
      layers: [symlink('1/layer.tar', '../3/layer.tar'), symlink('3/layer.tar', '../4/layer.tar'), second],
      others: [entry({ name: '4/layer.tar' }, FIRST)],
    }),
  ),
  accepted('a layer that is a hard link', () =>
    saved({ layers: [entry({ name: '0/layer.tar' }, SECOND), hardlink('2/layer.tar', '0/layer.tar'), first] }),
  ),
  accepted('layers in gzip, as crane writes them', () =>
    saved({
      layers: [entry({ name: '1/layer.tar' }, gzipSync(FIRST)), entry({ name: '2/layer.tar' }, gzipSync(SECOND))],
    }),
  ),
  accepted('names that begin with ./', () =>
    archive(
      entry({ name: './1/layer.tar' }, FIRST),
      entry({ name: './2/layer.tar' }, SECOND),
      entry({ name: `./${NAME}` }, CONFIG),
      entry({ name: './manifest.json' }, JSON.stringify([IMAGE])),
    ),
  ),
  rejected('E_TAR_LINK_TARGET', 'links in a circle', () =>
    saved({ layers: [first, symlink('2/layer.tar', '../3/layer.tar'), symlink('3/layer.tar', '../2/layer.tar')] }),
  ),
  rejected('E_TAR_LINK_TARGET', 'a link to itself', () => withSecond(symlink('2/layer.tar', 'layer.tar'))),
  rejected('E_TAR_PATH_ESCAPE', 'a link that leads out', () => withSecond(symlink('2/layer.tar', '../../x'))),
  rejected('E_TAR_LINK_TARGET', 'a link to an absolute path', () => withSecond(symlink('2/layer.tar', '/etc/passwd'))),
  rejected('E_TAR_PATH_ESCAPE', 'a hard link that leads out', () => withSecond(hardlink('2/layer.tar', '../x'))),
  rejected('E_OCI_BLOB_MISSING', 'a link to nothing', () => withSecond(symlink('2/layer.tar', '../absent/layer.tar'))),
  rejected('E_TAR_LINK_TARGET', 'a layer that is a device', () =>
    withSecond(entry({ name: '2/layer.tar', type: '3' })),
  ),
  rejected('E_TAR_PATH_ESCAPE', 'a config named ../x', () => withManifest([{ ...IMAGE, Config: '../x' }])),
  rejected('E_TAR_PATH_ESCAPE', 'a config with an absolute path', () => withManifest([{ ...IMAGE, Config: '/x' }])),
  rejected('E_TAR_PATH_ESCAPE', 'a layer named ../x', () =>
    withManifest([{ ...IMAGE, Layers: ['../x', '2/layer.tar'] }]),
  ),
  rejected('E_OCI_BLOB_MISSING', 'a config that is not there', () =>
    withManifest([{ ...IMAGE, Config: 'absent.json' }]),
  ),
  rejected('E_MANIFEST', 'a manifest that is null', () => withManifest(null)),
  rejected('E_OCI_LAYOUT', 'a manifest without images', () => withManifest([])),
  rejected('E_MANIFEST', 'a manifest that is an object', () => withManifest(IMAGE)),
  rejected('E_MANIFEST', 'an image that is null', () => withManifest([null])),
  rejected('E_MANIFEST', 'an image without a config', () => withManifest([{ Layers: [] }])),
  rejected('E_AMBIGUOUS_REF', 'two images', () => withManifest([IMAGE, IMAGE])),
  rejected('E_DIFFID', 'more diff_ids than layers', () => withManifest([{ ...IMAGE, Layers: ['1/layer.tar'] }])),
  rejected('E_DIFFID', 'layers that are null', () => withManifest([{ ...IMAGE, Layers: null }])),
  rejected('E_DIGEST', 'a config that is not what its name says', () =>
    saved({ config: entry({ name: NAME }, Buffer.concat([CONFIG, Buffer.from(' ')])) }),
  ),
  rejected(
    'E_DIGEST',
    'layers in the wrong order',
    () => withManifest([{ ...IMAGE, Layers: IMAGE.Layers.toReversed() }]),
    'layers',
  ),
  rejected('E_TAR_DUPLICATE', 'a layer twice', () => saved({ layers: [first, second, second] })),
]
