import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test, type TestContext } from 'vitest'
import { htmlMatrix } from '#src/cli/render/matrix-html.js'
import { matrixResult } from '#src/operations/matrix-result.js'
import { matrixOf, type Matrix } from '#src/rules/matrix/matrix.js'
import { buildpack, soundWorld } from '../rules/examples/case.js'
import { MATRIX_WORLD, matrixOfWorld } from '../rules/matrix/matrix-world.js'
import { temporaryDirectory } from '../support/directories.js'
import { readWorld } from '../support/world.js'
import { openBrowser, type BrowserEvent, type Page } from './browser.js'

interface OpenPage extends Page {
  /** The names of the rows that are to be seen. */
  rows(): Promise<readonly string[]>
  /** Clicks on the first element that a selector finds. */
  click(selector: string): Promise<unknown>
  search(words: string): Promise<unknown>
  /** Whether an element takes up room on the page. */
  isSeen(selector: string): Promise<unknown>
  text(selector: string): Promise<unknown>
}

/** The page of a matrix, as somebody opens it that was sent the file. */
async function openPage(
  context: TestContext,
  matrix: Matrix = matrixOfWorld(MATRIX_WORLD),
  before: (page: Page) => Promise<unknown> = async () => {},
): Promise<OpenPage> {
  const page = await openBrowser(context)
  const file = join(temporaryDirectory(), 'matrix.html')
  writeFileSync(file, htmlMatrix(matrixResult(matrix)))
  await before(page)
  await page.open(pathToFileURL(file).href)
  const of = (selector: string): string => `document.querySelector(${JSON.stringify(selector)})`
  return {
    ...page,
    rows: async () =>
      (await page.evaluate(
        `[...document.querySelectorAll('tbody tr')].filter((row) => row.offsetHeight > 0).map((row) => row.cells[0].firstElementChild.textContent)`,
      )) as readonly string[],
    click: (selector) => page.evaluate(`${of(selector)}.click()`),
    search: (words) =>
      page.evaluate(
        `(() => { const input = ${of('input')}; input.value = ${JSON.stringify(words)}; input.dispatchEvent(new Event('input')) })()`,
      ),
    isSeen: (selector) => page.evaluate(`${of(selector)}.getClientRects().length > 0`),
    text: (selector) => page.evaluate(`${of(selector)}.textContent`),
  }
}

async function press(page: Page, key: string): Promise<void> {
  for (const type of ['keyDown', 'keyUp']) await page.send('Input.dispatchKeyEvent', { type, key })
}

/** What a page should never cause: requests beside the one for itself, errors, words on the console, breaches of its policy. */
function complaints({ events }: Page): readonly BrowserEvent[] {
  const isWrong = ({ method, params }: BrowserEvent): boolean => {
    if (method === 'Network.requestWillBeSent') {
      const { url, method: verb } = params['request'] as { readonly url: string; readonly method: string }
      return verb !== 'GET' || !/^file:.*\/matrix\.html$/.test(url)
    }
    return ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'].includes(method)
  }
  return events.filter(isWrong)
}

const MODULES = ['acme/suite', 'acme/java', 'acme/node', 'acme/loose', 'acme/legacy', 'acme/old', 'acme/curl']
const ALL = ['images', 'run images', 'build environment', ...MODULES.map((id) => `${id}@1.0.0`), 'missing']

