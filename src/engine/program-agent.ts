import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { Agent } from 'node:http'
import { Duplex, Readable, Writable } from 'node:stream'

/** A program whose input and output are a connection. */
export interface ConnectingProgram {
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** Characters of what a program said on stderr that are kept, the last ones. */
const KEPT = 1_000

/** An HTTP agent whose connections are programs. */
export class ProgramAgent extends Agent {
  readonly #program: ConnectingProgram

  constructor({ maxSockets, ...program }: ConnectingProgram & { readonly maxSockets: number }) {
    super({ keepAlive: true, maxSockets })
    this.#program = program
  }

  override createConnection(): Duplex {
    return connectionThrough(this.#program)
  }

  /** The base class asks for what only a socket can do. */
  override keepSocketAlive(): boolean {
    return true
  }

  override reuseSocket(): void {
    // There is no timer to stop.
  }
}

function connectionThrough({ program, args, env }: ConnectingProgram): Duplex {
  const child = spawn(program, args, { env })
  const connection = Duplex.from({ readable: Readable.from(outputOf(child, program)), writable: inputOf(child) })
  child.once('error', (error) => connection.destroy(error))
  connection.once('close', () => child.kill())
  return connection
}

/** What it writes, and at the end why it ended, if something went wrong. */
async function* outputOf(child: ChildProcessWithoutNullStreams, program: string): AsyncGenerator<Uint8Array> {
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-KEPT)
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  yield* child.stdout as AsyncIterable<Uint8Array>
  const status = await ended
  if (status !== 0) throw new Error(`${program} ended with status ${status}: ${said.trim()}`)
}

/** That it does not read any more shows in its output, with the reason. */
function inputOf({ stdin }: ChildProcessWithoutNullStreams): Writable {
  stdin.on('error', () => undefined)
  return new Writable({
    write: (piece: Uint8Array, _encoding, done) => void stdin.write(piece, () => done()),
    final: (done) => void stdin.end(() => done()),
    destroy: (error, done) => {
      stdin.destroy()
      done(error)
    },
  })
}
