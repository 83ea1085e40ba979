import type { Fields } from '../oci/fields.js'
import { inOrder, unlessBlank, unlessEmpty } from '../oci/go-json.js'
import type { Json } from '../oci/image.js'
import type { ModuleInfo } from './module.js'
import type { Group, ModuleRef, Order } from './order.js'
import type { Stack } from './stack.js'
import type { Distro, Target } from './target.js'

/**
 * How labels spell the parts of a descriptor: keys in this order, empty values left out, and a licence with capital keys, as
 * Go's `encoding/json` writes pack's structs.
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/pkg/dist/buildmodule.go
 */
export function infoJson(info: ModuleInfo): Json {
  return inOrder(infoMembers(info))
}

/** What a package says of the module that it is named after, and of the stacks it runs on. */
export function packageJson(info: ModuleInfo, stacks: readonly Stack[] | undefined): Json {
  return inOrder([...infoMembers(info), ['stacks', stacks?.map(stackJson) ?? null]])
}

function infoMembers(info: ModuleInfo): readonly (readonly [string, Json | undefined])[] {
  const licenses = info.licenses.map(({ type, uri }) =>
    inOrder([
      ['Type', type],
      ['URI', uri],
    ]),
  )
  return [
    ['id', unlessBlank(info.id)],
    ['name', unlessBlank(info.name)],
    ['version', unlessBlank(info.version)],
    ['description', unlessBlank(info.description)],
    ['homepage', unlessBlank(info.homepage)],
    ['keywords', unlessEmpty(info.keywords)],
    ['exec-env', unlessEmpty(info.execEnv)],
    ['licenses', unlessEmpty(licenses)],
    ['clear-env', info.clearEnv || undefined],
  ]
}

/** One entry of a group. */
export function refJson(ref: ModuleRef): Json {
  return inOrder([...infoMembers(ref), ['optional', ref.optional || undefined]])
}

/** An order; a group without its key says `null`. */
export function orderJson(order: Order): readonly Json[] {
  return order.map(({ refs }) => inOrder([['group', refs?.map(refJson) ?? null]]))
}

/** One entry of `stacks`. */
export function stackJson({ id, mixins }: Stack): Json {
  return inOrder([
    ['id', id],
    ['mixins', unlessEmpty(mixins)],
  ])
}

/** One entry of `targets`. */
export function targetJson({ os, arch, variant, distros }: Target): Json {
  return inOrder([
    ['os', os],
    ['arch', arch],
    ['variant', unlessBlank(variant)],
    ['distros', unlessEmpty(distros.map(distroJson))],
  ])
}

function distroJson({ name, version }: Distro): Json {
  return inOrder([
    ['name', unlessBlank(name)],
    ['version', unlessBlank(version)],
  ])
}

/** The reverse of `infoJson`; keys that are not known are passed over. */
export function readInfo(fields: Fields): ModuleInfo {
  return {
    id: fields.optionalString('id') ?? '',
    name: fields.optionalString('name') ?? '',
    version: fields.optionalString('version') ?? '',
    description: fields.optionalString('description') ?? '',
    homepage: fields.optionalString('homepage') ?? '',
    keywords: fields.optionalStrings('keywords') ?? [],
    execEnv: fields.optionalStrings('exec-env') ?? [],
    licenses: (fields.optionalObjects('licenses') ?? []).map((license) => ({
      type: license.optionalString('Type') ?? license.optionalString('type') ?? '',
      uri: license.optionalString('URI') ?? license.optionalString('uri') ?? '',
    })),
    clearEnv: fields.optionalBoolean('clear-env') ?? false,
  }
}

/** The order at `key`, empty when there is none. */
export function readOrder(fields: Fields, key: string): Order {
  return (fields.optionalObjects(key) ?? []).map((group): Group => ({ refs: readRefs(group, 'group') }))
}

/** The refs at `key`; undefined when there is no such key. */
export function readRefs(fields: Fields, key: string): readonly ModuleRef[] | undefined {
  return fields.optionalObjects(key)?.map((ref) => ({
    ...readInfo(ref),
    optional: ref.optionalBoolean('optional') ?? false,
  }))
}

/** The stacks at `key`, empty when there are none. */
export function readStacks(fields: Fields, key: string): readonly Stack[] {
  return (fields.optionalObjects(key) ?? []).map((stack) => ({
    id: stack.optionalString('id') ?? '',
    mixins: stack.optionalStrings('mixins') ?? [],
  }))
}

/** The targets at `key`, empty when there are none. */
export function readTargets(fields: Fields, key: string): readonly Target[] {
  return (fields.optionalObjects(key) ?? []).map((target) => ({
    os: target.optionalString('os') ?? '',
    arch: target.optionalString('arch') ?? '',
    variant: target.optionalString('variant') ?? '',
    distros: (target.optionalObjects('distros') ?? []).map((distro) => ({
      name: distro.optionalString('name') ?? '',
      version: distro.optionalString('version') ?? '',
    })),
  }))
}
