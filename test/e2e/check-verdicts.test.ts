import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { trowelHere } from '../support/here.js'
import { BUILDERS, isAccepted, materialise, PACKAGES, valuesOf, write, type Verdict } from '../support/verdicts.js'

const root = mkdtempSync(join(tmpdir(), 'trowel-check-verdicts-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What these flags do is not in the files that check looks at. */
const isAboutFlags = ({ args }: Verdict): boolean => valuesOf(args, '--label', '-l', '--flatten').length > 0

/** pack refuses these because it gets no answer: what is to be fetched is not there. check knows releases, and asks nobody offline. */
const UNREACHABLE = new Set([
  'stack-17',
  'keys-59',
  'lifecycle-22',
  ...['04', '06', '07', '08', '09', '10', '11', '13', '18', '19'].map((number) => `lifecycle-${number}`),
])

interface Report {
  readonly findings?: readonly { readonly severity: string; readonly code: string; readonly message: string }[]
  readonly error?: { readonly code: string; readonly message: string }
}

/** The errors that check finds, with their rules. */
async function errorsOf(directory: string, verdict: Verdict, file: string): Promise<string[]> {
  const replace = materialise(directory, verdict).flatMap((value) => ['--replace', value])
  for (const [name, { 'package.toml': toml, args = [] }] of Object.entries(verdict.packages ?? {})) {
    write(join(directory, `${name}.toml`), toml)
    const targets = valuesOf(args, '--target').flatMap((target) => ['--target', target])
    const made = [
      'buildpack',
      'package',
      name,
      '--config',
      `${name}.toml`,
      '--format',
      'file',
      '--no-cache',
      ...targets,
    ]
    expect((await trowelHere(made, { cwd: directory })).stderr).not.toContain('error')
  }
  const targets = valuesOf(verdict.args, '--target', '-t').flatMap((target) => ['--target', target])
  const experimental = verdict.experimental === true ? ['--experimental'] : []
  const flags = ['--offline', '--no-cache', '--json', ...targets, ...experimental, ...replace]
  const { stdout } = await trowelHere(['check', file, ...flags], { cwd: directory })
  const { findings, error } = JSON.parse(stdout) as Report
  if (findings === undefined) return [`${error?.code}: ${error?.message}`]
  return findings.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`)
}

describe('check decides as pack does', () => {
  test.each(PACKAGES)('$id: $about', async (verdict) => {
    const directory = join(root, verdict.id)
    write(join(directory, 'package.toml'), verdict.package ?? '')
    const errors = await errorsOf(directory, verdict, 'package.toml')
    if (isAccepted(verdict)) expect(errors).toEqual([])
    else expect(errors).not.toEqual([])
  })

  test.each(BUILDERS.filter((verdict) => !isAboutFlags(verdict)))('$id: $about', async (verdict) => {
    const errors = await errorsOf(join(root, verdict.id), verdict, 'builder.toml')
    if (isAccepted(verdict) || UNREACHABLE.has(verdict.id)) expect(errors).toEqual([])
    else expect(errors).not.toEqual([])
  })
})
