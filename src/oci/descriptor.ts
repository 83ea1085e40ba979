import { CnbError } from '../errors.js'
import { digestOf } from './digest.js'
import type { Fields } from './fields.js'
import { inOrder, mapUnlessEmpty, unlessEmpty } from './go-json.js'
import type { Descriptor, JsonObject } from './image.js'
import type { Platform } from './platform.js'

/**
 * The descriptor in `fields`; bytes that it carries are checked against its digest and size.
 *
 * @throws CnbError E_DIGEST_SYNTAX, E_DIGEST, or the code of the document that holds it
 */
export function decodeDescriptor(fields: Fields): Descriptor {
  const mediaType = fields.string('mediaType')
  if (mediaType === '') throw fields.error('mediaType', 'is empty')
  const size = fields.integer('size')
  if (size < 0) throw fields.error('size', 'is negative')
  const platform = fields.optionalObject('platform')
  const descriptor: Descriptor = {
    mediaType,
    size,
    digest: fields.digest('digest'),
    data: fields.optionalString('data'),
    urls: fields.optionalStrings('urls'),
    annotations: fields.optionalStringMap('annotations'),
    platform: platform && decodePlatform(platform),
    artifactType: fields.optionalString('artifactType'),
  }
  checkData(descriptor, fields)
  return descriptor
}

function checkData(descriptor: Descriptor, fields: Fields): void {
  const { data, digest, size } = descriptor
  if (data === undefined) return
  const bytes = Buffer.from(data, 'base64')
  if (bytes.toString('base64') !== data) throw fields.error('data', 'is not base64')
  if (bytes.length !== size || digestOf(bytes, digest) !== digest) {
    throw new CnbError(
      'E_DIGEST',
      `${fields.subject.file}: the data of a descriptor is not what its digest ${digest} says`,
      {
        place: { file: fields.subject.file },
      },
    )
  }
}

/** The platform in a descriptor, or in an image config, which has the same fields. */
export function decodePlatform(fields: Fields): Platform {
  return {
    os: fields.optionalString('os') ?? '',
    architecture: fields.optionalString('architecture') ?? '',
    variant: fields.optionalString('variant'),
    osVersion: fields.optionalString('os.version'),
    osFeatures: fields.optionalStrings('os.features'),
  }
}

/** `descriptor` with its keys in the order in which Go writes them, empty ones left out. */
export function descriptorJson(descriptor: Descriptor): JsonObject {
  const { platform } = descriptor
  return inOrder([
    ['mediaType', descriptor.mediaType],
    ['size', descriptor.size],
    ['digest', descriptor.digest],
    ['data', descriptor.data || undefined],
    ['urls', unlessEmpty(descriptor.urls)],
    ['annotations', mapUnlessEmpty(descriptor.annotations)],
    ['platform', platform && platformJson(platform)],
    ['artifactType', descriptor.artifactType || undefined],
  ])
}

function platformJson(platform: Platform): JsonObject {
  return inOrder([
    ['architecture', platform.architecture],
    ['os', platform.os],
    ['os.version', platform.osVersion || undefined],
    ['os.features', unlessEmpty(platform.osFeatures)],
    ['variant', platform.variant || undefined],
  ])
}
