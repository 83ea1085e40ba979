#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { availableParallelism, tmpdir } from 'node:os'
import { EXIT_STATUS } from './errors.js'
import { main } from './cli/main.js'
import { removeTemps } from './files.js'
import { architectureOf } from './operations/host.js'

const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

// undici's parser is WebAssembly: optimising it takes 35 MB and keeps a run from ending, and gains nothing that we could measure.
setFlagsFromString('--liftoff-only')

const stop = new AbortController()
// Every request of a run, and every layer, listens.
setMaxListeners(0, stop.signal)
let stoppedBy: keyof typeof SIGNAL_STATUS | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stoppedBy !== undefined) leave(SIGNAL_STATUS[signal])
    stoppedBy = signal
    stop.abort(new Error(`stopped by ${signal}`))
  })
}

/** Ends at once, without leaving unfinished files behind. */
function leave(status: number): never {
  removeTemps()
  process.exit(status)
}

/** Nobody listens any more (`| head`): the work goes on, and its status is what counts. */
const GONE = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'])

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== undefined && GONE.has(code)) return
    if (stream === process.stdout) process.stderr.write(`error[E_IO] writing the result failed: ${code}\n`)
    leave(EXIT_STATUS.disk)
  })
}

process.exitCode = await main(process.argv.slice(2), {
  streams: {
    writeOut: (text) => void process.stdout.write(text),
    writeErr: (text) => void process.stderr.write(text),
    terminal: process.stderr.isTTY && process.env['TERM'] !== 'dumb',
    outTerminal: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
    columns: process.stderr.columns || 80,
  },
  host: {
    cwd: process.cwd(),
    env: process.env,
    architecture: architectureOf(process.arch),
    cpus: availableParallelism(),
    now: Date.now,
    home: process.env['HOME'] || undefined,
    user: process.getuid?.(),
    runtime: `node ${process.versions.node}; ${process.platform}/${process.arch}`,
    temporaryDirectory: tmpdir(),
    random: Math.random,
  },
  signal: stop.signal,
})
removeTemps()
// A signal that came when everything was written stopped nothing.
if (stoppedBy !== undefined && process.exitCode !== 0) process.exitCode = SIGNAL_STATUS[stoppedBy]
