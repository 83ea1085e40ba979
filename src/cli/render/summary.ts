import type { ImageResult } from '../../operations/image-result.js'
import { printPublished } from './published.js'
import type { Palette } from './style.js'
import { counted, printable, printBytes } from './text.js'

/** What was made, in a few lines. */
export function printSummary(result: ImageResult, palette: Palette): string {
  const lines: string[] = []
  for (const { platform, layers } of result.platforms) {
    const own = layers.filter((layer) => layer.role !== 'base')
    const madeBefore = own.filter((layer) => layer.reused).length
    const bytes = layers.reduce((sum, layer) => sum + layer.size, 0)
    lines.push(
      `${palette.strong(printable(platform.replace(/\/$/, '')))}: ${counted(layers.length, 'layer')}, ${own.length} of them ours, ${madeBefore} of those made before, ${printBytes(bytes)}`,
    )
  }
  for (const { reference, place } of result.replaced) lines.push(printable(`${reference} was read from ${place}`))
  return [...lines, ...printPublished(result.published)].join('\n')
}
