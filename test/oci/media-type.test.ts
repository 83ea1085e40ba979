import { expect, test } from 'vitest'
import { compressionOf, layerType } from '#src/oci/media-type.js'

test.each([
  ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  ['application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
])('a layer that is put into a manifest of type %s is of its family', (manifest, layer) => {
  expect(layerType(manifest, 'gzip')).toBe(layer)
  expect(compressionOf(layer)).toBe('gzip')
})
