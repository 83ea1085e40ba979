import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, type TestContext } from 'vitest'
import { CLI } from '../support/cli.js'
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

describe('signals', () => {
  for (const [id, signal, status] of [
    ['X-01', 'SIGINT', 130],
    ['X-02', 'SIGTERM', 143],
  ] as const) {
    test(`${id} ${signal} at any time leaves the output as it was and no temporary file`, async () => {
      const workspace = soundWorkspace(bigModule(24))
      const before = workspace.snapshot()
      for (const delay of [60, 120, 180, 240, 320, 400]) {
        const child = spawn(commandLine(workspace)[0] ?? '', commandLine(workspace).slice(1), {
          cwd: workspace.input,
          env: environment(workspace),
          stdio: 'ignore',
        })
        const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
        await new Promise((resolve) => setTimeout(resolve, delay))
        child.kill(signal)
        const code = await closed
        // Before Node listens the signal kills outright; after the work is done there is nothing to stop.
        expect([status, null, 0]).toContain(code)
        if (code === 0) rmSync(join(workspace.output, 'layout'), { recursive: true })
        expect(workspace.snapshot()).toBe(before)
        noTemps(workspace.output)
        rmSync(workspace.cache, { recursive: true, force: true })
      }
      expect((await workspace.create()).status).toBe(0)
    })
  }

  test('X-02 a reader that goes away (`| head`) is no crash', () => {
    const run = shell(soundWorkspace(), '"$@" | true; echo "${PIPESTATUS[0]}"')
    expect(run.stdout.trim()).toBe('0')
    expect(run.stderr).not.toContain('E_BUG')
  })
})

describe('disk', () => {
  test('X-04 an error of any write-class call is E_IO, and the next run succeeds', async (context) => {
    needs(context, 'strace', has('strace'))
    const workspace = soundWorkspace()
    const before = workspace.snapshot()
    for (const [call, errno] of [
      ['fsync', 'EIO'],
      ['rename', 'ENOSPC'],
      ['write', 'ENOSPC'],
      ['link', 'EDQUOT'],
    ] as const) {
      const only = call === 'write' ? `-P ${workspace.output} -P ${workspace.cache}` : ''
      const run = shell(
        workspace,
        `exec strace -f -qq -o /dev/null ${only} -e inject=${call}:error=${errno}:when=1+ "$@"`,
      )
      if (run.status === 0) {
        // The call is not used on this path, or the file system did without it: then the output is whole.
        rmSync(join(workspace.output, 'layout'), { recursive: true })
      } else {
        expect(run.stderr, call).toContain('E_IO')
        expect(run.stderr, call).toContain(errno)
        expect(run.status, call).toBe(6)
      }
      expect(workspace.snapshot(), call).toBe(before)
      rmSync(workspace.cache, { recursive: true, force: true })
    }
    expect((await workspace.create()).status).toBe(0)
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

  test('X-06 sixty-four open files are enough', () => {
    expect(shell(soundWorkspace(), 'ulimit -n 64; exec "$@"').status).toBe(0)
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
})

describe('surroundings', () => {
  test('X-10 a closed stdout or stderr is no crash', () => {
    expect(shell(soundWorkspace(), 'exec "$@" >&-').status).not.toBe(70)
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
    expect(run.stderr).not.toContain('E_BUG')
    expect([0, 2, 6]).toContain(run.status)
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
