import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, type TestContext } from 'vitest'
import { CLI } from '../support/cli.js'
import { lostByPowerLoss } from '../support/durability.js'
import { bigModule, soundWorkspace, type Workspace } from '../support/workspace.js'

/** The rows of group X of the bad-input catalogue that need no network: what a machine does to a run. */

interface ShellRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line of a create, for wrappers such as `sh -c 'ulimit …; exec "$@"'`. */
function commandLine(workspace: Workspace, extra: readonly string[] = []): string[] {
  const bases = ['build', 'run'].flatMap((base) => [
    '--replace',
    `base.test/${base}:1=oci:${join(workspace.input, base)}`,
  ])
  const to = extra.includes('--to') ? [] : ['--to', `oci:${workspace.output}/layout`]
  return [
    process.execPath,
    CLI,
    'builder',
    'create',
    '--offline',
    'acme/builder',
    '--config',
    join(workspace.input, 'builder.toml'),
    ...bases,
    ...to,
    ...extra,
  ]
}

function environment(workspace: Workspace): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: join(workspace.root, 'home'), TROWEL_CACHE_DIR: workspace.cache }
}

function shell(
  workspace: Workspace,
  script: string,
  extra: readonly string[] = [],
  env: Record<string, string> = {},
): ShellRun {
  return spawnSync('bash', ['-c', script, 'bash', ...commandLine(workspace, extra)], {
    cwd: workspace.input,
    env: { ...environment(workspace), ...env },
    encoding: 'utf8',
  })
}

/** A script that runs its arguments while system calls go wrong; those on `path` only, if there is one. */
function strace(inject: string, path?: string): string {
  return `exec strace -f -qq -o /dev/null ${path === undefined ? '' : `-P ${path}`} -e ${inject} "$@"`
}

/** Skips by name, so that the report says which tool or right was missing. */
function needs(context: TestContext, what: string, there: boolean): void {
  if (!there) {
    console.log(`skipped: ${context.task.name}: ${what} is missing`)
    context.skip(`${what} is missing`)
  }
}

const isRoot = process.getuid?.() === 0
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const canMount = (): boolean => isRoot && spawnSync('unshare', ['-m', 'true']).status === 0

function noTemps(directory: string): void {
  if (!existsSync(directory)) return
  expect(readdirSync(directory, { recursive: true }).filter((name) => String(name).includes('.trowel-'))).toEqual([])
}

/** Starts a create, sends it each of `signals` once it has said `word`, and returns its status and what it said. */
async function stopped(
  workspace: Workspace,
  word: string,
  signals: readonly NodeJS.Signals[],
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const [node = '', ...args] = commandLine(workspace)
  const child = spawn(node, args, {
    cwd: workspace.input,
    env: environment(workspace),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  let sent = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    if (sent || !stderr.includes(word)) return
    sent = true
    for (const signal of signals) child.kill(signal)
  })
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  expect(sent).toBe(true)
  return { status, stderr }
}

describe('signals', () => {
  test.each([
    ['X-01', ['SIGINT'], [130]],
    ['X-02', ['SIGTERM'], [143]],
    ['X-02', ['SIGHUP'], [129]],
    // The one that ends the run at once is the second; which of two that wait is delivered first is the kernel's to say.
    ['X-02', ['SIGINT', 'SIGTERM'], [130, 143]],
  ] as const)(
    '%s %s leave the output as it was and no temporary file, however far the run has come',
    async (_, signals, statuses) => {
      const workspace = soundWorkspace(bigModule(24))
      const before = workspace.snapshot()
      for (const word of ['reading', 'default folders', 'platform environment']) {
        const { status, stderr } = await stopped(workspace, word, signals)
        expect(statuses, word).toContain(status)
        expect(stderr, word).not.toContain('E_BUG')
        expect(workspace.snapshot(), word).toBe(before)
        noTemps(workspace.output)
        noTemps(workspace.cache)
        rmSync(workspace.cache, { recursive: true, force: true })
      }
      // Writing takes so short that it may be over first: then it is done, and says so.
      const { status } = await stopped(workspace, 'writing', signals)
      expect([0, ...statuses]).toContain(status)
      noTemps(workspace.output)
      expect(existsSync(join(workspace.output, 'layout', 'index.json'))).toBe(status === 0)
      expect((await workspace.create()).status).toBe(0)
    },
  )

  test('X-02 a reader that goes away (`| head`) is no crash', () => {
    const run = shell(soundWorkspace(), '"$@" | true; echo "${PIPESTATUS[0]}"')
    expect(run.stdout.trim()).toBe('0')
    expect(run.stderr).not.toContain('E_BUG')
  })
})

