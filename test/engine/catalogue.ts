/** Group D of the bad-input catalogue: docker engines. Each row meets an engine, or what is no engine, and says what comes of it. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Diagnostic, ErrorCode } from '#src/errors.js'
import { engineEndpoint } from '#src/engine/endpoint.js'
import { requestVersion } from '#src/engine/api-version.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image } from '#src/oci/image.js'
import { writeTo } from '#src/transports/write-to.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine, type EngineQuirks, type TestEngine } from '../support/engine.js'
import { tarOf } from '../support/layout.js'
import { anImage, openEngine, sinkTo } from '../support/engine-client.js'

/** As in the catalogue: refuse, a mistake in the settings, the network, the disk, accept, accept with a warning. */
export type Outcome = 'REJ' | 'CFG' | 'NET' | 'IO' | 'ACC' | 'WARN'

export interface Row {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  /** Of what fails. */
  readonly code?: ErrorCode
  /** Does it, and looks at what came of it when it is accepted. Returns warnings. */
  readonly run: () => Promise<readonly Diagnostic[] | void>
}

const limits = DEFAULT_LIMITS

/** Milliseconds for engines that never answer: the test waits for them. */
const SOON = 50

type Env = Readonly<Record<string, string>>

/** Does it without the powers of root, for which no socket is somebody else's. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid?.(NOBODY)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}

/** The user that owns nothing. */
const NOBODY = 65_534

/** A server that speaks whatever `talk` says, and its socket. */
async function speaker(talk: (server: Server) => void): Promise<string> {
  const socket = join(temporaryDirectory(), 'x.sock')
  const server = createServer()
  talk(server)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
  return `unix://${socket}`
}

/** Writes an image to an engine that has an older one under the name; when it fails, nothing may have changed. */
async function replace(quirks: EngineQuirks, root: Image): Promise<TestEngine> {
  const engine = await startEngine(quirks)
  engine.put(Buffer.from('{"os":"linux","config":{}}'), [tarOf('old', '1')], 'docker.io/acme/app:1')
  const before = engine.state()
  const client = await openEngine({ DOCKER_HOST: engine.host })
  try {
    await writeTo([sinkTo(client, 'acme/app:1')], root)
  } catch (error) {
    expect(engine.state()).toBe(before)
    throw error
  }
  return engine
}

/** Answers every load in these words. */
function loading(answer: string): EngineQuirks {
  return {
    async intercept({ path }, request, response) {
      if (path !== '/images/load') return false
      for await (const _ of request);
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
      return true
    },
  }
}

const ID = `sha256:${'0'.repeat(64)}`

function settings(env: Env): () => Promise<readonly Diagnostic[]> {
  return async () => {
    const warnings: Diagnostic[] = []
    engineEndpoint({ env, limits, report: (warning) => void warnings.push(warning) })
    return warnings
  }
}

function config(about: string, id: string, env: Env): Row {
  return { id, about, outcome: 'CFG', code: 'E_ENGINE_CONFIG', run: settings(env) }
}

function network(about: string, id: string, run: () => Promise<unknown>): Row {
  return { id, about, outcome: 'NET', code: 'E_ENGINE', run: async () => void (await run()) }
}

/** A program `ssh` that notes how it was called, and leads to the socket of an engine. */
function fakeSsh(socket: string): { readonly PATH: string; called(): readonly string[] } {
  const directory = temporaryDirectory()
  const log = join(directory, 'called')
  const program = join(directory, 'ssh')
  writeFileSync(
    program,
    `#!${process.execPath}
require('fs').writeFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(2)))
const engine = require('net').connect(${JSON.stringify(socket)})
process.stdin.pipe(engine).pipe(process.stdout)
`,
  )
  chmodSync(program, 0o755)
  const PATH = [directory, process.env['PATH'] ?? ''].join(delimiter)
  return { PATH, called: () => JSON.parse(readFileSync(log, 'utf8')) as string[] }
}

