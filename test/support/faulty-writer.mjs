// Writes the image of a layout to another layout while one system call goes wrong: faulty-writer.mjs SOURCE TARGET TAG FAULT K
// FAULT is `kill`, or the errno that the K-th call that changes the disk fails with. Prints the code of the error, or `ok`.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [source, directory, tag, fault, which] = process.argv.slice(2)
const CALLS = ['openSync', 'writeSync', 'fsync', 'fsyncSync', 'renameSync', 'linkSync', 'mkdirSync', 'copyFileSync']

const { DEFAULT_LIMITS: limits } = await import('#src/limits.js')
const { readLayout } = await import('#src/transports/read-layout.js')
const { layoutDirectory } = await import('#src/transports/layout-directory.js')
const { identityOf } = await import('#src/files.js')
const { BlobMemory } = await import('#src/transports/blob-memory.js')

const root = await readLayout(layoutDirectory(source), undefined, { limits, report: () => {} })

let calls = 0
for (const name of CALLS) {
  const real = fs[name]
  fs[name] = (...args) => {
    calls++
    if (calls !== Number(which)) return real(...args)
    if (fault === 'kill') process.kill(process.pid, 'SIGKILL')
    const error = Object.assign(new Error(`${fault}: injected`), { code: fault })
    if (name !== 'fsync') throw error
    return args.at(-1)(error)
  }
}
syncBuiltinESMExports()

const { layoutSink } = await import('#src/transports/layout-sink.js')
const { writeTo } = await import('#src/transports/write-to.js')
const memory = new BlobMemory()
// The second layer stands for one of our own, so that linking is among the calls.
const own = root.layers[1]
memory.addOwn(own.descriptor.digest, identityOf(own.range.file))
try {
  await writeTo([layoutSink({ directory, tag, memory, limits })], root)
  process.stdout.write('ok')
} catch (error) {
  process.stdout.write(error.code ?? String(error.stack))
}
