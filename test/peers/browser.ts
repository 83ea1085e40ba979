import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { onTestFinished, type TestContext } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { endProcess, peer } from './peer.js'

/** Nothing of the browser's own goes anywhere: no name has an address. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--password-store=basic',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--remote-debugging-pipe',
]

/** An event of the browser. */
export interface BrowserEvent {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A tab of a browser. */
export interface Page {
  /** @see https://chromedevtools.github.io/devtools-protocol/ */
  send(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>
  /** Opens an address, and is back when all of it is there. */
  open(url: string): Promise<void>
  /** The value of an expression in the page, as JSON has it. */
  evaluate(expression: string): Promise<unknown>
  /** Everything it has said so far. */
  readonly events: readonly BrowserEvent[]
}

/** Starts chromium with one empty tab; skips the test when it is not there, or does not start. It ends with the test. */
export async function openBrowser(context: TestContext): Promise<Page> {
  const chromium = peer(context, 'chromium')
  const home = temporaryDirectory()
  const child = chromium.start([...FLAGS, `--user-data-dir=${home}`, 'about:blank'], { env: { HOME: home }, pipes: 2 })
  child.stderr?.resume()
  const [, , , commands, answers] = child.stdio
  const { send, events, happened } = converse(commands as Writable, answers as Readable)
  const ended = once(child, 'exit').then(() => undefined)
  onTestFinished(async () => {
    // Its own way out ends its helpers too, which write below its home.
    await Promise.race([send('Browser.close'), ended])
    await endProcess(child)
  })
  const target = await Promise.race([send('Target.createTarget', { url: 'about:blank' }), ended])
  // Some machines let no browser start, whatever its flags.
  if (target === undefined) return context.skip('chromium ended as soon as it was started')
  const { targetId } = target
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const page = (method: string, params: object = {}): ReturnType<Page['send']> =>
    send(method, params, String(sessionId))
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await page(`${domain}.enable`)
  await page('Page.setLifecycleEventsEnabled', { enabled: true })
  return {
    send: page,
    events,
    async open(url) {
      const { loaderId } = await page('Page.navigate', { url })
      // The empty page may be loaded only now, and that is not what is waited for.
      await happened(
        ({ method, params }) =>
          method === 'Page.lifecycleEvent' && params['name'] === 'load' && params['loaderId'] === loaderId,
      )
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await page('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      })
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
      return (result as { readonly value?: unknown }).value
    },
  }
}

interface Message extends Partial<BrowserEvent> {
  readonly id?: number
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

/** Commands and answers as JSON, each with a NUL at its end. */
function converse(commands: Writable, answers: Readable) {
  const waiting = new Map<number, (message: Message) => void>()
  const events: BrowserEvent[] = []
  const listeners = new Set<(event: BrowserEvent) => void>()
  let rest = ''
  let last = 0
  // One that has ended takes no more commands.
  commands.on('error', () => {})
  answers.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0')
    rest = texts.pop() ?? ''
    for (const text of texts) take(JSON.parse(text) as Message)
  })
  return { send, events, happened }

  function take(message: Message): void {
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else if (message.method !== undefined) {
      const event = { method: message.method, params: message.params ?? {} }
      events.push(event)
      for (const listener of listeners) listener(event)
    }
  }

  async function send(method: string, params: object = {}, sessionId?: string): ReturnType<Page['send']> {
    const id = ++last
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve))
    if (!commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)) await once(commands, 'drain')
    const { result, error } = await answer
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }

  /** Is back when there is such an event, or was before. */
  function happened(isIt: (event: BrowserEvent) => boolean): Promise<void> {
    if (events.some(isIt)) return Promise.resolve()
    return new Promise((resolve) => {
      listeners.add((event) => {
        if (isIt(event)) resolve()
      })
    })
  }
}
