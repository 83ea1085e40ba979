import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PROJECT, QUICKSTART, makeQuickstart } from '../support/quickstart.js'

const CONFIGS = join(PROJECT, 'builder-configs')

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'trowel-quickstart-'))
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

describe('the quickstart', () => {
  test('makes a builder and prints its modules, orders and layers', () => {
    const layout = join(scratch, 'layout')
    const run = spawnSync(process.execPath, [join(CONFIGS, 'quickstart.mjs'), layout], {
      encoding: 'utf8',
      env: { ...process.env, HOME: scratch, XDG_CACHE_HOME: '' },
    })
    expect(run.stderr).not.toMatch(/error/i)
    expect(run.status).toBe(0)
    const { digest } = (JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as Index).manifests[0]!
    expect(run.stdout).toContain(`example/builder@${digest} (linux/amd64)`)
    const composite = ['example/website@2.0.0', 'group', 'example/listing@1.2.0', 'example/greeting@1.0.0 (optional)']
    expect(run.stdout).toMatch(new RegExp(composite.map(quoted).join('\\s+')))
    expect(run.stdout).toContain('example/tools@0.1.0')
    expect(run.stdout).toMatch(/^13 sha256:\w{12} sha256:\w{12} +\d+ {2}/m)
    expect(run.stdout).toContain('warnings: 0')
  })

  test('has the config that pack gives it, to the byte', () => {
    const layout = join(scratch, 'layout')
    const [image] = makeQuickstart(layout, ['--created-by', 'Pack CLI@0.40.6']).platforms
    const ours = readFileSync(join(layout, 'blobs', ...image!.config.split(':')), 'utf8')
    expect(ours).toBe(readFileSync(join(PROJECT, 'fixtures/quickstart/pack-config.json'), 'utf8'))
  })

  test('is made of files that make-inputs.mjs makes again', () => {
    const made = ['base', 'lifecycle-stand-in.tgz', 'listing-1.2.0.tgz']
    cpSync(QUICKSTART, scratch, { recursive: true, filter: (path) => !made.some((name) => path.endsWith(name)) })
    const run = spawnSync(process.execPath, [join(QUICKSTART, 'make-inputs.mjs'), scratch], { encoding: 'utf8' })
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(filesOf(scratch)).toEqual(filesOf(QUICKSTART))
  })
})

test('every builder of builder-configs has a README and is built by a test', () => {
  const configs = readdirSync(CONFIGS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const built = ['debian-node', 'quickstart']
  expect(configs.map(({ name }) => name).sort()).toEqual(built)
  for (const { name } of configs) expect(existsSync(join(CONFIGS, name, 'README.md'))).toBe(true)
})

interface Index {
  readonly manifests: readonly { readonly digest: string }[]
}

function quoted(text: string): string {
  return text.replaceAll(/[().]/g, String.raw`\$&`)
}

/** Every file below `dir` with its content, by path. */
function filesOf(dir: string): Record<string, string> {
  const files = readdirSync(dir, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(paths.map((path) => [path.slice(dir.length), readFileSync(path).toString('base64')]))
}
