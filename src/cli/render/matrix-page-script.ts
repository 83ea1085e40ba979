/**
 * What the page of a matrix does where scripts run: search, filters, a panel that says why, arrow keys. Without it everything is
 * there, and a cell leads to its note below the table.
 */
export const PAGE_SCRIPT = `
'use strict'
const form = document.querySelector('form')
const table = document.querySelector('table')
const search = form.querySelector('input')
const count = form.querySelector('output')
const empty = document.querySelector('.empty')
const panel = document.querySelector('aside')
const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: row.textContent.toLowerCase() }))
const buttons = [...form.querySelectorAll('button[data-verdict], button[data-platform], button[data-kind]')]
const pressed = (key) =>
  buttons.filter((b) => b.dataset[key] !== undefined && b.getAttribute('aria-pressed') === 'true').map((b) => b.dataset[key])

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const [verdicts, kinds, platforms] = ['verdict', 'kind', 'platform'].map(pressed)
  for (const cell of table.querySelectorAll('[data-p]')) {
    cell.classList.toggle('out', platforms.length > 0 && !platforms.includes(cell.dataset.p))
  }
  let shown = 0
  for (const { row, text } of rows) {
    const fits =
      words.every((word) => text.includes(word)) &&
      (kinds.length === 0 || kinds.includes(row.dataset.kind)) &&
      (verdicts.length === 0 || verdicts.some((verdict) => row.querySelector('td.' + verdict + ':not(.out)')))
    row.classList.toggle('out', !fits)
    if (fits) shown++
  }
  count.value = shown === rows.length ? rows.length + ' rows' : shown + ' of ' + rows.length + ' rows'
  empty.hidden = shown > 0
}

search.addEventListener('input', filter)
form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('click', ({ target }) => {
  const button = target.closest('button')
  if (button === null) return
  if (button.type === 'reset') for (const other of buttons) other.setAttribute('aria-pressed', 'false')
  else button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
  if (button.type === 'reset') search.value = ''
  filter()
})

let opener
function open(link) {
  const cell = link.parentElement
  const head = table.tHead.rows[1].cells[cell.cellIndex - 1]
  const note = document.querySelector(link.hash)
  panel.querySelector('h2').textContent = cell.parentElement.cells[0].firstElementChild.textContent
  panel.querySelector('p').textContent = head.getAttribute('aria-label')
  const body = panel.querySelector('div')
  body.className = note.className
  body.replaceChildren(...[...note.children].map((child) => child.cloneNode(true)))
  panel.hidden = false
  if (opener !== undefined) opener.removeAttribute('aria-current')
  opener = link
  opener.setAttribute('aria-current', 'true')
}
function close() {
  panel.hidden = true
  if (opener === undefined) return
  opener.removeAttribute('aria-current')
  opener.focus()
}
table.addEventListener('click', (event) => {
  const link = event.target.closest('td a')
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  rove(link)
  open(link)
})
panel.querySelector('button').addEventListener('click', close)
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !panel.hidden) close()
  if (event.key === '/' && document.activeElement !== search) {
    event.preventDefault()
    search.focus()
  }
})

// One cell takes part in the order of Tab, and arrows lead to the others: nobody wants to pass a thousand of them.
const links = table.tBodies[0].querySelectorAll('td a')
for (const link of links) link.tabIndex = -1
let current = links[0]
function rove(link) {
  current.tabIndex = -1
  current = link
  current.tabIndex = 0
}
if (current !== undefined) rove(current)
const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }
table.addEventListener('keydown', (event) => {
  const step = STEPS[event.key]
  const cell = event.target.closest('td')
  if (step === undefined || cell === null) return
  event.preventDefault()
  const next = step[0] === 0 ? beside(cell, step[1]) : below(cell, step[0])
  const link = next && next.querySelector('a')
  if (!link) return
  rove(link)
  link.focus()
  if (!panel.hidden) open(link)
})
function beside(cell, by) {
  const next = by > 0 ? cell.nextElementSibling : cell.previousElementSibling
  return next && next.classList.contains('out') ? beside(next, by) : next
}
function below(cell, by) {
  let row = cell.parentElement
  do row = by > 0 ? row.nextElementSibling : row.previousElementSibling
  while (row && row.classList.contains('out'))
  return row && row.cells[cell.cellIndex]
}

form.hidden = false
filter()
`