describe('disk', () => {
  for (const [call, errno, status] of [
    ['fsync', 'EIO', 6],
    ['rename', 'ENOSPC', 6],
    ['mkdir', 'EROFS', 6],
    ['link', 'EDQUOT', 6],
    // What cannot be linked is copied.
    ['link', 'EPERM', 0],
    ['link', 'EMLINK', 0],
  ] as const) {
    test(`X-04 ${call} that fails with ${errno}, once or every time`, async (context) => {
      needs(context, 'strace', has('strace'))
      const workspace = soundWorkspace()
      const before = workspace.snapshot()
      for (const which of ['1', '3', '1+']) {
        const run = shell(workspace, strace(`inject=${call}:error=${errno}:when=${which}`), ['--no-cache'])
        expect(run.status, `${which}: ${run.stderr}`).toBe(status)
        if (status === 0) rmSync(join(workspace.output, 'layout'), { recursive: true })
        else expect(run.stderr, which).toMatch(new RegExp(`error\\[E_IO\\].*${errno}`))
        expect(workspace.snapshot(), which).toBe(before)
      }
      expect((await workspace.create()).status).toBe(0)
    })
  }

  test('X-04 a file that cannot be read is E_IO naming it', (context) => {
    needs(context, 'strace', has('strace'))
    const workspace = soundWorkspace(bigModule(1))
    const before = workspace.snapshot()
    const file = join(workspace.input, 'module/big')
    const run = shell(workspace, strace('inject=read,pread64:error=EIO', file))
    expect(run.stderr).toMatch(/error\[E_IO\].*module\/big.*EIO/)
    expect(run.status).toBe(6)
    expect(workspace.snapshot()).toBe(before)
  })

  test('X-05 a full disk is E_IO and leaves no half image', (context) => {
    needs(context, 'the right to mount', canMount())
    const workspace = soundWorkspace(bigModule(8))
    const full = join(workspace.root, 'full')
    mkdirSync(full)
    const run = spawnSync(
      'unshare',
      [
        '-m',
        'bash',
        '-c',
        `mount -t tmpfs -o size=1m none ${full} && "$@"; s=$?; ls -A ${full}; exit $s`,
        'bash',
        ...commandLine(workspace, ['--to', `oci:${full}/layout`, '--no-cache']),
      ],
      { cwd: workspace.input, env: environment(workspace), encoding: 'utf8' },
    )
    expect(run.stderr).toContain('ENOSPC')
    expect(run.status).toBe(6)
    expect(run.stdout).toBe('')
  })

  test('X-06 sixty-four open files are enough, whatever the number of jobs', () => {
    const run = shell(soundWorkspace(bigModule(24)), 'ulimit -n 64; exec "$@"', ['--jobs', '8'])
    expect(run.stderr).not.toContain('error[')
    expect(run.status).toBe(0)
  })

  test('X-06 no more files at all is E_IO, also for Node itself', (context) => {
    needs(context, 'strace', has('strace'))
    const workspace = soundWorkspace(bigModule(1))
    const before = workspace.snapshot()
    for (const path of [chunk('create-builder'), join(workspace.input, 'module/big')]) {
      const run = shell(workspace, strace('inject=openat:error=EMFILE', path))
      expect(run.stderr).toMatch(/error\[E_IO\].*EMFILE/)
      expect(run.status).toBe(6)
      expect(workspace.snapshot()).toBe(before)
    }
  })

  test('X-07 a limit on file size is E_IO', () => {
    const workspace = soundWorkspace(bigModule(8))
    const before = workspace.snapshot()
    const run = shell(workspace, 'ulimit -f 512; trap "" XFSZ; exec "$@"')
    expect(run.stderr).toContain('EFBIG')
    expect(run.status).toBe(6)
    expect(workspace.snapshot()).toBe(before)
  })

  test('X-08 a directory that may not be written to is E_IO naming it', (context) => {
    needs(context, 'setpriv', isRoot && has('setpriv'))
    const workspace = soundWorkspace()
    execFileSync('chmod', ['-R', 'a+rX', workspace.root])
    chmodSync(workspace.output, 0o555)
    const run = shell(workspace, 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"', ['--no-cache'])
    expect(run.stderr).toContain('EACCES')
    expect(run.status).toBe(6)
  })

  test('X-08 a cache that may not be written to is done without', (context) => {
    needs(context, 'setpriv', isRoot && has('setpriv'))
    const workspace = soundWorkspace()
    execFileSync('chmod', ['-R', 'a+rX', workspace.root])
    chmodSync(workspace.cache, 0o555)
    chmodSync(workspace.output, 0o777)
    const run = shell(workspace, 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"')
    expect(run.stderr).not.toContain('error[')
    expect(run.status).toBe(0)
  })

  test('X-09 TMPDIR and cache on another file system than the output make no difference', async (context) => {
    needs(context, 'the right to mount', canMount())
    const workspace = soundWorkspace()
    const other = join(workspace.root, 'other')
    mkdirSync(other)
    const reference = (await workspace.create()).stdout
    const run = spawnSync(
      'unshare',
      [
        '-m',
        'bash',
        '-c',
        `mount -t tmpfs none ${other} && exec "$@"`,
        'bash',
        ...commandLine(workspace, ['--to', `oci:${workspace.output}/second`, '--cache-dir', `${other}/cache`]),
      ],
      { cwd: workspace.input, env: { ...environment(workspace), TMPDIR: other }, encoding: 'utf8' },
    )
    expect(run.stderr).not.toContain('error[')
    expect(run.stdout).toBe(reference)
  })

  test('X-13 an output that is there already is replaced as a whole', async () => {
    const workspace = soundWorkspace()
    const first = await workspace.create()
    workspace.write({ 'module/more': 'more' })
    const second = await workspace.create()
    expect(second.status).toBe(0)
    expect(second.stdout).not.toBe(first.stdout)
  })

  test.for([['--no-cache'], ['--jobs=1'], ['--jobs=4']])(
    'X-14 nothing has a name before it is on the disk, and index.json is the last to get one: %s',
    (flags, context) => {
      needs(context, 'strace', has('strace'))
      const workspace = soundWorkspace(bigModule(4))
      const trace = join(workspace.root, 'trace')
      const layout = join(workspace.output, 'layout')
      const script = `exec strace -f -y -qq --seccomp-bpf -e trace=fsync,rename,link -o ${trace} "$@"`
      expect(shell(workspace, script, flags).status).toBe(0)
      const calls = readFileSync(trace, 'utf8')
      expect(calls.split(`"${layout}/blobs/sha256/`).length).toBeGreaterThan(8)
      expect(lostByPowerLoss(calls, layout, join(layout, 'index.json'))).toEqual([])
      // The check would see it.
      const unsynced = calls.replaceAll(/fsync\(.*\.trowel-/g, '')
      expect(lostByPowerLoss(unsynced, layout, join(layout, 'index.json'))).not.toEqual([])
    },
  )
})

describe('places', () => {
  /** A create that is refused with `code`, and changes nothing. */
  async function refused(workspace: Workspace, args: readonly string[], code: string, status: number): Promise<void> {
    const before = workspace.snapshot()
    const run = await workspace.create(args)
    expect(run.stderr).toContain(`error[${code}]`)
    expect(run.status).toBe(status)
    expect(workspace.snapshot()).toBe(before)
    noTemps(workspace.root)
  }

  test('N-10 a file is no place for a layout', async () => {
    const workspace = soundWorkspace({ file: 'somebody else’s' })
    await refused(workspace, ['--to', 'oci:file'], 'E_IO', 6)
    await refused(workspace, ['--to', 'oci:builder.toml'], 'E_IO', 6)
    await refused(workspace, ['--to', 'oci:file/below'], 'E_IO', 6)
    await refused(workspace, ['--to', 'oci:/dev/full'], 'E_IO', 6)
  })

  test('N-10 a directory with something else in it is no place for a layout', async () => {
    const workspace = soundWorkspace({ 'notes/diary': 'dear diary' })
    await refused(workspace, ['--to', 'oci:notes'], 'E_OCI_LAYOUT', 3)
  })

  test('N-10 the image that is read is not replaced, under whatever name', async () => {
    const workspace = soundWorkspace()
    symlinkSync('build', join(workspace.input, 'link'))
    await refused(workspace, ['--to', 'oci:build'], 'E_USAGE', 2)
    await refused(workspace, ['--to', 'oci:link'], 'E_USAGE', 2)
    await refused(workspace, ['--to', `oci:${workspace.output}/layout`, '--to', 'oci:../input/build'], 'E_USAGE', 2)
    expect((await workspace.create(['--to', 'oci:build:beside'])).status).toBe(0)
  })

  test('N-10 a link to a directory is followed, a link in place of index.json is replaced', async () => {
    const workspace = soundWorkspace({ target: 'untouched' })
    mkdirSync(join(workspace.output, 'real'))
    symlinkSync('real', join(workspace.output, 'link'))
    const first = await workspace.create(['--to', `oci:${workspace.output}/link`])
    expect(first.status).toBe(0)
    expect(lstatSync(join(workspace.output, 'link')).isSymbolicLink()).toBe(true)
    const index = join(workspace.output, 'real/index.json')
    const text = readFileSync(index)
    writeFileSync(join(workspace.input, 'target'), text)
    rmSync(index)
    symlinkSync(join(workspace.input, 'target'), index)
    expect((await workspace.create(['--to', `oci:${workspace.output}/real:tag`])).status).toBe(0)
    expect(lstatSync(index).isFile()).toBe(true)
    expect(readFileSync(join(workspace.input, 'target'))).toEqual(text)
  })

  test('N-10 a link to nowhere is E_IO', async () => {
    const workspace = soundWorkspace()
    symlinkSync('nowhere', join(workspace.input, 'link'))
    await refused(workspace, ['--to', 'oci:link'], 'E_IO', 6)
  })

  test('T-66 neither the output nor the cache may lie in a directory that goes into a layer', async () => {
    const workspace = soundWorkspace()
    symlinkSync('module', join(workspace.input, 'link'))
    for (const place of ['module', 'module/out', 'module/deep/er', 'link/out', 'lifecycle/out']) {
      await refused(workspace, ['--to', `oci:${place}`], 'E_OUTPUT_INSIDE_SOURCE', 3)
    }
    await refused(workspace, ['--cache-dir', 'module/cache'], 'E_OUTPUT_INSIDE_SOURCE', 3)
    expect((await workspace.create(['--to', 'oci:module-out'])).status).toBe(0)
  })
})

describe('surroundings', () => {
  test('X-10 a closed stdout or stderr is no crash', () => {
    expect(shell(soundWorkspace(), 'exec "$@" >&-').status).toBe(0)
    expect(shell(soundWorkspace(), 'exec "$@" 2>&-').status).toBe(0)
  })

  test('X-10 TERM=dumb and NO_COLOR bring no escapes', () => {
    const run = shell(soundWorkspace(), 'exec "$@"', [], { TERM: 'dumb', NO_COLOR: '1' })
    expect(run.stderr).not.toContain('\u001b')
    expect(run.status).toBe(0)
  })

  test('X-11 a small heap is enough', () => {
    const workspace = soundWorkspace(bigModule(16))
    expect(shell(workspace, 'exec "$@"', [], { NODE_OPTIONS: '--max-old-space-size=64' }).status).toBe(0)
  })

  test('X-12 no environment, no HOME, a working directory that is gone', () => {
    const workspace = soundWorkspace()
    const bare = shell(workspace, `exec env -i "$@"`)
    expect(bare.stderr).not.toContain('error[')
    expect(bare.status).toBe(0)
    const gone = join(workspace.root, 'gone')
    mkdirSync(gone)
    const run = shell(workspace, `cd ${gone} && rmdir ${gone} && exec "$@"`, ['--to', `oci:${workspace.output}/gone`])
    expect(run.stderr).not.toContain('error[')
    expect(run.status).toBe(0)
  })

  test('X-12 a user without a name', (context) => {
    needs(context, 'setpriv', isRoot && has('setpriv'))
    const workspace = soundWorkspace()
    execFileSync('chmod', ['-R', 'a+rwX', workspace.root])
    const run = shell(workspace, 'exec setpriv --reuid=54321 --regid=54321 --clear-groups "$@"')
    expect(run.stderr).not.toContain('error[')
    expect(run.status).toBe(0)
  })

  test('X-15 a run that was stopped and continued ends well', async () => {
    const workspace = soundWorkspace(bigModule(16))
    const [node = '', ...args] = commandLine(workspace)
    const child = spawn(node, args, { cwd: workspace.input, env: environment(workspace), stdio: 'ignore' })
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, 200))
    child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGCONT')
    expect(await closed).toBe(0)
  })
})

describe('several at once', () => {
  test('K-01, K-05 eight runs share a cache and an output and agree on the digest', async () => {
    const workspace = soundWorkspace(bigModule(4))
    const runs = await Promise.all(Array.from({ length: 8 }, () => workspace.create()))
    expect(runs.map((run) => run.status)).toEqual(runs.map(() => 0))
    expect(new Set(runs.map((run) => run.stdout)).size).toBe(1)
    noTemps(workspace.cache)
    noTemps(workspace.output)
  })

  test('K-06 a link planted where the cache keeps a blob is not followed', async () => {
    const workspace = soundWorkspace()
    const reference = (await workspace.create()).stdout
    for (const name of readdirSync(workspace.cache, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) writeFileSync(join(name.parentPath, name.name), 'poison')
    }
    const again = await workspace.create(['--to', `oci:${workspace.output}/again`])
    expect(again.status).toBe(0)
    expect(again.stdout).toBe(reference)
  })
})

/** A file of the bundle. */
function chunk(name: string): string {
  const folder = join(CLI, '../bundle')
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}-`))
  if (file === undefined) throw new Error(`the bundle has no ${name}`)
  return join(folder, file)
}
