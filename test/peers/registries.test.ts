import { describe, expect, test } from 'vitest'
import { makeAuthority } from '../support/certificates.js'
import { temporaryDirectory } from '../support/directories.js'
import { ask } from '../support/ask.js'
import { peer } from './peer.js'
import { HTPASSWD_USER, startPeerRegistry, TOKEN_SERVICE } from './registries.js'

const { name, password } = HTPASSWD_USER

describe.each(['docker-registry', 'distribution'] as const)('%s', (program) => {
  test('answers anybody', async (context) => {
    const registry = await startPeerRegistry(peer(context, program))
    expect((await ask(`${registry.url}/v2/`)).status).toBe(200)
  })

  test('asks for a user and a password', async (context) => {
    const registry = await startPeerRegistry(peer(context, program), { htpasswd: true })
    expect(await ask(`${registry.url}/v2/`)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="test realm"' },
    })
    const url = `http://${name}:${encodeURIComponent(password)}@${registry.host}/v2/`
    expect((await ask(url)).status).toBe(200)
  })

  test('asks for a token of our own server, and believes it', async (context) => {
    const registry = await startPeerRegistry(peer(context, program), { token: { users: { [name]: password } } })
    const url = `${registry.url}/v2/acme/app/blobs/uploads/`
    const refused = await ask(url, { method: 'POST' })
    expect(refused.status).toBe(401)
    const challenge = refused.headers['www-authenticate']!
    expect(challenge).toContain(`Bearer realm="${registry.tokens!.realm}",service="${TOKEN_SERVICE}"`)
    expect(challenge).toMatch(/scope="repository:acme\/app:(?:pull,push|push,pull)"$/)
    const realm = registry.tokens!.realm.replace('http://', `http://${name}:${encodeURIComponent(password)}@`)
    const answer = await ask(`${realm}?service=${TOKEN_SERVICE}&scope=repository:acme/app:pull,push`)
    const { token } = JSON.parse(answer.body.toString()) as { token: string }
    expect((await ask(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status).toBe(202)
  })

  test('speaks https with a certificate of our own authority', async (context) => {
    const authority = makeAuthority(temporaryDirectory())
    const registry = await startPeerRegistry(peer(context, program), { tls: authority })
    expect((await ask(`${registry.url}/v2/`, { tls: { ca: authority.cert } })).status).toBe(200)
    await expect(ask(`${registry.url}/v2/`)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  })
})
