import { parentPort } from 'node:worker_threads'
import { makeLayer } from './make-layer.js'
import { failureOf, type LayerOrder, type WorkerAnswer } from './worker-messages.js'

/** Bytes after which progress is told: often enough for a display, seldom enough to cost nothing. */
const PROGRESS_STEP = 4 * 1024 * 1024

function answer(message: WorkerAnswer): void {
  parentPort?.postMessage(message)
}

async function carryOut({ number, source, temp, settings }: LayerOrder): Promise<void> {
  let untold = 0
  const tell = (): void => {
    answer({ kind: 'progress', number, bytes: untold })
    untold = 0
  }
  const onBytes = (bytes: number): void => {
    untold += bytes
    if (untold >= PROGRESS_STEP) tell()
  }
  let written = false
  const onWritten = (): void => {
    if (written) return
    written = true
    answer({ kind: 'written', number })
  }
  try {
    const layer = await makeLayer(source, temp, settings, { onBytes, onWritten })
    tell()
    onWritten()
    answer({ kind: 'made', number, layer })
  } catch (error) {
    answer({ kind: 'failed', number, failure: failureOf(error) })
  }
}

parentPort?.on('message', (order: LayerOrder) => void carryOut(order))
answer({ kind: 'ready' })
