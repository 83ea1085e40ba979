// The table of bench/publish.mjs as Markdown, with what was asked for beside what was measured.
import { mediansOf } from './measure.mjs'

const MB = 1e6

/** Figures of a run: how they are called, and printed. Ratios are to the tool that others are compared with. */
const FIGURES = [
  ['wall s', ({ wall }) => wall, 2],
  ['CPU s', ({ cpu }) => cpu, 2],
  ['RSS MiB', ({ rss }) => rss, 0],
  ['written MB', ({ written }) => written / MB, 1],
  ['sent MB', ({ traffic }) => traffic && traffic.sent / MB, 2],
  ['received MB', ({ traffic }) => traffic && traffic.received / MB, 2],
  ['requests', ({ traffic }) => traffic?.requests, 0],
]

/** What issues 4 and 5 ask for: at most this share of the other tool's figure, or at most this much. */
const GOALS = [
  { group: 'create', name: 'cold', figure: 'wall s', share: 0.2 },
  { group: 'create', name: 'cold', figure: 'CPU s', share: 0.33 },
  { group: 'create', name: 'unchanged', figure: 'wall s', share: 0.02 },
  { group: 'create', name: 'one module changed', figure: 'wall s', share: 0.03 },
  { group: 'engine', name: 'cold', figure: 'CPU s', share: 0.15 },
  { group: 'packages', name: 'first', figure: 'wall s', share: 0.15 },
  { group: 'packages', name: 'again', figure: 'wall s', share: 0.02 },
  { group: 'packages', name: 'again', figure: 'layers sent MB', most: 0 },
  { group: 'packages', name: 'new name', figure: 'wall s', share: 0.02 },
  { group: 'composite', name: 'cold', figure: 'wall s', share: 0.2 },
  { group: 'composite', name: 'unchanged', figure: 'wall s', share: 0.02 },
  { group: 'composite', name: 'file, after the registry', figure: 'wall s', share: 0.1 },
  { group: 'composite', name: 'file, cold', figure: 'wall s', share: 0.1 },
  // What was uploaded is the config and the composite's own layer, which holds its descriptor.
  { group: 'published', name: 'first', figure: 'layers sent MB', most: 0.05 },
  { group: 'many', name: 'cold', figure: 'RSS MiB', most: 256 },
  { group: 'large', name: 'copy', figure: 'wall s', share: 1.25 },
  { group: 'large', name: 'copy', figure: 'RSS MiB', most: 150 },
]

/** Prints the machine, a table of all runs, and a table of the goals. */
export function printReport({ cpus, model, kernel, node }, results) {
  console.log(`${cpus} cores (${model}), Linux ${kernel}, Node ${node.slice(1)}.\n`)
  const rows = [['case', '', ...FIGURES.map(([title]) => title), 'runs, quiet']]
  for (const [group, cases] of Object.entries(results)) {
    for (const [name, tools] of Object.entries(cases)) rows.push(...rowsOf(`${group}, ${name}`, tools))
  }
  console.log(`${tableOf(rows)}\n`)
  const goals = GOALS.map((goal) => goalRow(goal, results)).filter((row) => row !== undefined)
  console.log(tableOf([['goal', 'asked', 'measured', ''], ...goals]))
}

function rowsOf(title, tools) {
  const entries = Object.entries(tools).map(([tool, entry]) => [tool, figuresOf(entry)])
  const shown = entries.map(([tool, figures], at) => [
    at === 0 ? title : '',
    tool,
    ...FIGURES.map(([, read, digits]) => read(figures)?.toFixed(digits) ?? ''),
    `${figures.runs}, ${figures.quiet}`,
  ])
  const [[, base], [other, ours] = []] = entries
  if (ours === undefined) return shown
  return [...shown, ['', `**${other}, ratio**`, ...FIGURES.map(([, read]) => ratio(read(ours), read(base))), '']]
}

function figuresOf({ timed, counted }) {
  return { ...mediansOf(timed), traffic: counted }
}

function ratio(value, base) {
  return value === undefined || !base ? '' : (value / base).toFixed(3)
}

/** undefined when the case was not measured for two tools. */
function goalRow({ group, name, figure, share, most }, results) {
  const entries = Object.values(results[group]?.[name] ?? {}).map(figuresOf)
  if (entries.length < 2) return undefined
  const [base, ours] = entries.map(FIGURE_OF[figure])
  const [measured, asked] = most === undefined ? [ours / base, share] : [ours, most]
  return [
    `${group}, ${name}: ${figure}`,
    `<= ${asked}${most === undefined ? ' times' : ''}`,
    measured.toFixed(3),
    measured <= asked ? 'met' : '**not met**',
  ]
}

const FIGURE_OF = {
  ...Object.fromEntries(FIGURES.map(([title, read]) => [title, read])),
  'layers sent MB': ({ traffic }) => traffic.blobsSent / MB,
}

function tableOf([head, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