describe('the page of a matrix, in a browser', () => {
  test('shows all rows, asks nobody for anything, and has no complaint', async (context) => {
    const page = await openPage(context)
    expect(await page.rows()).toEqual(ALL)
    expect(await page.text('output')).toBe(`${ALL.length} rows`)
    await page.click('td.differs a')
    await page.click('button[data-verdict="fits-not"]')
    expect(complaints(page)).toEqual([])
    expect(page.events.filter(({ method }) => method === 'Network.requestWillBeSent')).toHaveLength(1)
  })

  test('finds rows by words in their names and rules', async (context) => {
    const page = await openPage(context)
    await page.search('ACME/ja')
    expect(await page.rows()).toEqual(['acme/java@1.0.0'])
    await page.search('contract divergence')
    expect(await page.rows()).toEqual(['acme/legacy@1.0.0'])
    await page.search('nothing is like that')
    expect(await page.rows()).toEqual([])
    expect(await page.isSeen('.empty')).toBe(true)
    await page.click('button[type="reset"]')
    expect(await page.rows()).toEqual(ALL)
  })

  test('shows the rows of a verdict, of a kind, and the columns of a platform', async (context) => {
    const page = await openPage(context)
    await page.click('button[data-verdict="differs"]')
    expect(await page.rows()).toEqual(['acme/loose@1.0.0', 'acme/legacy@1.0.0'])
    expect(await page.text('output')).toBe(`2 of ${ALL.length} rows`)
    await page.click('button[data-platform="0"]')
    expect(await page.rows()).toEqual(['acme/legacy@1.0.0'])
    expect(await page.isSeen('thead [data-p="0"]')).toBe(true)
    expect(await page.isSeen('thead [data-p="1"]')).toBe(false)
    await page.click('button[data-verdict="differs"]')
    await page.click('button[data-kind="extension"]')
    expect(await page.rows()).toEqual(['acme/curl@1.0.0'])
    expect(await page.evaluate(`document.querySelectorAll('button[aria-pressed="true"]').length`)).toBe(2)
  })

  test('says of a cell why it is so, and goes back to it', async (context) => {
    const page = await openPage(context)
    expect(await page.isSeen('aside')).toBe(false)
    await page.click('td.differs a')
    expect(await page.isSeen('aside')).toBe(true)
    expect(await page.text('aside h2')).toBe('acme/loose@1.0.0')
    expect(await page.text('aside p')).toBe('build image golden.test/build:1 on linux/arm64')
    expect(await page.text('aside div')).toMatch(
      /target-divergence.*pack.*refuses.*lifecycle.*takes.*fix.*trowel explain/s,
    )
    await press(page, 'Escape')
    expect(await page.isSeen('aside')).toBe(false)
    expect(await page.evaluate(`document.activeElement === document.querySelector('td.differs a')`)).toBe(true)
  })

  test('goes from cell to cell with the arrows, past those that are not shown', async (context) => {
    const page = await openPage(context)
    await page.click('button[data-kind="buildpack"]')
    const focused = `[...document.activeElement.closest('tr').children].indexOf(document.activeElement.parentElement) + ' ' + document.activeElement.closest('tr').cells[0].firstElementChild.textContent`
    await page.evaluate(`document.querySelectorAll('tbody tr')[4].cells[1].firstElementChild.focus()`)
    await press(page, 'ArrowRight')
    expect(await page.evaluate(focused)).toBe('2 acme/java@1.0.0')
    await press(page, 'ArrowDown')
    expect(await page.evaluate(focused)).toBe('2 acme/node@1.0.0')
    await press(page, 'ArrowUp')
    await press(page, 'ArrowUp')
    expect(await page.evaluate(focused)).toBe('2 acme/java@1.0.0')
    await press(page, '/')
    expect(await page.evaluate(`document.activeElement.type`)).toBe('search')
    expect(await page.evaluate(`document.querySelectorAll('td a:not([tabindex="-1"])').length`)).toBe(1)
  })

  test('is light or dark, as its reader has it', async (context) => {
    const page = await openPage(context)
    /** By how much the background is lighter than the text. */
    const contrast = async (): Promise<number> => {
      const [back = 0, text = 0] = (await page.evaluate(
        `['backgroundColor', 'color'].map((key) => getComputedStyle(document.body)[key].match(/\\d+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0))`,
      )) as number[]
      return back - text
    }
    // The browser may be a moment late with what its reader wants.
    for (const [value, sign] of [['light', 1] as const, ['dark', -1] as const]) {
      await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
      await expect.poll(async () => sign * (await contrast())).toBeGreaterThan(500)
    }
  })

  test('prints all rows and columns, whatever is filtered, and no buttons', async (context) => {
    const page = await openPage(context)
    await page.search('java')
    await page.click('button[data-platform="0"]')
    await page.click('td.fits a')
    await page.send('Emulation.setEmulatedMedia', { media: 'print' })
    expect(await page.rows()).toEqual(ALL)
    expect(await page.isSeen('thead [data-p="1"]')).toBe(true)
    expect(await page.isSeen('form')).toBe(false)
    expect(await page.isSeen('aside')).toBe(false)
    expect(await page.isSeen('td.fits .rule')).toBe(true)
    expect(await page.isSeen('.empty')).toBe(false)
  })

  test('has everything where no script runs, and a cell leads to its note', async (context) => {
    const page = await openPage(context, undefined, (page) =>
      page.send('Emulation.setScriptExecutionDisabled', { value: true }),
    )
    expect(await page.rows()).toEqual(ALL)
    expect(await page.isSeen('form')).toBe(false)
    const lost = `[...document.querySelectorAll('td a')].filter((link) => document.querySelector(link.hash) === null).length`
    expect(await page.evaluate(lost)).toBe(0)
    expect(complaints(page)).toEqual([])
  })

  test('keeps names and columns in sight when it is scrolled', async (context) => {
    const page = await openPage(context, many(200))
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 900,
      height: 600,
      deviceScaleFactor: 1,
      mobile: false,
    })
    await page.evaluate(`document.querySelector('main').scrollTo(400, 3000)`)
    const [top, left] = (await page.evaluate(
      `(() => { const main = document.querySelector('main').getBoundingClientRect(); return [document.querySelector('thead').getBoundingClientRect().top - main.top, document.querySelector('tbody th').getBoundingClientRect().left - main.left] })()`,
    )) as number[]
    expect([top, left]).toEqual([0, 0])
  })

  test('shows names that are markup as names', async (context) => {
    const id = `<img src="https://a.example/x" onerror="document.title='gone'"></script><script>document.title='gone'</script>`
    const world = soundWorld({ modules: { java: buildpack(id) } })
    const page = await openPage(context, matrixOfWorld(world, `"><b>'&amp;`))
    expect(await page.rows()).toContain(`${id}@1.0.0`)
    expect(await page.evaluate('document.title')).toBe(`Compatibility of "><b>'&amp;`)
    expect(await page.evaluate(`document.querySelectorAll('img, b b, h1 b').length`)).toBe(0)
    expect(complaints(page)).toEqual([])
  })

  test('finds one of a thousand modules', async (context) => {
    const page = await openPage(context, many(1000))
    expect(await page.rows()).toHaveLength(1002)
    await page.search('java-777')
    expect(await page.rows()).toEqual(['acme/java-777@1.0.0'])
    expect(complaints(page)).toEqual([])
  })
})

/** A matrix of so many modules. */
function many(count: number): Matrix {
  const { judged } = readWorld(MATRIX_WORLD, { platform: { os: 'linux', architecture: 'amd64' } })
  const [java] = judged.buildpacks?.[1] ?? []
  if (java === undefined) throw new Error('the world has a second buildpack')
  const { descriptor } = java
  const buildpacks = Array.from({ length: count }, (_, i) => [
    { ...java, descriptor: { ...descriptor, info: { ...descriptor.info, id: `acme/java-${i}` } } },
  ])
  const config = judged.config && { ...judged.config, buildEnv: [] }
  return matrixOf('builder.toml', [{ ...judged, config, buildpacks, extensions: [] }])
}
