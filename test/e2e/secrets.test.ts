import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { soundWorkspace, SOUND_FILES, type Workspace } from '../support/workspace.js'
import { CnbError } from '#src/errors.js'
import { errorWithoutSecrets, withoutSecrets } from '#src/operations/without-secrets.js'

/** It must show nowhere: neither in what is said, nor in what is written. */
const CANARY = 'c4n4ry'
const LOCATOR = `https://user:${CANARY}@host.test/x.tgz`
const QUERY = `https://host.test/x.tgz?token=${CANARY}`

const SOUND = String(SOUND_FILES['builder.toml'])
const with_ = (from: string, to: string): string => {
  if (!SOUND.includes(from)) throw new Error(`the sound builder.toml has no ${from}`)
  return SOUND.replace(from, to)
}

interface Case {
  readonly about: string
  readonly toml?: string
  readonly args?: readonly string[]
}

const CASES: readonly Case[] = [
  { about: 'a module', toml: with_('"module"', `"${LOCATOR}"`) },
  { about: 'a module with a query', toml: with_('"module"', `"${QUERY}"`) },
  { about: 'a module with a slash in the password', toml: with_('"module"', `"https://u:1/${CANARY}@host.test/x"`) },
  { about: 'a module with a blank in the password', toml: with_('"module"', `"https://u:1 ${CANARY}@host.test/x"`) },
  { about: 'a module of an unknown scheme', toml: with_('"module"', `"s3://user:${CANARY}@bucket/x"`) },
  { about: 'a module in a registry', toml: with_('"module"', `"docker://user:${CANARY}@host.test/x:1"`) },
  { about: 'a module in a registry, without a scheme', toml: with_('"module"', `"user:${CANARY}@host.test/x:1"`) },
  { about: 'the lifecycle', toml: with_('"lifecycle"', `"${LOCATOR}"`) },
  {
    about: 'the lifecycle, with a version',
    toml: with_('uri = "lifecycle"', `version = "0.21.0"\nuri = "${LOCATOR}"`),
  },
  { about: 'the lifecycle, as a version', toml: with_('uri = "lifecycle"', `version = "${LOCATOR}"`) },
  { about: 'the build image', toml: with_('base.test/build:1', `user:${CANARY}@base.test/build:1`) },
  { about: 'the build image, as a URL', toml: with_('base.test/build:1', LOCATOR) },
  { about: 'a run image', toml: with_('base.test/run:1', `user:${CANARY}@base.test/run:1`) },
  { about: 'a run image, as a URL', toml: with_('base.test/run:1', QUERY) },
  { about: 'a mirror', toml: with_('[lifecycle]', `mirrors = ["${LOCATOR}"]\n[lifecycle]`) },
  { about: 'an id', toml: with_('id = "acme/module"', `id = "${LOCATOR}"`) },
  { about: 'a version', toml: with_('version = "1.0.0"', `version = "${QUERY}"`) },
  { about: 'an unknown key', toml: `nope = "${LOCATOR}"\n${SOUND}` },
  { about: 'the name of an unknown key', toml: `"${LOCATOR}" = 1\n${SOUND}` },
  { about: 'a key of the wrong type', toml: `buildpacks = "${LOCATOR}"\n` },
  { about: 'a list of the wrong type', toml: `description = ["${LOCATOR}"]\n${SOUND}` },
  { about: 'TOML: a string that does not end', toml: with_('"module"', `"${LOCATOR}`) },
  { about: 'TOML: text behind a string', toml: with_('"module"', `"${LOCATOR}" x`) },
  { about: 'TOML: a string behind a string', toml: with_('"module"', `"x" "${LOCATOR}"`) },
  { about: 'TOML: no equals sign', toml: with_('uri = "module"', `uri "${LOCATOR}"`) },
  { about: 'TOML: no quotes', toml: with_('"module"', LOCATOR) },
  { about: 'TOML: a bad escape in a password', toml: with_('"module"', `"https://user:\\z${CANARY}@host.test/x"`) },
  { about: 'TOML: an escape of no character', toml: with_('"module"', `"https://user:\\uD800${CANARY}@host.test/x"`) },
  { about: 'TOML: a control character', toml: with_('"module"', `"https://user:\u0001${CANARY}@host.test/x"`) },
  { about: 'TOML: a key twice', toml: with_('uri = "module"', `uri = "module"\nuri = "${LOCATOR}"`) },
  { about: 'TOML: several lines', toml: with_('"module"', `"""\n${LOCATOR} \\z\n"""`) },
  { about: '--replace', args: ['--replace', `${LOCATOR}=oci:run`] },
  { about: '--replace with nothing', args: ['--replace', `${LOCATOR}=`] },
  { about: '--replace twice', args: ['--replace', `${LOCATOR}=oci:run`, '--replace', `${LOCATOR}=oci:build`] },
  {
    about: '--replace of a module by a place that is not there',
    toml: with_('"module"', `"${LOCATOR}"`),
    args: ['--replace', `${LOCATOR}=nowhere`],
  },
  {
    about: '--replace of a module, which works',
    toml: with_('"module"', `"${LOCATOR}"`),
    args: ['--replace', `${LOCATOR}=module`],
  },
  {
    about: 'the plan of the same',
    toml: with_('"module"', `"${LOCATOR}"`),
    args: ['--replace', `${LOCATOR}=module`, '--dry-run'],
  },
  { about: '--to', args: ['--to', LOCATOR] },
  { about: 'a word too many', args: [LOCATOR] },
  { about: 'a flag that there is not', args: [`--${LOCATOR}`] },
  { about: '--flatten', args: ['--flatten', LOCATOR] },
  { about: '--target', args: ['--target', LOCATOR] },
  { about: '--label', args: ['--label', LOCATOR] },
  { about: '--limit', args: ['--limit', LOCATOR] },
]

