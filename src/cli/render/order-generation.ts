import type { OrderExplanation, OrderGeneration } from '../../operations/order-report.js'
import { alignColumns } from './columns.js'
import { printable } from './text.js'

/** What becomes of a Dockerfile, by its fate. */
const FATES: Readonly<Record<OrderGeneration['dockerfiles'][number]['fate'], string>> = {
  applied: 'is applied',
  switches: 'names the run image',
  ignored: 'is ignored: a later one names another run image',
  lost: 'is not applied: nothing brings a static one to the extender',
  empty: 'has no effect: it has no instruction',
}

/** What extensions make of the images: nothing unless some were selected, and what they put out was taken. */
export function generationLines({ exit, generation }: OrderExplanation): string[] {
  if (generation === null || exit !== 0) return []
  const { dockerfiles, runImage, warnings } = generation
  const rows = dockerfiles.map(({ extension: { id, version }, image, fate, newBase }) => [
    `  ${id}@${version}`,
    `${image}.Dockerfile`,
    `${FATES[fate]}${newBase === undefined ? '' : `, ${newBase}`}`,
  ])
  return [
    ...(runImage === null ? [] : [`the app runs on ${runImageText(runImage)}`]),
    ...alignColumns(rows, 2),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ].map(printable)
}

function runImageText({ image, isSwitched, extend }: NonNullable<OrderGeneration['runImage']>): string {
  return [image, isSwitched ? 'to which an extension switches' : '', extend ? 'and which is extended' : '']
    .filter((part) => part !== '')
    .join(', ')
}
