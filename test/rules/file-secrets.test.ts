import { expect, test } from 'vitest'
import { judgeModule } from '../support/judged-module.js'

const TOML = 'api = "0.11"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n'
const TOKEN = 'dG9wc2VjcmV0dG9rZW4x'
const AWS = `${TOKEN}${TOKEN}`
const KEY = ['-----BEGIN RSA PRIVATE', `KEY-----\n${TOKEN}\n`].join(' ')

const found = (path: string, text: string) =>
  judgeModule(TOML, { [path]: text }).filter(({ rule }) => rule === 'file-secret')

test.each([
  ['server.key', KEY],
  ['bin/build', `#!/bin/sh\ncat <<EOF\n${KEY}EOF\n`],
  ['.npmrc', `//npm.example/:_authToken=${TOKEN}\n`],
  ['.yarnrc.yml', `npmAuthToken: "${TOKEN}"\n`],
  ['home/.netrc', `machine git.example login me password ${TOKEN}\n`],
  ['.git-credentials', `https://me:${TOKEN}@git.example\n`],
  ['.docker/config.json', `{"auths": {"registry.example": {"auth": "${TOKEN}"}}}`],
  ['.aws/credentials', `[default]\naws_secret_access_key = ${AWS}\n`],
  ['bin/detect', `#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY='${AWS}'\n`],
  ['bin/detect', `#!/bin/sh\ngit clone https://ghp_${'a1'.repeat(18)}@git.example/x\n`],
  ['.env', `DATABASE_PASSWORD=${TOKEN}\n`],
  ['.env.production', `export API_KEY="${TOKEN}"\n`],
])('a secret in %s is found, with its line, and shown nowhere', (path, text) => {
  const [finding, ...more] = found(path, text)
  expect(more).toEqual([])
  expect(finding).toMatchObject({ severity: 'error', place: { file: `java/${path}` } })
  expect(finding?.message).toMatch(/ in line \d+$/)
  expect(JSON.stringify(finding)).not.toContain(TOKEN)
  expect(JSON.stringify(finding)).not.toContain('a1a1')
})

test.each([
  ['.npmrc', '//npm.example/:_authToken=${NPM_TOKEN}\n'],
  ['.npmrc', '//npm.example/:_authToken=$NPM_TOKEN\n'],
  ['.env.example', `API_KEY=${TOKEN}\n`],
  ['.env', 'API_KEY=your-key-here\nTOKEN=\nSECRET=${OTHER}\nPORT=8080\nTOKEN_URL=https://a\n'],
  ['.aws/credentials', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n'],
  ['server.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
  ['bin/build', '#!/bin/sh\ngrep "BEGIN RSA PRIVATE KEY" "$1"\necho "-----BEGIN PRIVATE KEY----- $2"\n'],
  ['bin/build', '#!/bin/sh\nexport API_KEY="$(cat "$platform/env/API_KEY")"\n'],
  ['config.json', '{"auth": "basic"}'],
])('nothing is said of %s where a secret is only spoken of: %j', (path, text) => {
  expect(found(path, text)).toEqual([])
})

test('a key that somebody else tested a program with is a warning', () => {
  expect(found('node_modules/tls/test/server.key', KEY)).toMatchObject([{ severity: 'warning' }])
})
