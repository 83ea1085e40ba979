import { parseDiffId, type DiffId } from '../oci/digest.js'
import type { Fields } from '../oci/fields.js'
import { inOrder } from '../oci/go-json.js'
import type { JsonObject } from '../oci/image.js'

/** An image as an engine describes it. */
export interface EngineImage {
  /** The digest of its config; of its manifest where the engine keeps manifests. */
  readonly id: string
  readonly diffIds: readonly DiffId[]
  /** What can be known of its config, with the names that a config has. */
  readonly config: JsonObject
}

/** The fields of the container config that survive a way through an engine in pack. */
const CONTAINER_KEYS = [
  'Cmd',
  'Healthcheck',
  'Entrypoint',
  'Env',
  'Labels',
  'OnBuild',
  'User',
  'Volumes',
  'WorkingDir',
  'ExposedPorts',
  'StopSignal',
  'Shell',
]

/**
 * An image out of an engine's answer to `inspect`. Its config has what pack's library takes of it, so that the config of an
 * image that is built on top has the same bytes.
 *
 * @throws CnbError E_ENGINE, E_DIGEST_SYNTAX
 * @see https://github.com/buildpacks/imgutil/blob/51c1c8c186ea/local/v1_facade.go
 */
export function decodeEngineImage(fields: Fields): EngineImage {
  const diffIds = (fields.optionalObject('RootFS')?.optionalDigests('Layers') ?? []).map((digest) =>
    parseDiffId(digest),
  )
  const container = fields.optionalObject('Config')?.raw ?? new Map()
  const text = (key: string): string | undefined => fields.optionalString(key) || undefined
  const config = inOrder([
    ['architecture', text('Architecture') ?? ''],
    ['author', text('Author')],
    ['created', text('Created')],
    ['os', text('Os') ?? ''],
    [
      'rootfs',
      new Map<string, string | readonly string[]>([
        ['type', 'layers'],
        ['diff_ids', diffIds],
      ]),
    ],
    ['config', inOrder(CONTAINER_KEYS.map((key) => [key, container.get(key) ?? undefined]))],
    ['os.version', text('OsVersion')],
    ['variant', text('Variant')],
  ])
  return { id: fields.string('Id'), diffIds, config }
}
