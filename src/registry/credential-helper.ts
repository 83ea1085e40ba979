import { CnbError } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { findProgram, runProgram, type ProgramSearch } from '../programs.js'
import { basicCredential, type Credential } from './credential.js'

/** Where helpers run. */
export interface HelperOptions extends ProgramSearch {
  /** Milliseconds until a helper that has not answered is stopped. */
  readonly timeout?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A name that cannot leave a directory, nor mean anything to anybody. */
const HELPER_NAME = /^[A-Za-z0-9._-]+$/
/** Milliseconds that a helper has to answer. */
const HELPER_TIMEOUT_MS = 30_000
/** Bytes of what a helper says, on both of its outputs. */
const LARGEST_OUTPUT = 1024 * 1024
/** @see https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/error.go */
const NOT_FOUND = /credentials not found|no credentials server URL|no credentials username/i

/**
 * What the program `docker-credential-NAME` has for `server`; undefined when it has nothing. Nothing of what it says is in what
 * is thrown, because that may be a secret.
 *
 * @throws CnbError E_CREDENTIALS for the name, E_AUTH when the program is missing or does not do what helpers do
 * @see https://github.com/docker/docker-credential-helpers#development
 */
export async function askHelper(name: string, server: string, options: HelperOptions): Promise<Credential | undefined> {
  if (!HELPER_NAME.test(name)) {
    throw new CnbError('E_CREDENTIALS', 'a credential helper has a name that no program has', {
      value: name,
      hint: 'credHelpers and credsStore take letters, digits, dots, dashes and underscores',
    })
  }
  const program = `docker-credential-${name}`
  const path = findProgram(program, options)
  if (path === undefined) {
    throw new CnbError('E_AUTH', `the credential helper ${program} for ${server} is not on the PATH`, {
      hint: `install ${program}, or remove it from credHelpers and credsStore`,
    })
  }
  const { env, timeout = HELPER_TIMEOUT_MS, signal } = options
  const run = { env, input: server, limit: LARGEST_OUTPUT, timeout, signal }
  const outcome = await runProgram({ ...run, command: [path, 'get'] })
  const { status, answer, complaint } = outcome
  if (status === 0) return decodeAnswer(answer, program, server)
  const said = Buffer.concat([answer, complaint]).toString('latin1')
  if (NOT_FOUND.test(said)) return undefined
  throw helperError(program, server, `${status}, after ${said.length} bytes of output`)
}

function decodeAnswer(bytes: Uint8Array, program: string, server: string): Credential {
  let user: string | undefined
  let secret: string | undefined
  try {
    const fields = Fields.of(parseJson(bytes, { file: program, limits: DEFAULT_LIMITS }), {
      file: program,
      code: 'E_AUTH',
    })
    user = fields.optionalString('Username')
    secret = fields.optionalString('Secret')
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    // The reason may quote the answer.
    throw helperError(program, server, `${bytes.length} bytes that are not the JSON of a credential`)
  }
  if (user && secret) return basicCredential(user, secret, program)
  throw helperError(program, server, 'a credential without user name or secret')
}

function helperError(program: string, server: string, got: string): CnbError {
  return new CnbError('E_AUTH', `the credential helper ${program} did not give the credential for ${server}: ${got}`, {
    hint: `see what ${program} get says when it is given ${server} as its input`,
  })
}
