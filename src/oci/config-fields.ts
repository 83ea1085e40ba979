import type { Fields } from './fields.js'
import { inOrder, mapUnlessEmpty, unlessEmpty } from './go-json.js'
import type { Json, JsonObject } from './image.js'

/** A field as Go's `omitempty` keeps it: undefined when it says nothing. Throws when it is of another type. */
type Read = (fields: Fields, key: string) => Json | undefined

type Struct = readonly (readonly [key: string, read: Read])[]

const text: Read = (fields, key) => fields.optionalString(key) || undefined
const flag: Read = (fields, key) => fields.optionalBoolean(key) || undefined
const number: Read = (fields, key) => fields.optionalInteger(key) || undefined
const texts: Read = (fields, key) => unlessEmpty(fields.optionalStrings(key))
const map: Read = (fields, key) => mapUnlessEmpty(fields.optionalStringMap(key))
/** A set of names, such as `Volumes`: an object whose members say nothing. */
const names: Read = (fields, key) => {
  const members = fields.optionalObject(key)?.keys()
  return mapUnlessEmpty(members && new Map(members.map((name) => [name, new Map<string, Json>()])))
}
const healthcheck: Read = (fields, key) => {
  const object = fields.optionalObject(key)
  return object && take(object, HEALTHCHECK)
}

const HEALTHCHECK: Struct = [
  ['Test', texts],
  ['Interval', number],
  ['Timeout', number],
  ['StartPeriod', number],
  ['Retries', number],
]

/** The fields of `config` in the order in which go-containerregistry declares them: what it does not declare is lost. */
const CONTAINER: Struct = [
  ['AttachStderr', flag],
  ['AttachStdin', flag],
  ['AttachStdout', flag],
  ['Cmd', texts],
  ['Healthcheck', healthcheck],
  ['Domainname', text],
  ['Entrypoint', texts],
  ['Env', texts],
  ['Hostname', text],
  ['Image', text],
  ['Labels', map],
  ['OnBuild', texts],
  ['OpenStdin', flag],
  ['StdinOnce', flag],
  ['Tty', flag],
  ['User', text],
  ['Volumes', names],
  ['WorkingDir', text],
  ['ExposedPorts', names],
  ['ArgsEscaped', flag],
  ['NetworkDisabled', flag],
  ['MacAddress', text],
  ['StopSignal', text],
  ['Shell', texts],
]

const CONTAINER_KEYS = CONTAINER.map(([key]) => key)

/** What an image config keeps from its base, key by key. */
export interface BaseFields {
  readonly architecture: string
  readonly author: Json | undefined
  readonly dockerVersion: Json | undefined
  readonly os: string
  readonly container: JsonObject
  readonly osVersion: Json | undefined
  readonly variant: Json | undefined
  readonly osFeatures: Json | undefined
}

/** The fields of an image config that survive when layers are added to it. Throws when one is of another type than Go's. */
export function baseFields(config: Fields): BaseFields {
  const container = config.optionalObject('config')
  return {
    architecture: config.optionalString('architecture') ?? '',
    author: text(config, 'author'),
    dockerVersion: text(config, 'docker_version'),
    os: config.optionalString('os') ?? '',
    container: container === undefined ? new Map() : take(container, CONTAINER),
    osVersion: text(config, 'os.version'),
    variant: text(config, 'variant'),
    osFeatures: texts(config, 'os.features'),
  }
}

/** `container` with some fields replaced, each in its place. */
export function withFields(container: JsonObject, changes: JsonObject): JsonObject {
  const merged = new Map([...container, ...changes])
  return inOrder(CONTAINER_KEYS.map((key) => [key, merged.get(key)]))
}

function take(fields: Fields, struct: Struct): JsonObject {
  return inOrder(struct.map(([key, read]) => [key, read(fields, key)]))
}