export const ROWS: readonly Row[] = [
  network('no socket', 'D-01', () =>
    openEngine({ DOCKER_HOST: `unix://${join(temporaryDirectory(), 'absent.sock')}` }),
  ),
  network('a socket that nobody listens on', 'D-01', () => {
    const socket = join(temporaryDirectory(), 'stale.sock')
    writeFileSync(socket, '')
    return openEngine({ DOCKER_HOST: `unix://${socket}` })
  }),
  network('a socket of somebody else', 'D-01', async () => {
    const { host, socket } = await startEngine()
    chmodSync(socket, 0)
    return asNobody(() => openEngine({ DOCKER_HOST: host }))
  }),
  network('a web server instead of an engine', 'D-01', async () => {
    const { host } = await startEngine({
      intercept: (_, _request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>welcome</html>')
        return true
      },
    })
    return openEngine({ DOCKER_HOST: host })
  }),
  network('a socket that speaks another protocol', 'D-01', async () => {
    return openEngine({
      DOCKER_HOST: await speaker((server) => server.on('connection', (socket) => socket.end('SSH-2.0-x\r\n'))),
    })
  }),
  network('an engine that never answers', 'D-01', async () => {
    return openEngine(
      { DOCKER_HOST: await speaker((server) => server.on('connection', () => undefined)) },
      { pingTimeout: SOON },
    )
  }),
  network('an engine that answers, but does not come to an end', 'D-01', async () => {
    const head = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 9\r\n\r\nO'
    const host = await speaker((server) => server.on('connection', (socket) => socket.write(head)))
    return openEngine({ DOCKER_HOST: host }, { pingTimeout: SOON })
  }),
  {
    id: 'D-01',
    about: 'tcp without TLS',
    outcome: 'WARN',
    run: settings({ DOCKER_HOST: 'tcp://127.0.0.1:2375' }),
  },
  {
    id: 'D-01',
    about: 'tcp with TLS, but without looking at who answers',
    outcome: 'WARN',
    run: () => settings({ DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_CERT_PATH: temporaryDirectory() })(),
  },
  config('an unknown scheme', 'D-01', { DOCKER_HOST: 'gopher://x' }),
  config('no scheme', 'D-01', { DOCKER_HOST: '/var/run/docker.sock' }),
  config('a pipe of Windows', 'D-01', { DOCKER_HOST: 'npipe:////./pipe/docker_engine' }),
  config('a socket without its absolute path', 'D-01', { DOCKER_HOST: 'unix://docker.sock' }),
  config('a password in the address', 'D-01', { DOCKER_HOST: 'ssh://user:secret@host' }),
  config('a path behind the host', 'D-01', { DOCKER_HOST: 'tcp://host:1/path' }),
  config('a context that is not there', 'D-01', { DOCKER_CONTEXT: 'absent', DOCKER_CONFIG: '/nonexistent' }),
  {
    id: 'D-01',
    about: 'a certificate without its key',
    outcome: 'CFG',
    code: 'E_ENGINE_CONFIG',
    async run() {
      const directory = temporaryDirectory()
      writeFileSync(join(directory, 'cert.pem'), 'x')
      await settings({ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory })()
    },
  },
  network('an error in an answer that began well', 'D-02', async () =>
    replace(
      loading('{"stream":"half"}\n{"errorDetail":{"message":"bad layer"},"error":"bad layer"}\n'),
      await anImage(),
    ),
  ),
  network('an answer that is cut off, every time', 'D-02', async () =>
    replace(loading('{"stream":"Loaded im'), await anImage()),
  ),
  network('an answer that is no JSON', 'D-02', async () => replace(loading('hello\n'), await anImage())),
  network('no word of success, and no image', 'D-02', async () => replace(loading(''), await anImage())),
  {
    id: 'D-03',
    about: 'another image than the one that was sent',
    outcome: 'REJ',
    code: 'E_ENGINE_DIGEST',
    run: async () => void (await replace(loading(`{"stream":"Loaded image ID: ${ID}\\n"}\n`), await anImage())),
  },
  {
    id: 'D-05',
    about: 'the disk of the engine is full',
    outcome: 'IO',
    code: 'E_ENGINE_DISK',
    run: async () =>
      void (await replace(
        loading('{"errorDetail":{"message":"write /var/lib/docker/tmp/x: no space left on device"}}\n'),
        await anImage(),
      )),
  },
  {
    id: 'D-06',
    about: 'the name is in use',
    outcome: 'ACC',
    async run() {
      const engine = await startEngine()
      const old = engine.put(Buffer.from('{"os":"linux"}'), [], 'docker.io/acme/app:1')
      const root = await anImage()
      const [name] = await writeTo([sinkTo(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1')], root)
      expect(name).toMatchObject({ before: old, after: root.manifest.config.digest })
      expect(engine.images.get(old)?.names).toEqual(new Set())
    },
  },
  {
    id: 'D-07',
    about: '128 layers',
    outcome: 'CFG',
    code: 'E_ENGINE_LAYERS',
    async run() {
      const engine = await startEngine()
      const client = await openEngine({ DOCKER_HOST: engine.host })
      const tars = Array.from({ length: 128 }, (_, at) => tarOf(`file${at}`, ''))
      const root = await anImage({ tars })
      engine.calls.splice(0)
      try {
        await writeTo([sinkTo(client, 'acme/app:1')], root)
      } catch (error) {
        expect(engine.calls, 'it was not asked anything').toEqual([])
        expect(error).toMatchObject({ hint: expect.stringContaining('--flatten') as unknown })
        throw error
      }
    },
  },
  {
    id: 'D-08',
    about: 'the connection breaks in the middle of a load, once',
    outcome: 'ACC',
    async run() {
      let loads = 0
      const root = await anImage()
      const engine = await replace(
        {
          async intercept({ path }, request) {
            if (path !== '/images/load' || loads++ > 0) return false
            for await (const _ of request) break
            request.socket.destroy()
            return true
          },
        },
        root,
      )
      expect(loads).toBe(2)
      expect(engine.images.get(root.manifest.config.digest)?.names).toEqual(new Set(['docker.io/acme/app:1']))
    },
  },
  {
    id: 'D-08',
    about: 'the connection breaks in the middle of every load',
    outcome: 'NET',
    code: 'E_ENGINE',
    async run() {
      let loads = 0
      const intercept: EngineQuirks['intercept'] = ({ path }, request) => {
        if (path !== '/images/load') return false
        loads++
        request.socket.destroy()
        return true
      }
      try {
        await replace({ intercept }, await anImage())
      } finally {
        expect(loads).toBe(2)
      }
    },
  },
  {
    id: 'D-10',
    about: 'versions of the API, older and newer than ours, and none',
    outcome: 'ACC',
    async run() {
      for (const [offered, used] of [
        ['1.24', '1.24'],
        ['1.41', '1.41'],
        ['1.51', '1.51'],
        ['1.99', '1.51'],
        ['2.0', '1.51'],
        [null, undefined],
        ['latest', undefined],
      ] as const) {
        const engine = await startEngine({ apiVersion: offered })
        await (await openEngine({ DOCKER_HOST: engine.host })).imageIds()
        expect(engine.calls.at(-1)).toMatchObject({ path: '/images/json', version: used })
      }
      expect(requestVersion('1.41', '1.30')).toBe('1.30')
    },
  },
  network('an engine that wants a newer version than it offers', 'D-10', async () => {
    const engine = await startEngine({
      apiVersion: '1.24',
      intercept: ({ path }, _, response) => {
        if (path === '/_ping') return false
        response
          .writeHead(400)
          .end('{"message":"client version 1.24 is too old. Minimum supported API version is 1.44"}')
        return true
      },
    })
    return (await openEngine({ DOCKER_HOST: engine.host })).imageIds()
  }),
  {
    id: 'D-10',
    about: 'a version that is none',
    outcome: 'CFG',
    code: 'E_ENGINE_CONFIG',
    async run() {
      const { host } = await startEngine()
      await openEngine({ DOCKER_HOST: host, DOCKER_API_VERSION: 'new' })
    },
  },
  {
    id: 'D-11',
    about: 'an engine behind ssh',
    outcome: 'ACC',
    async run() {
      const engine = await startEngine()
      const ssh = fakeSsh(engine.socket)
      const client = await openEngine({ DOCKER_HOST: 'ssh://ann@build.test:2222', PATH: ssh.PATH })
      const root = await anImage()
      await writeTo([sinkTo(client, 'acme/app:1')], root)
      expect(engine.images.has(root.manifest.config.digest)).toBe(true)
      expect(ssh.called()).toEqual([
        '-l',
        'ann',
        '-p',
        '2222',
        '-T',
        '--',
        'build.test',
        'docker',
        'system',
        'dial-stdio',
      ])
    },
  },
  config('a host that is an option of ssh', 'D-11', { DOCKER_HOST: 'ssh://-oProxyCommand=x' }),
  config('a user that is an option of ssh', 'D-11', { DOCKER_HOST: 'ssh://-oProxyCommand=x@host' }),
  network('ssh that cannot connect', 'D-11', () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'ssh'), '#!/bin/sh\necho no route >&2\nexit 255\n')
    chmodSync(join(directory, 'ssh'), 0o755)
    return openEngine({ DOCKER_HOST: 'ssh://host', PATH: [directory, process.env['PATH'] ?? ''].join(delimiter) })
  }),
  network('no ssh', 'D-11', () => {
    const empty = join(temporaryDirectory(), 'empty')
    mkdirSync(empty)
    return openEngine({ DOCKER_HOST: 'ssh://host', PATH: empty })
  }),
]
