import { join, resolve } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { CnbError, type Report } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { decodeDockerConfig, type DockerConfig, readDockerConfig } from './docker-config.js'

/** One place that may hold credentials, read when it is first asked for. Throws E_CREDENTIALS when it cannot be understood. */
export type CredentialSource = () => DockerConfig | undefined

/** What the places depend on. */
export interface SourceOptions {
  readonly given?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string | undefined
  readonly cwd: string
  readonly report: Report
}

/**
 * The places that may hold credentials, the first one first: what was given for this run, `CNB_REGISTRY_AUTH`,
 * `DOCKER_AUTH_CONFIG`, the file that `REGISTRY_AUTH_FILE` names, docker's file, podman's files.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.20.8/auth/env_keychain.go
 * @see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function sourcesOf({ given, env, home, cwd, report }: SourceOptions): readonly CredentialSource[] {
  const text = (value: string | undefined, decode: (text: string) => DockerConfig): CredentialSource =>
    once(() => (value ? decode(value) : undefined))
  const file = (...path: readonly (string | undefined)[]): CredentialSource =>
    once(() => (path.every(Boolean) ? readDockerConfig(resolve(cwd, join(...(path as string[]))), report) : undefined))
  const { DOCKER_CONFIG, XDG_CONFIG_HOME, XDG_RUNTIME_DIR } = env
  return [
    text(given, (value) => decodeHeaderMap(value, 'the credentials that were given')),
    text(env['CNB_REGISTRY_AUTH'], (value) => decodeHeaderMap(value, 'CNB_REGISTRY_AUTH')),
    text(env['DOCKER_AUTH_CONFIG'], (value) => decodeDockerConfig(encodeUtf8(value), 'DOCKER_AUTH_CONFIG')),
    file(env['REGISTRY_AUTH_FILE']),
    DOCKER_CONFIG ? file(DOCKER_CONFIG, 'config.json') : file(home, '.docker', 'config.json'),
    file(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    XDG_CONFIG_HOME
      ? file(XDG_CONFIG_HOME, 'containers', 'auth.json')
      : file(home, '.config', 'containers', 'auth.json'),
  ]
}

/** The field of docker's file that says the same as a scheme of `Authorization`. */
const FIELDS: Readonly<Record<string, string>> = {
  basic: 'auth',
  bearer: 'registrytoken',
  'x-identity': 'identitytoken',
}

/** A JSON object of registries and what is sent to them in `Authorization`, as a file of docker's would say it. */
function decodeHeaderMap(text: string, from: string): DockerConfig {
  const headers = headerMap(text, from)
  const auths = [...headers].map(([registry, header]) => {
    const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(header) ?? []
    const field = FIELDS[scheme.toLowerCase()]
    if (field === undefined) throw malformed(from, `for ${registry} neither Basic, Bearer nor X-Identity and a word`)
    return [registry, Fields.of(new Map([[field, value]]), { file: from, code: 'E_CREDENTIALS' })] as const
  })
  return { from, auths: new Map(auths), credHelpers: new Map(), credsStore: undefined, httpHeaders: new Map() }
}

function headerMap(text: string, from: string): ReadonlyMap<string, string> {
  try {
    const document = new Map([['all', parseJson(encodeUtf8(text), { file: from, limits: DEFAULT_LIMITS })]])
    return Fields.of(document, { file: from, code: 'E_CREDENTIALS' }).optionalStringMap('all') ?? new Map()
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
  }
  // The reason may quote the text, so it is not passed on.
  throw malformed(from, 'not a JSON object of strings in which every registry stands once')
}

function malformed(from: string, what: string): CnbError {
  return new CnbError('E_CREDENTIALS', `${from}: ${what}`, {
    hint: 'such as {"registry.example": "Basic dXNlcjpwYXNzd29yZA=="}',
  })
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
