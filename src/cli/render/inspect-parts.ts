import type { ImageFacts, InspectedRunImage, PlatformFacts } from '../../operations/inspected.js'
import { alignColumns, trimmed } from './columns.js'
import { counted, printable, printBytes } from './text.js'

/** Blanks between the columns of a table. */
export const TABLE_PADDING = 8

/** Rows below a heading, indented; a cell without text is a dash unless it may be blank. */
export function printTable(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [heading, ...rows].map((row) => row.map(printable))
  return alignColumns(cells, TABLE_PADDING).map((line) => trimmed(`  ${line}`))
}

/** A text, or a dash where there is none. */
export function orDash(text: string): string {
  return text === '' ? '-' : text
}

/** The names of run images, those of the user marked. @param padding blanks before the mark */
export function printRunImages(images: readonly InspectedRunImage[], padding: number): string[] {
  if (images.length === 0) return ['  (none)']
  const rows = images.map(({ name, isUserConfigured }) => [
    printable(name),
    ...(isUserConfigured ? ['(user-configured)'] : []),
  ])
  return alignColumns(rows, padding).map((line) => `  ${line}`)
}

/** What pack does not show of an image: its digests, its platforms, its layers and what is in them. */
export function printImageFacts(facts: ImageFacts): string[] {
  const { place, digest, mediaType, platforms } = facts
  const platformRows = platforms.map((platform) => [
    platform.platform,
    orDash(platform.digest ?? ''),
    String(platform.layers.length),
    bytesOrDash(platform.size),
  ])
  return [
    '',
    'Image:',
    printable(`  Place: ${place}`),
    printable(`  Digest: ${orDash(digest ?? '')}`),
    printable(`  Media Type: ${orDash(mediaType ?? '')}`),
    '',
    'Platforms:',
    ...printTable(['PLATFORM', 'DIGEST', 'LAYERS', 'SIZE'], platformRows),
    ...platforms.flatMap(printLayers),
  ]
}

function printLayers({ platform, layers }: PlatformFacts): string[] {
  const rows = layers.map(({ diffId, digest, size, modules }, i) => [
    String(i + 1),
    bytesOrDash(size),
    orDash(digest ?? ''),
    diffId,
    orDash(modules.join(', ')),
  ])
  const title = printable(`Layers (${platform}, ${counted(layers.length, 'layer')}):`)
  return ['', title, ...printTable(['#', 'SIZE', 'DIGEST', 'DIFF ID', 'MODULES'], rows)]
}

function bytesOrDash(size: number | null): string {
  return size === null ? '-' : printBytes(size)
}
