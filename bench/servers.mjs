// Programs of other people that a benchmark needs running, each with its data in a directory of its own.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILT = resolve(dirname(fileURLToPath(import.meta.url)), '../test/peers/bin')

/** What stops the servers that run. */
const running = new Set()

/** Stops all that still run, when a benchmark has failed. */
export async function stopServers() {
  for (const stop of running) await stop()
}

/** Where a program is: built by test/peers/build.sh, or on the PATH. undefined when it is nowhere. */
export function find(name) {
  const folders = [BUILT, ...process.env.PATH.split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian's docker-registry, empty, on a free port of the loopback. */
export async function startRegistry(directory) {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const settings = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory } },
    http: { addr: '127.0.0.1:0', secret: 'not one that matters' },
  }
  const file = `${directory}.yml`
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(settings))
  const { server, said } = await start('docker-registry', ['serve', file], /listening on (127\.0\.0\.1:\d+)/)
  return {
    host: said[1],
    /** Takes a repository away; its blobs stay, as they do when others use them too. */
    forget: (repository) =>
      rmSync(join(directory, 'docker/registry/v2/repositories', repository), { recursive: true, force: true }),
    stop: stopping(async () => {
      await end(server)
      rmSync(directory, { recursive: true, force: true })
    }),
  }
}

/** A docker engine with no network of its own. */
export async function startDockerd(directory) {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'daemon.json'), '{}')
  const host = `unix://${join(directory, 'docker.sock')}`
  const folders = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'pid', 'config-file': 'daemon.json' }
  const { server } = await start(
    'dockerd',
    [
      '--bridge=none',
      '--iptables=false',
      '--storage-driver=overlay2',
      `--host=${host}`,
      ...Object.entries(folders).map(([flag, name]) => `--${flag}=${join(directory, name)}`),
    ],
    /API listen on/,
  )
  return {
    host,
    stop: stopping(async () => {
      await end(server)
      // It leaves this mounted, and what is mounted cannot be removed.
      spawnSync('umount', [join(directory, 'exec/netns/default')])
      rmSync(directory, { recursive: true, force: true })
    }),
  }
}

/** Remembers how to stop a server until that was done. */
function stopping(act) {
  const stop = async () => {
    running.delete(stop)
    await act()
  }
  running.add(stop)
  return stop
}

/** Starts a program and waits until it says what `ready` looks for. */
async function start(name, args, ready) {
  const server = spawn(find(name) ?? name, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  const said = await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`${name} ended: ${text}`)))
    server.stderr.on('data', (chunk) => {
      if (server.ready) return
      text += chunk
      const found = ready.exec(text)
      if (found === null) return
      server.ready = true
      resolve(found)
    })
  })
  return { server, said }
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  child.kill()
  await ended
}
