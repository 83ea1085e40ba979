import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test, type TestContext } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { trowelHere } from '../support/here.js'
import { TestLayout, tarOfEntries } from '../support/layout.js'
import { BROKEN_IMAGE, IMAGE, type RandomImage } from '../support/random-labels.js'
import { LAYER } from '../support/random-layers.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { write } from '../support/verdicts.js'
import { peer, type Peer } from './peer.js'

/** How many images; `TROWEL_CASES=500` is the long form. */
const CASES = Number(process.env['TROWEL_CASES'] ?? 12)
/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 20_261_121)
/** Images at once: pack waits for the registry and for the engine, one after the other. */
const AT_ONCE = 3

const MACHINE_FORMATS = ['json', 'yaml', 'toml'] as const

/** An image where both can find it. */
interface Case {
  readonly number: number
  readonly image: RandomImage
  /** What both are given as its name. */
  readonly name: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
}

interface Places {
  readonly registry: Registry
  readonly engine: TestEngine
}

/** Puts an image into the registry; every third one into the engine too, and some packages into a layout or a `.cnb` file alone. */
async function place(image: RandomImage, number: number, { registry, engine }: Places): Promise<Case> {
  const directory = temporaryDirectory()
  const layout = new TestLayout(join(directory, 'image'))
  layout.setEntries([layout.image({ labels: labelsOf(image), tars: [LAYER] })])
  layout.editConfig((config) => void Object.assign(config.config as object, image.container))
  const settings = image.mirrors.map(({ image, mirrors }) =>
    ['[[run-images]]', `image = ${JSON.stringify(image)}`, `mirrors = ${JSON.stringify(mirrors)}`, ''].join('\n'),
  )
  write(join(directory, 'home/config.toml'), settings.join(''))
  // Whatever is not on the loopback is not there.
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' }
  const env = { PACK_HOME: join(directory, 'home'), DOCKER_HOST: engine.host, ...nowhere }
  const found = { number, image, directory, env }
  if (image.kind === 'buildpack' && number % 3 === 0) {
    const file = join(directory, 'package.cnb')
    writeFileSync(file, tarOfEntries(layout.tarEntries()))
    return { ...found, name: number % 2 === 0 ? file : layout.directory }
  }
  await pushLayout(registry, layout.directory, `case-${number}:1`)
  const name = `${registry.host}/case-${number}:1`
  if (number % 3 === 1) engine.put(Buffer.from(JSON.stringify(layout.config())), [LAYER], name)
  return { ...found, name }
}

function labelsOf({ labels }: RandomImage): Record<string, string> {
  const there = Object.entries(labels).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    there.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

/** What a case is asked for: in words for people, and where there are others in one of the formats for machines. */
function questions({ number, image, name }: Case): readonly (readonly string[])[] {
  const { kind, depth, verbose } = image
  const words = [...(kind === 'app' ? [] : [kind]), 'inspect', name]
  const more = verbose ? ['--verbose'] : []
  if (kind === 'extension') return [words]
  if (kind === 'buildpack') return [[...words, `--depth=${depth}`, ...more]]
  const inFormat = [...words, '--output', MACHINE_FORMATS[number % MACHINE_FORMATS.length] ?? '']
  if (kind === 'app') return [words, inFormat]
  // pack crashes when it is to show the mixins of no stack.
  const hasStack = (image.labels['io.buildpacks.stack.id'] ?? '') !== ''
  return [
    [...words, `--depth=${depth}`, ...more],
    [...inFormat, `--depth=${depth}`, ...(hasStack ? more : [])],
  ]
}

async function packRun(
  pack: Peer,
  words: readonly string[],
  env: Case['env'],
): Promise<Pick<Run, 'status' | 'stdout'>> {
  const child = pack.start([...words, '--no-color'], { env })
  if (child.stdout === null) throw new Error('pack has no stdout')
  const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>])
  return { status, stdout }
}

const WARNING = /^Warning: .*\n/gm

/** What pack has on stdout and we on stderr: its warnings. An order that is missing is none of buildpacks that are. */
function warningsOf(text: string): string[] {
  const lines = text.match(WARNING) ?? []
  return lines.map((line) => line.replace('has no detection order', 'has no buildpacks'))
}

/** How one question ended, in a few words; `not the same` when it must not. */
function outcomeOf(theirs: Pick<Run, 'status' | 'stdout'>, ours: Run, words: readonly string[]): string {
  if (ours.status !== 0 && ours.status !== 3) return 'not the same: a fault of ours'
  if (theirs.status !== 0) return ours.status === 0 ? 'only pack refuses' : 'both refuse'
  if (ours.status !== 0) return 'only we refuse'
  const isForPeople = !words.includes('--output')
  // pack has blanks behind some rows of processes.
  const shown = (stdout: string): string => (words[0] === 'inspect' ? stdout.replaceAll(/ +$/gm, '') : stdout)
  if (shown(theirs.stdout.replaceAll(WARNING, '')) !== shown(ours.stdout)) return 'not the same: what is shown'
  const warned = [theirs.stdout, isForPeople ? ours.stderr : ''].map((said) => warningsOf(said).join(''))
  return warned[0] === warned[1] ? 'both show the same' : 'not the same: warnings'
}

/** Asks both for images and returns how often each outcome came, and what must not have come. */
async function compare(context: TestContext, images: readonly RandomImage[]): Promise<ReadonlyMap<string, unknown[]>> {
  const pack = peer(context, 'pack')
  const registry = await startRegistry()
  context.onTestFinished(() => registry.close())
  const engine = await startEngine({
    intercept: ({ path }, _request, response) => {
      // pack asks for it and shows nothing of it.
      if (!path.endsWith('/history')) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
      return true
    },
  })
  const outcomes = new Map<string, unknown[]>()
  const entries = images.entries()
  async function work(): Promise<void> {
    for (const [number, image] of entries) {
      const one = await place(image, number, { registry, engine })
      const { directory: cwd, env } = one
      for (const words of questions(one)) {
        const theirs = await packRun(pack, words, env)
        const ours = await trowelHere([...words, '--no-cache'], { cwd, env })
        const outcome = outcomeOf(theirs, ours, words)
        outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), { words, image, theirs, ours }])
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const counts = [...outcomes].map(([outcome, { length }]) => `${outcome} ${length}`)
  console.log(`seed ${SEED}: ${counts.toSorted().join(', ')}`)
  return outcomes
}

const differences = (outcomes: ReadonlyMap<string, unknown[]>): unknown[] =>
  [...outcomes].filter(([outcome]) => outcome.startsWith('not')).flatMap(([, found]) => found)

test(
  `what pack shows of builders, packages and applications we show alike, ${CASES} times (seed ${SEED})`,
  { timeout: 600_000 + CASES * 5_000 },
  async (context) => {
    const outcomes = await compare(context, fc.sample(IMAGE, { seed: SEED, numRuns: CASES }))
    expect(differences(outcomes)).toEqual([])
    // Refs that several versions answer are refused by both.
    expect([...outcomes.keys()].filter((outcome) => outcome !== 'both refuse')).toEqual(['both show the same'])
  },
)

test(
  `what a label says that is broken somewhere we show as pack does, or one of us refuses it, ${CASES / 2} times (seed ${SEED})`,
  { timeout: 600_000 + CASES * 5_000 },
  async (context) => {
    const outcomes = await compare(context, fc.sample(BROKEN_IMAGE, { seed: SEED, numRuns: CASES / 2 }))
    expect(differences(outcomes)).toEqual([])
    expect([...outcomes.keys()]).toContain('both refuse')
  },
)
