import { onTestFinished } from 'vitest'
import { CnbError, type Diagnostic } from '#src/errors.js'
import { HttpClient } from '#src/http/client.js'
import type { Request, Response } from '#src/http/message.js'
import type { Access } from '#src/registry/access.js'
import { Authorizer } from '#src/registry/authorizer.js'
import { Credentials } from '#src/registry/credentials.js'
import { SecretSet } from '#src/secrets.js'
import { temporaryDirectory } from '../support/directories.js'

/** An authorizer over real HTTP, and what it said. */
export interface Client {
  readonly authorizer: Authorizer
  readonly secrets: SecretSet
  readonly warnings: readonly Diagnostic[]
  /** Seconds go by. */
  pass(seconds: number): void
  /** Sends a request and reads the answer; `url` may be a text. */
  ask(request: Omit<Partial<Request>, 'url'> & { url: string | URL }, access: ClientAccess): Promise<Response>
}

/** An access to a repository of the registry under test. */
export interface ClientAccess extends Partial<Omit<Access, 'repository' | 'alsoPull'>> {
  readonly name: string
  readonly from?: readonly string[]
}

/** `docker` is what docker's configuration says. */
export function aClient(docker: unknown = {}, options: { insecureHosts?: readonly string[] } = {}): Client {
  const secrets = new SecretSet()
  const warnings: Diagnostic[] = []
  let later = 0
  const http = new HttpClient({
    userAgent: 'test',
    clock: {
      now: () => later,
      sleep: (milliseconds) => {
        later += milliseconds
        return Promise.resolve()
      },
      random: () => 0,
    },
    secrets,
    ...options,
  })
  onTestFinished(() => http.close())
  const report = (warning: Diagnostic): void => void warnings.push(warning)
  const credentials = new Credentials({
    env: { DOCKER_AUTH_CONFIG: JSON.stringify(docker) },
    home: undefined,
    cwd: temporaryDirectory(),
    report,
    secrets,
  })
  const authorizer = new Authorizer({ http, credentials, report, secrets, now: () => later })
  return {
    authorizer,
    secrets,
    warnings,
    pass: (seconds) => (later += seconds * 1000),
    async ask({ url, ...request }, { name, from = [], actions = 'pull', registry }) {
      const target = new URL(url)
      const repository = (name: string) => ({ registry: target.host, name })
      const access = { repository: repository(name), actions, alsoPull: from.map(repository), registry }
      const response = await authorizer.send({ method: 'GET', ...request, url: target }, access)
      for await (const _ of response.body);
      return response
    },
  }
}

/** What a promise fails with, which must be one of ours. */
export async function failureOf(promise: Promise<unknown>): Promise<CnbError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CnbError)) throw new Error(`expected a CnbError, not ${String(error)}`, { cause: error })
  return error
}

/** The text of an error that could be shown to somebody. */
export function shown(error: CnbError): string {
  return JSON.stringify([error.message, error.value, error.hint, error.diagnostics])
}
