import { onTestFinished } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import type { TrowelEvent } from '#src/events.js'
import { HttpClient } from '#src/http/client.js'
import type { Clock, Exchange, HttpSettings } from '#src/http/settings.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { Authorizer } from '#src/registry/authorizer.js'
import { Credentials } from '#src/registry/credentials.js'
import { RegistryClient } from '#src/registry/registry-client.js'
import type { UploadSizes } from '#src/registry/upload-sizes.js'
import { SecretSet } from '#src/secrets.js'

/** Time that passes only when somebody sleeps, and then at once. */
export class TestClock implements Clock {
  /** Every wait, in milliseconds. */
  readonly waits: number[] = []
  #now = 1_000_000

  now(): number {
    return this.#now
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await new Promise(setImmediate)
    signal?.throwIfAborted()
    this.waits.push(milliseconds)
    this.#now += milliseconds
  }

  random(): number {
    return 0.5
  }
}

/** A client and what it said. */
export interface TestClient {
  readonly client: RegistryClient
  readonly http: HttpClient
  readonly clock: TestClock
  readonly warnings: Diagnostic[]
  readonly events: string[]
  /** What was told of blobs. */
  readonly transfers: TrowelEvent[]
  readonly exchanges: Exchange[]
  /** What servers wanted people to know. */
  readonly warned: string[]
}

/** A client that nobody has used, with the credentials that `env` names, or nobody's. */
export function testClient(
  sizes?: UploadSizes,
  settings: Partial<HttpSettings> = {},
  env: Readonly<Record<string, string>> = {},
): TestClient {
  const warnings: Diagnostic[] = []
  const events: string[] = []
  const transfers: TrowelEvent[] = []
  const exchanges: Exchange[] = []
  const warned: string[] = []
  const clock = new TestClock()
  const report = (warning: Diagnostic): void => void warnings.push(warning)
  const secrets = new SecretSet()
  const http = new HttpClient({
    userAgent: 'test',
    clock,
    trace: (one) => void exchanges.push(one),
    warn: (text) => void warned.push(text),
    ...settings,
  })
  onTestFinished(() => http.close())
  const credentials = new Credentials({ env, home: undefined, cwd: '/', report, secrets })
  const now = (): number => clock.now()
  const client = new RegistryClient({
    authorizer: new Authorizer({ http, credentials, report, secrets, now }),
    http,
    clock,
    limits: DEFAULT_LIMITS,
    report,
    sizes,
    events: (event) => void ('text' in event ? events.push(event.text) : transfers.push(event)),
  })
  return { client, http, clock, warnings, events, transfers, exchanges, warned }
}
