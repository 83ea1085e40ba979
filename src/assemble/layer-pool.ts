import { Worker } from 'node:worker_threads'
import type { Cache } from '../cache/cache.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { fetchLayers } from './fetch-layers.js'
import { LayerQueue } from './layer-queue.js'
import type { KnownLayer, LayerCompression, LayerFacts } from './layer-record.js'
import type { LocalSource } from './local-source.js'
import { makeLayer } from './make-layer.js'
import type { SourceSettings } from './source-facts.js'
import { errorOf, type LayerOrder, type WorkerAnswer } from './worker-messages.js'

/** Below this many bytes of work the main thread is faster: a worker costs 18 to 32 ms to start. */
const WORTH_A_WORKER = 4 * 1024 * 1024

/**
 * What a worker keeps is in buffers outside of its heap: the little that it makes beside them lives for a file or two, and V8
 * would let 48 MiB of it gather, in each.
 */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 6 }

/** A layer that is to be made. */
export interface LayerTask {
  readonly source: LayerSource
  /** About how many bytes go into it. */
  readonly bytes: number
}

/** What making many layers needs to know, and who is told of it. */
export interface PoolOptions {
  readonly settings: SourceSettings
  readonly compression: LayerCompression
  /** Layers made at the same time, at most. */
  readonly jobs: number
  /** `bytes` more went into the layer of this task. */
  readonly onProgress: (task: number, bytes: number) => void
  readonly onMade: (task: number, layer: KnownLayer) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes every layer, the largest of those whose sources are on this machine first, while the others are being fetched. What
 * comes out does not depend on the number of jobs.
 *
 * @throws the first error of any layer, when all work has stopped; the signal's reason when it aborts
 */
export async function makeLayers(tasks: readonly LayerTask[], cache: Cache, options: PoolOptions): Promise<void> {
  options.signal?.throwIfAborted()
  if (tasks.length === 0) return
  const total = tasks.reduce((sum, task) => sum + task.bytes, 0)
  const run = new Run(tasks, cache, options, total)
  const fetching = run.fetch()
  try {
    if (total < WORTH_A_WORKER) await makeHere(run, options)
    else await makeInWorkers(run, Math.min(options.jobs, tasks.length), options)
  } finally {
    run.stopFetching()
    await fetching
    run.end()
  }
}

/** Which layers are to do, in the making, and done. */
class Run {
  readonly #tasks: readonly LayerTask[]
  readonly #cache: Cache
  readonly #options: PoolOptions
  readonly #total: number
  readonly #queue: LayerQueue
  readonly #temps = new Set<string>()
  readonly #stop = new AbortController()

  constructor(tasks: readonly LayerTask[], cache: Cache, options: PoolOptions, total: number) {
    this.#tasks = tasks
    this.#cache = cache
    this.#options = options
    this.#total = total
    this.#queue = new LayerQueue(tasks.length)
  }

  /** Gets the sources ready, one after the other. What goes wrong shows in `take`. */
  async fetch(): Promise<void> {
    const { signal } = this.#options
    const largestFirst = this.#tasks
      .map(({ source, bytes }, number) => ({ source, bytes, number }))
      .sort((a, b) => b.bytes - a.bytes)
    const stop = this.#stop.signal
    try {
      await fetchLayers(
        largestFirst,
        this.#cache,
        (number, source) => this.#put(number, source),
        signal === undefined ? stop : AbortSignal.any([signal, stop]),
      )
    } catch (error) {
      this.#queue.fail(error)
    }
  }

  stopFetching(): void {
    this.#stop.abort()
  }

  take(): Promise<LayerOrder | undefined> {
    return this.#queue.take()
  }

  done({ number, temp }: LayerOrder, facts: LayerFacts): void {
    const file = facts.packaged
      ? undefined
      : this.#cache.keep(temp, { digest: facts.digest, kind: 'layer', isSynced: true })
    this.#options.onMade(number, { facts, file })
  }

  /** Removes what was begun and not finished. */
  end(): void {
    for (const temp of this.#temps) this.#cache.discard(temp)
  }

  #put(number: number, source: LocalSource): void {
    const { settings, compression, jobs } = this.#options
    const { bytes } = this.#tasks[number]!
    // A layer that outlasts all others together keeps the other cores busy too.
    const parallelDeflate = jobs > 1 && bytes > Math.max(WORTH_A_WORKER, this.#total / jobs)
    const temp = this.#cache.reserve()
    this.#temps.add(temp)
    const order = { number, source, temp, settings: { ...settings, compression, parallelDeflate } }
    this.#queue.put({ order, bytes })
  }
}

async function makeHere(run: Run, { onProgress, signal }: PoolOptions): Promise<void> {
  for (let order = await run.take(); order !== undefined; order = await run.take()) {
    const { number, source, temp, settings } = order
    const onBytes = (bytes: number): void => onProgress(number, bytes)
    run.done(order, await makeLayer(source, temp, settings, { onBytes, signal }))
  }
}

async function makeInWorkers(run: Run, count: number, options: PoolOptions): Promise<void> {
  const file = new URL('./layer-worker.js', import.meta.url)
  const workers = Array.from({ length: count }, () => new Worker(file, { resourceLimits: WORKER_LIMITS }))
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
    const next = async (): Promise<void> => {
      const order = await run.take()
      if (order === undefined) noMore = true
      else {
        orders.set(order.number, order)
        worker.postMessage(order)
      }
      if (noMore && orders.size === 0) resolve()
    }
    const done = (number: number, layer: LayerFacts): void => {
      run.done(orders.get(number)!, layer)
      orders.delete(number)
      if (noMore && orders.size === 0) resolve()
    }
    const answered = async (answer: WorkerAnswer): Promise<void> => {
      switch (answer.kind) {
        case 'ready':
          return
        case 'progress':
          return onProgress(answer.number, answer.bytes)
        case 'written':
          return next()
        case 'made':
          return done(answer.number, answer.layer)
        case 'failed':
          throw errorOf(answer.failure)
      }
    }
    worker.on('message', (answer: WorkerAnswer) => void answered(answer).catch(reject))
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`a worker ended with status ${code} in the middle of its work`)))
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    next().catch(reject)
  })
}
