import { CnbError, ERROR_KINDS, EXIT_STATUS, type ErrorKind } from '../../errors.js'
import type { OrderOptions } from '../../operations/order-options.js'
import type { OrderReport } from '../../operations/order-report.js'
import { flag, list, runOptions, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { printExplanation } from '../render/order-explanation.js'
import { printDot, printMermaid } from '../render/order-graph.js'
import { printOrderTree } from '../render/order-tree.js'
import { surroundingsOf } from '../surroundings.js'
import { printableDocument } from '../render/text.js'
import { showWarnings } from '../warnings.js'

/** How an order is shown. */
type Format = 'tree' | 'json' | 'mermaid' | 'dot'

const PRINTERS: Readonly<Record<Format, (report: OrderReport) => string>> = {
  tree: (report) => (report.explanation === undefined ? printOrderTree(report) : printExplanation(report)),
  json: (report) => printableDocument(JSON.stringify(orderJson(report))),
  mermaid: printMermaid,
  dot: printDot,
}

/** Runs `trowel order` with its parsed arguments. What is shown in spite of an error is not all there is: the status says so. */
export async function order(args: Arguments, context: Context): Promise<number> {
  const { output } = context
  const options = readOptions(args, context)
  const format = formatOf(args, options)
  // Loaded late: usage errors need none of it.
  const { showOrder } = await import('../../operations/show-order.js')
  const { surroundings } = surroundingsOf(context)
  const shown = await showOrder(options, surroundings)
  output.done()
  if (format !== 'json') showWarnings(shown.problems, output)
  output.result(PRINTERS[format](shown))
  return statusOf(shown)
}

/** That of the first error, unless the files are wrong too. */
function statusOf({ problems }: OrderReport): number {
  const codes: Readonly<Record<string, ErrorKind>> = ERROR_KINDS
  const kinds = problems.flatMap(({ severity, rule }) => (severity === 'error' ? [codes[rule] ?? 'config'] : []))
  const kind = kinds.includes('config') ? 'config' : kinds[0]
  return kind === undefined ? 0 : EXIT_STATUS[kind]
}

function orderJson({ explanation, problems, ...report }: OrderReport): object {
  return { ...report, problems: problems.map(diagnosticJson), ...explanation }
}

function formatOf(args: Arguments, { explain }: OrderOptions): Format {
  const text = flag(args, 'json') ? 'json' : (single(args, 'format') ?? 'tree')
  if (!Object.hasOwn(PRINTERS, text)) {
    throw new CnbError('E_USAGE', `there is no format '${text}'`, {
      value: text,
      hint: `the formats are ${Object.keys(PRINTERS).join(', ')}`,
    })
  }
  const format = text as Format
  if (explain && (format === 'mermaid' || format === 'dot')) {
    throw new CnbError('E_USAGE', `--explain cannot be drawn as ${format}`, { hint: 'use --format tree or json' })
  }
  return format
}

/** Flags that only an explanation asks for. */
const OF_EXPLANATIONS = ['pass', 'fail', 'outcomes', 'target', 'exec-env'] as const

function readOptions(args: Arguments, { host }: Context): OrderOptions {
  return {
    ...runOptions(args, host),
    name: single(args, 'NAME'),
    explain: flag(args, 'explain') || OF_EXPLANATIONS.some((name) => single(args, name) !== undefined),
    pass: list(args, 'pass'),
    fail: list(args, 'fail'),
    outcomes: single(args, 'outcomes'),
    target: single(args, 'target'),
    platformApi: single(args, 'platform-api'),
    execEnv: single(args, 'exec-env'),
    experimental: flag(args, 'experimental'),
    replace: list(args, 'replace'),
  }
}
