import { createHash } from 'node:crypto'
import type { CellVerdict, MatrixColumn, MatrixLine, MatrixNote, MatrixResult } from '../../operations/matrix-result.js'
import { breakable, escapeHtml } from './html.js'
import { PAGE_SCRIPT } from './matrix-page-script.js'
import { PAGE_STYLE } from './matrix-page-style.js'
import {
  COLUMN_WORDS,
  lineKind,
  matrixSummary,
  opinionsOf,
  platformGroups,
  VERDICT_MEANINGS,
  VERDICT_SIGNS,
  VERDICT_WORDS,
} from './matrix-words.js'

/** Nothing is fetched, nothing is sent, and no script runs but ours. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(PAGE_SCRIPT).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** A matrix as one page that needs nothing else. */
export function htmlMatrix(matrix: MatrixResult): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Compatibility of ${escapeHtml(matrix.subject)}</title>
<style>${PAGE_STYLE}${signs()}</style>
</head>
<body>
<header>
<h1>Compatibility of <code>${breakable(matrix.subject)}</code></h1>
<p>${escapeHtml(matrixSummary(matrix))}</p>
${tools(matrix)}
</header>
<main>
${table(matrix)}
<p class="empty" hidden>No row is like that.</p>
${notes(matrix)}
</main>
<aside aria-label="Why" aria-live="polite" hidden>
<h2></h2>
<p></p>
<div></div>
<button type="button" class="close" aria-label="Close">✕</button>
</aside>
<script>${PAGE_SCRIPT}</script>
</body>
</html>`
}

function signs(): string {
  return Object.entries(VERDICT_SIGNS)
    .map(([verdict, sign]) => `.${verdict} { --sign: "${sign}" }\n`)
    .join('')
}

/** Shown by the script: without it they would do nothing. */
function tools({ counts, rows, ...matrix }: MatrixResult): string {
  const verdicts = counts.filter(({ count }) => count > 0)
  const groups = platformGroups(matrix)
  const kinds = [...new Set(rows.map(lineKind))]
  return `<form role="search" hidden>
<input type="search" aria-label="Search modules and rules" placeholder="Search modules and rules" spellcheck="false" autocomplete="off">
${fieldset(
  'Verdicts',
  verdicts.map(
    ({ verdict, count }) =>
      `<button type="button" class="${verdict}" data-verdict="${verdict}" aria-pressed="false">${VERDICT_WORDS[verdict]}<b>${count}</b></button>`,
  ),
)}
${
  groups.length < 2
    ? ''
    : fieldset(
        'Platforms',
        groups.map(({ platform }, i) => toggle('platform', String(i), platform)),
      )
}
${
  kinds.length < 2
    ? ''
    : fieldset(
        'Kinds',
        kinds.map((kind) => toggle('kind', kind, kind)),
      )
}
<button type="reset">Show all</button>
<output aria-live="polite"></output>
</form>`
}

function fieldset(legend: string, buttons: readonly string[]): string {
  return `<fieldset><legend>${legend}</legend>${buttons.join('')}</fieldset>`
}

function toggle(key: string, value: string, label: string): string {
  return `<button type="button" data-${key}="${escapeHtml(value)}" aria-pressed="false">${escapeHtml(label)}</button>`
}

function table(matrix: MatrixResult): string {
  const groups = platformGroups(matrix)
  const columns = groups.flatMap(({ columns }, p) => columns.map(({ column }, i) => ({ column, p, isFirst: i === 0 })))
  const platforms = groups.map(
    ({ platform, columns }, p) =>
      `<th scope="colgroup" class="platform" colspan="${columns.length}" data-p="${p}"><span>${escapeHtml(platform)}</span></th>`,
  )
  const heads = columns.map(({ column, p, isFirst }) => head(column, p, isFirst))
  const start = columns.map(({ p, isFirst }) => `${isFirst ? ' first' : ''}" data-p="${p}"`)
  return `<table>
<caption>Every module of ${escapeHtml(matrix.subject)} against the images and APIs that it meets, by platform</caption>
<thead>
<tr><th scope="col" class="corner" rowspan="2">module</th>${platforms.join('')}</tr>
<tr>${heads.join('')}</tr>
</thead>
<tbody>
${matrix.rows.map((row) => line(row, start)).join('\n')}
</tbody>
</table>`
}

function head({ kind, title, facts, platform }: MatrixColumn, p: number, isFirst: boolean): string {
  const words = COLUMN_WORDS[kind]
  const label = `${words} ${title} on ${platform}`
  return `<th scope="col" class="column${isFirst ? ' first' : ''}" data-p="${p}" aria-label="${escapeHtml(label)}"><small>${words}</small><code>${breakable(title)}</code><small>${escapeHtml(facts)}</small></th>`
}

/** @param starts what the cells of each column have in common */
function line(row: MatrixLine, starts: readonly string[]): string {
  const kind = lineKind(row)
  const cells = row.cells.map(
    ({ verdict, rule, number }, i) =>
      `<td class="${verdict}${starts[i] ?? ''}><a href="#n${number}">${cellWord(verdict)}<sup>${number}</sup><small class="rule">${escapeHtml(rule)}</small></a></td>`,
  )
  const about = [kind, row.from].filter((part) => part !== '').map(escapeHtml)
  return `<tr data-kind="${kind}"><th scope="row"><span>${breakable(row.name)}</span><small>${about.join(' · ')}</small></th>${cells.join('')}</tr>`
}

function cellWord(verdict: CellVerdict): string {
  return verdict === 'not-applicable' ? '<abbr title="not applicable">n/a</abbr>' : VERDICT_WORDS[verdict]
}

function notes({ counts, judgements, summaries }: MatrixResult): string {
  const key = counts.map(
    ({ verdict }) => `<dt class="${verdict}">${VERDICT_WORDS[verdict]}</dt><dd>${VERDICT_MEANINGS[verdict]}</dd>`,
  )
  return `<section aria-labelledby="why">
<h2 id="why">Why</h2>
<dl class="key">${key.join('')}</dl>
<ol>
${judgements.map((found) => note(found, summaries.get(found.rule))).join('\n')}
</ol>
</section>`
}

function note(found: MatrixNote, summary: string | undefined): string {
  const { number, verdict, rule, reason, fix } = found
  const facts = [
    ...opinionsOf(found).map(({ by, text }) => [by, escapeHtml(text)]),
    ...(fix === undefined ? [] : [['fix', escapeHtml(fix)]]),
    ...(summary === undefined ? [] : [['rule', escapeHtml(summary)]]),
    ['more', `<code>trowel explain ${escapeHtml(rule)}</code>`],
  ]
  const list = facts.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`)
  return `<li id="n${number}" class="${verdict}"><sup>${number}</sup><h3>${VERDICT_WORDS[verdict]} <span class="rule">${escapeHtml(rule)}</span></h3><p class="reason">${escapeHtml(reason)}</p><dl>${list.join('')}</dl></li>`
}
