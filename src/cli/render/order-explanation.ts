import type { OrderExplanation, OrderReport, OrderTrial } from '../../operations/order-report.js'
import { alignColumns, trimmed } from './columns.js'
import { generationLines } from './order-generation.js'
import { listed, waysOf } from './order-tree.js'
import { counted, printable } from './text.js'

/** Trials that are shown: nobody reads more, and all are in the JSON. */
const SHOWN_TRIALS = 50

/** What detection comes to: which group passes, and why those before it do not. */
export function printExplanation(report: OrderReport): string {
  const { explanation, from, notes } = report
  if (explanation === undefined) throw new Error('nothing was explained')
  const { trace, trials } = explanation
  const shown = trace.slice(0, SHOWN_TRIALS)
  const parts = [
    [`${printable(from)}, ${waysOf(report)}`, ...outcomeOf(explanation)],
    generationLines(explanation),
    ...shown.map(trialLines),
    shown.length < trials
      ? [`${counted(trials - shown.length, 'more trial')} not shown; --json has ${counted(trace.length, 'trial')}`]
      : [],
    listed('taken for granted', [...assumptions(explanation), ...notes]),
  ]
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')
}

function outcomeOf(explanation: OrderExplanation): string[] {
  const { exit, reason, group, groupExt, plan, trace, trials, tries } = explanation
  const counts =
    trials === 0
      ? ''
      : `, after ${counted(trials, 'trial')} and ${tries === 1 ? '1 try' : `${tries} tries`} of build plans`
  if (exit === null) return [`no end is known: ${printable(reason)}`]
  if (exit !== 0) return [`the detector ends with ${exit}${counts}: ${printable(reason)}`]
  const names = (modules: OrderExplanation['group']): string =>
    modules?.map(({ id, version }) => `${id}@${version}`).join(' ') ?? ''
  const passed = trace.find(({ verdict }) => verdict === 'pass')
  const rows = [
    ['  extensions', names(groupExt)],
    ['  buildpacks', names(group) || 'none'],
    ...(plan ?? []).map(({ requires, providers }, i) => [
      i === 0 ? '  plan' : '',
      `${requires[0]?.name ?? ''} from ${providers.map(({ id, version }) => `${id}@${version}`).join(' and ')}`,
    ]),
  ]
  const which = passed === undefined ? 'a group passes' : `group ${passed.group} passes`
  return [
    `the detector ends with 0${counts}: ${which}`,
    ...alignColumns(
      rows.filter(([, value]) => value !== '').map((row) => row.map(printable)),
      2,
    ),
  ]
}

function trialLines(trial: OrderTrial): string[] {
  const { number, group, choices, members, leftOut, verdict, reason } = trial
  const ways = choices.map(({ of, group }) => (group === 0 ? `without ${of}` : `${of} group ${group}`))
  const title = `trial ${number} (${[`group ${group}`, ...ways].join(', ')})`
  const how = verdict === 'pass' ? 'passes' : `${verdict === 'err' ? 'ends with an error' : 'fails'}: ${reason}`
  const rows = [
    ...members.map(({ verdict, kind, id, version, optional, reason }) => [
      `  ${verdict}`,
      `${kind === 'extension' ? 'extension ' : ''}${id}@${version}${optional && kind === 'buildpack' ? ', optional' : ''}`,
      reason,
    ]),
    ...leftOut.map(({ id, version, reason }) => ['  –', `${id}@${version}`, `not looked at: ${reason}`]),
  ]
  return [
    printable(`${title} ${how}`),
    ...alignColumns(
      rows.map((row) => row.map(printable)),
      2,
    ).map(trimmed),
  ]
}

function assumptions({ assumed, target, execEnv, generation }: OrderExplanation): string[] {
  const unknown = generation?.unknown ?? []
  return [
    target === '' ? 'every target fits the run image: --target names one' : `the run image is ${target}`,
    `the execution environment is ${execEnv}`,
    ...(assumed.length === 0
      ? []
      : [`these pass with an empty build plan, unless --fail or --outcomes say otherwise: ${assumed.join(', ')}`]),
    ...(unknown.length === 0
      ? []
      : [`bin/generate of these puts out nothing, unless --outcomes says otherwise: ${unknown.join(', ')}`]),
  ]
}
