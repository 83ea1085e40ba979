import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { readSmallFile } from '../read-file.js'
import { readTls, type EngineTls } from './tls.js'

/** What a docker context says about its engine. */
export interface DockerContext {
  readonly host: string
  readonly tls: EngineTls | undefined
}

/** The context that docker's config names; undefined when it names none. @throws CnbError E_ENGINE_CONFIG, E_JSON */
export function currentContext(directory: string, limits: Limits): string | undefined {
  const fields = readJson(join(directory, 'config.json'), limits)
  return fields?.optionalString('currentContext') || undefined
}

/**
 * The engine of the context `name`.
 *
 * @throws CnbError E_ENGINE_CONFIG when there is no such context, or it has no engine
 * @see https://github.com/docker/cli/tree/v28.0.0/cli/context/store
 */
export function readContext(directory: string, name: string, limits: Limits): DockerContext {
  const id = createHash('sha256').update(name).digest('hex')
  const file = join(directory, 'contexts', 'meta', id, 'meta.json')
  const fields = readJson(file, limits)
  if (fields === undefined) {
    throw new CnbError('E_ENGINE_CONFIG', `there is no docker context ${name}: ${file} is missing`, {
      place: { file },
      value: name,
      hint: 'choose another with DOCKER_CONTEXT, or name the engine in DOCKER_HOST',
    })
  }
  const endpoint = fields.object('Endpoints').object('docker')
  const verify = endpoint.optionalBoolean('SkipTLSVerify') !== true
  const tls = readTls(join(directory, 'contexts', 'tls', id, 'docker'), { verify, limits })
  const hasFiles = tls.ca !== undefined || tls.cert !== undefined
  return { host: endpoint.string('Host'), tls: hasFiles || !verify ? tls : undefined }
}

function readJson(file: string, limits: Limits): Fields | undefined {
  const found = readSmallFile(file, { limit: limits.jsonBytes, followLink: true })
  if (found.kind === 'absent') return undefined
  if (found.kind === 'bytes') {
    return Fields.of(parseJson(found.bytes, { file, limits }), { file, code: 'E_ENGINE_CONFIG' })
  }
  throw new CnbError('E_ENGINE_CONFIG', `${file} is not a file that can be read whole`, { place: { file } })
}
