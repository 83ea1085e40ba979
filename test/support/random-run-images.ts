/** Run images, as labels and settings name them. */
import fc from 'fast-check'
import { list, randomText } from './random-texts.js'

/** What has no name pack shows, and we do not. */
const orNamed = (name: string): string => name || 'x'
/** A run image. */
export const REFERENCE = randomText(
  'acme/run',
  'acme.test/run:1',
  'acme.test/a-very-long-name/of/an-image-to-run:2026',
).map(orNamed)
/** Other names of one. */
export const MIRRORS = list(randomText('mirror.test/run', 'm.test/a/b/c/d/e/f/run:1').map(orNamed))
/** A run image with its other names. */
export const RUN_IMAGE = fc.record({ image: REFERENCE, mirrors: MIRRORS })
/** Mirrors in the settings of a user, each image once. */
export const SETTINGS = fc.uniqueArray(
  fc.record({
    // The reader of pack's settings takes this character for a broken one.
    image: REFERENCE.map((image) => image.replaceAll('\ufffd', 'x')),
    mirrors: fc.array(fc.constantFrom('here.test/run', 'h.test/r', 'here.test/of-a-long-name/run:1'), { maxLength: 3 }),
  }),
  { selector: ({ image }) => image, maxLength: 3 },
)
