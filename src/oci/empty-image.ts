import { encodeUtf8 } from '../bytes.js'
import { inOrder, unlessBlank } from './go-json.js'
import type { Image, Json } from './image.js'
import { imageOf } from './image-of.js'
import { printJson } from './json.js'
import { OCI_CONFIG, OCI_MANIFEST } from './media-type.js'
import type { Platform } from './platform.js'

/** An image of OCI's types with nothing in it, from which others are made; `author` is who made it, for its readers. */
export function emptyImage(platform: Platform, author?: string): Image {
  const raw = inOrder([
    ['architecture', platform.architecture],
    ['author', author],
    ['os', platform.os],
    [
      'rootfs',
      new Map<string, Json>([
        ['type', 'layers'],
        ['diff_ids', []],
      ]),
    ],
    ['os.version', unlessBlank(platform.osVersion ?? '')],
    ['variant', unlessBlank(platform.variant ?? '')],
  ])
  return imageOf({
    config: { platform, env: [], labels: new Map(), user: '', diffIds: [], raw },
    configBytes: encodeUtf8(printJson(raw)),
    layers: [],
    manifestType: OCI_MANIFEST,
    configType: OCI_CONFIG,
  })
}