function writtenBy(workspace: Workspace): string {
  return [workspace.output, workspace.cache]
    .flatMap((directory) => readdirSync(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

describe('a secret shows neither on the terminal nor in what is written', () => {
  test.each(CASES)('$about', async ({ toml = SOUND, args = [] }) => {
    const workspace = soundWorkspace({ 'builder.toml': toml })
    const runs: Run[] = [
      await workspace.create(args),
      await workspace.create(['--json', '--verbose', '--debug', ...args]),
    ]
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain(CANARY)
    expect(writtenBy(workspace)).not.toContain(CANARY)
  })

  test('as the name of the builder', async () => {
    const run = await trowel(
      ['builder', 'create', LOCATOR, '--config', 'x.toml', '--to', 'oci:x', '--offline', '--debug'],
      {
        cwd: '/',
      },
    )
    expect(run.stdout + run.stderr).not.toContain(CANARY)
    expect(run.status).toBe(2)
  })
})

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const secret = fc.stringMatching(/^[!#-&(-~]{0,9}$/).map((text) => `pw0${text}0pw`)

test('whatever the password of a locator is, a problem that quotes the locator does not show it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('https', 'http', 'docker', 's3'),
      word,
      secret,
      word,
      (scheme, user, password, path) => {
        const locator = `${scheme}://${user}:${password}@host.test/${path}?sig=${password}`
        const said = `the buildpack ${locator} is no locator: see "${locator}"`
        const place = { file: 'builder.toml', line: 1, column: 1 }
        const diagnostic = withoutSecrets({
          rule: 'builder-locator-invalid',
          severity: 'error',
          message: said,
          place,
          value: locator,
          notes: [said],
          fix: said,
        })
        const error = errorWithoutSecrets(new CnbError('E_USAGE', said, { place, value: locator, hint: said }))
        const all = JSON.stringify([diagnostic, error, error.message, error.stack])
        expect(all).not.toContain('pw0')
        expect(all).not.toContain('0pw')
      },
    ),
  )
})

test.each([
  'a file name with a:b in acme/java@1.0.0',
  'id a:b@1.0 of buildpack a:b',
  'urn:cnb:builder:golden/any@0.0.1',
  'build image localhost:5000/acme/base:1 is linux/amd64',
  `localhost:5000/acme/base:1@sha256:${'ab'.repeat(32)}`,
  'builder.toml:3:4 says acme/java@1.0.0: why',
  'the scheme "s3" is not known; there are docker, file, http and https',
])('what holds no secret stays as it is: %s', (text) => {
  const place = { file: 'builder.toml' }
  expect(withoutSecrets({ rule: 'x', severity: 'error', message: text, place, value: text })).toMatchObject({
    message: text,
    value: text,
  })
})
