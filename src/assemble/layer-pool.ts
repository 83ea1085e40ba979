import { Worker } from 'node:worker_threads'
import type { LayerSource } from '../plan/builder-plan.js'
import type { BlobStore } from './blob-store.js'
import type { LayerFacts } from './layer-record.js'
import { makeLayer } from './make-layer.js'
import type { SourceSettings } from './source-facts.js'
import { errorOf, type LayerOrder, type WorkerAnswer } from './worker-messages.js'

/** Below this many bytes of work the main thread is faster: a worker costs 18 to 32 ms to start. */
const WORTH_A_WORKER = 4 * 1024 * 1024

/** A layer that is to be made. */
export interface LayerTask {
  readonly source: LayerSource
  /** About how many bytes go into it. */
  readonly bytes: number
}

/** What making many layers needs to know, and who is told of it. */
export interface PoolOptions {
  readonly settings: SourceSettings
  /** Layers made at the same time, at most. */
  readonly jobs: number
  /** `bytes` more went into the layer of this task. */
  readonly onProgress: (task: number, bytes: number) => void
  readonly onMade: (task: number, layer: LayerFacts) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes every layer, the largest first, and returns them in the order of `tasks`. What comes out does not depend on the
 * number of jobs.
 *
 * @throws the first error of any layer, when all work has stopped; the signal's reason when it aborts
 */
export async function makeLayers(
  tasks: readonly LayerTask[],
  store: BlobStore,
  options: PoolOptions,
): Promise<LayerFacts[]> {
  options.signal?.throwIfAborted()
  const total = tasks.reduce((sum, task) => sum + task.bytes, 0)
  const run = new Run(tasks, store, options, total)
  try {
    if (total < WORTH_A_WORKER) await makeHere(run, options)
    else await makeInWorkers(run, Math.min(options.jobs, tasks.length), options)
    return run.layers
  } finally {
    run.end()
  }
}

/** Which layers are to do, in the making, and done. */
class Run {
  readonly layers: LayerFacts[] = []
  readonly #queue: LayerOrder[]
  readonly #store: BlobStore
  readonly #onMade: PoolOptions['onMade']
  readonly #temps = new Set<string>()

  constructor(tasks: readonly LayerTask[], store: BlobStore, { settings, jobs, onMade }: PoolOptions, total: number) {
    this.#store = store
    this.#onMade = onMade
    this.#queue = tasks
      .map(({ source, bytes }, number) => ({ source, bytes, number }))
      .sort((a, b) => b.bytes - a.bytes)
      .map(({ source, bytes, number }) => {
        // A layer that outlasts all others together keeps the other cores busy too.
        const parallelDeflate = jobs > 1 && bytes > Math.max(WORTH_A_WORKER, total / jobs)
        const temp = store.reserve()
        this.#temps.add(temp)
        return { number, source, temp, settings: { ...settings, parallelDeflate } }
      })
  }

  take(): LayerOrder | undefined {
    return this.#queue.shift()
  }

  async done({ number, temp }: LayerOrder, layer: LayerFacts): Promise<void> {
    if (!layer.packaged) await this.#store.keep(temp, layer)
    this.layers[number] = layer
    this.#onMade(number, layer)
  }

  /** Removes what was begun and not finished. */
  end(): void {
    for (const temp of this.#temps) this.#store.discard(temp)
  }
}

async function makeHere(run: Run, { onProgress, signal }: PoolOptions): Promise<void> {
  for (let order = run.take(); order !== undefined; order = run.take()) {
    const { number, source, temp, settings } = order
    const onBytes = (bytes: number): void => onProgress(number, bytes)
    await run.done(order, await makeLayer(source, temp, settings, { onBytes, signal }))
  }
}

async function makeInWorkers(run: Run, count: number, options: PoolOptions): Promise<void> {
  const workers = Array.from({ length: count }, () => new Worker(new URL('./layer-worker.js', import.meta.url)))
  const ready = workers.map(firstWord)
  try {
    await Promise.all(workers.map((worker) => employ(worker, run, options)))
  } finally {
    await Promise.all(workers.map((worker, i) => ready[i]!.then(() => worker.terminate())))
  }
}

/**
 * Resolves when the worker has loaded its modules, or never will. Ending it earlier can abort the whole process, because Node does
 * not expect a thread to go while it opens a file with a promise: https://github.com/nodejs/node/issues/43499
 */
function firstWord(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['message', 'error', 'exit']) worker.once(event, () => resolve())
  })
}

/** Gives `worker` one order after the other, until there are no more. */
function employ(worker: Worker, run: Run, { onProgress, signal }: PoolOptions): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    /** The order that is being written, and those before it that wait for the disk. */
    const orders = new Map<number, LayerOrder>()
    let noMore = false
    const next = (): void => {
      const order = run.take()
      if (order === undefined) noMore = true
      else {
        orders.set(order.number, order)
        worker.postMessage(order)
      }
      if (noMore && orders.size === 0) resolve()
    }
    const done = async (number: number, layer: LayerFacts): Promise<void> => {
      await run.done(orders.get(number)!, layer)
      orders.delete(number)
      if (noMore && orders.size === 0) resolve()
    }
    worker.on('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'ready') return
      if (answer.kind === 'progress') onProgress(answer.number, answer.bytes)
      else if (answer.kind === 'written') next()
      else if (answer.kind === 'made') done(answer.number, answer.layer).catch(reject)
      else reject(errorOf(answer.failure))
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`a worker ended with status ${code} in the middle of its work`)))
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    next()
  })
}
