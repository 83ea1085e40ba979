/** How the page of a matrix looks: on a screen, light or dark, and on paper. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --raised: #f6f7f9; --line: #dfe3e8; --text: #1c2128; --faint: #59636e; --accent: #0b57d0;
  --bad: #b3261e; --bad-back: #fdecea; --mixed: #8a5300; --mixed-back: #fff3d6;
  --open: #6639a6; --open-back: #f3edfc; --good: #1a6b3c; --good-back: transparent;
  --shadow: 0 8px 30px rgb(20 30 50 / 18%);
  --first: clamp(13rem, 20vw, 24rem);
  font: 15px/22px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --raised: #1d2127; --line: #333a44; --text: #e4e8ee; --faint: #9aa5b3; --accent: #8ab4f8;
    --bad: #ffaba3; --bad-back: #43201f; --mixed: #f7cd7a; --mixed-back: #3d2f10;
    --open: #d2b7fb; --open-back: #32264a; --good: #84d6a3; --shadow: 0 8px 30px rgb(0 0 0 / 60%);
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text) }
code, .rule { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .88em }
h1, h2, h3, p, ol, dl, fieldset { margin: 0; padding: 0; border: 0 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 3px }

header { padding: 1.1rem 1.5rem .9rem; border-bottom: 1px solid var(--line) }
h1 { font-size: 1.35rem; line-height: 1.4; font-weight: 650; letter-spacing: -.01em }
h1 code { font-size: 1em; font-weight: 500 }
header p { color: var(--faint) }
form { display: flex; flex-wrap: wrap; gap: .6rem 1.4rem; align-items: center; margin-top: .8rem }
form[hidden] { display: none }
fieldset { display: flex; flex-wrap: wrap; gap: .3rem; min-width: 0 }
legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
input, button { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px }
input { width: 16rem; max-width: 100%; padding: .32rem .6rem }
button { padding: .22rem .6rem; cursor: pointer; font-size: .92em }
button:hover { border-color: var(--faint) }
button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--page) }
button b { font-weight: 500; opacity: .75; margin-left: .25em; font-variant-numeric: tabular-nums }
output { color: var(--faint); font-variant-numeric: tabular-nums }

table { border-collapse: separate; border-spacing: 0; min-width: 100% }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
th, td { text-align: left; vertical-align: top; font-weight: 400; border-bottom: 1px solid var(--line) }
thead { position: sticky; top: 0; z-index: 2 }
thead th { background: var(--raised); padding: 7px 12px; min-width: 9rem; max-width: 16rem }
thead .platform { font-weight: 600; border-left: 1px solid var(--line); padding-block: .3rem; vertical-align: middle }
thead .platform span { position: sticky; left: calc(var(--first) + 12px) }
thead small, tbody th small { display: block; color: var(--faint); font-size: 12.5px; line-height: 17px }
thead code, thead small { overflow-wrap: anywhere }
.first { border-left: 1px solid var(--line) }
thead .corner, tbody th { position: sticky; left: 0; z-index: 1 }
thead .corner { z-index: 3; font-weight: 600; vertical-align: bottom }
tbody th { background: var(--page); padding: 7px 12px 7px 1.5rem; width: var(--first); min-width: var(--first); max-width: var(--first); overflow-wrap: anywhere }
thead .corner { padding-left: 1.5rem }
tbody tr:hover > * { background-color: var(--raised) }
td a { display: block; min-height: 100%; padding: 7px 12px; color: var(--tone); text-decoration: none; white-space: nowrap }
td a::before, h3::before, button[data-verdict]::before { content: var(--sign); display: inline-block; width: 1.15em; font-weight: 700 }
td a:hover { text-decoration: underline }
td abbr { text-decoration: none }
td small { display: block; padding-left: 1.35em; color: var(--tone); line-height: 18px }
td a[aria-current] { outline: 2px solid var(--accent); outline-offset: -2px }
td sup { display: none }
td.fits small, td.not-applicable small { display: none }
td { background: var(--back) }
.fits-not { --tone: var(--bad); --back: var(--bad-back) }
.differs { --tone: var(--mixed); --back: var(--mixed-back) }
.unknown { --tone: var(--open); --back: var(--open-back) }
.fits { --tone: var(--good); --back: var(--good-back) }
.not-applicable { --tone: var(--faint) }
.empty { padding: 2rem 1.5rem; color: var(--faint) }

section { padding: 1.6rem 1.5rem 3rem; max-width: 60rem }
h2 { font-size: 1.1rem; font-weight: 650 }
.key { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .7rem 0 1.4rem }
.key dt { color: var(--tone) }
.key dt::before { content: var(--sign); display: inline-block; width: 1.15em; font-weight: 700 }
.key dd { margin: 0; color: var(--faint) }
ol { list-style: none }
li { padding: .8rem 0 .8rem 2.6rem; border-top: 1px solid var(--line); position: relative }
li > sup { position: absolute; left: 0; top: 1rem; color: var(--faint); font-variant-numeric: tabular-nums }
li:target { background: var(--raised) }
h3 { font-size: 1em; font-weight: 600; color: var(--tone) }
h3 .rule { font-weight: 500; color: var(--text); margin-left: .4em }
li dl, aside dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin-top: .4rem }
li dt, aside dt { color: var(--faint) }
li dd, aside dd { margin: 0; overflow-wrap: anywhere }
.reason { overflow-wrap: anywhere }
.reason::first-letter { text-transform: uppercase }

aside { position: fixed; right: 1rem; bottom: 1rem; z-index: 9; width: min(30rem, calc(100vw - 2rem)); max-height: 70vh; overflow: auto;
  padding: 1rem 1.2rem 1.2rem; background: var(--page); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow) }
aside[hidden] { display: none }
aside h2 { padding-right: 2.5rem; overflow-wrap: anywhere }
aside > p { color: var(--faint); overflow-wrap: anywhere; margin-bottom: .6rem }
aside sup { display: none }
aside .close { position: absolute; right: .8rem; top: .9rem }

@media screen {
  .out { display: none }
}
@media screen and (min-width: 45rem) and (min-height: 30rem) {
  body { height: 100vh; height: 100dvh; display: flex; flex-direction: column }
  main { flex: 1; overflow: auto }
}
@media (max-width: 45rem) {
  header, section { padding-inline: 1rem; position: sticky; left: 0; max-width: 100vw }
  :root { --first: 10rem }
  tbody th, thead .corner { padding-inline: 1rem .5rem }
}
@media print {
  @page { size: landscape; margin: 12mm }
  :root { --page: #fff; --raised: #fff; --line: #bbb; --text: #000; --faint: #444; --bad: #8f1a13; --mixed: #6b4000; --open: #4a2383; --good: #0e4d28;
    --bad-back: #fff; --mixed-back: #fff; --open-back: #fff; font-size: 9pt; line-height: 1.4 }
  form, aside { display: none !important }
  header, section, tbody th, thead .corner { padding-left: 0 }
  thead, thead .corner, tbody th, thead .platform span { position: static }
  thead { display: table-header-group }
  tr, li { break-inside: avoid }
  table { table-layout: fixed; width: 100%; font-size: 7.5pt }
  thead small, tbody th small, td small { font-size: 6.5pt; line-height: 1.3 }
  thead th, tbody th { min-width: 0; max-width: none; padding: .3em .4em }
  thead .corner { width: 14% }
  td a { padding: .3em .4em; white-space: normal; overflow-wrap: anywhere; outline: none !important }
  td a::before { display: inline; width: auto; margin-right: .15em }
  td small, td.fits small, td.not-applicable small { display: block; padding: 0 }
  td sup { display: inline; margin-left: .1em; font-size: .8em }
  section { max-width: none }
  ol { columns: 2; column-gap: 2em }
}
`
