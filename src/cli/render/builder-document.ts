import type { BuilderInspection } from '../../operations/inspect-builder.js'
import type {
  InspectedBuilder,
  InspectedEntry,
  InspectedModule,
  InspectedOrder,
  InspectedRunImage,
  Side,
} from '../../operations/inspected.js'
import { Lists, unlessNone, type DocumentObject, type Format } from './document.js'

/**
 * A builder as pack's structured outputs have it, which differ in more than their syntax.
 *
 * @param verbose with mixins
 */
export function builderDocument(inspection: BuilderInspection, format: Format, verbose: boolean): DocumentObject {
  const { name, isTrusted, isDefault, remote, local } = inspection
  const shared = { builder_name: name, trusted: isTrusted, default: isDefault }
  const side = (found: Side<InspectedBuilder>): DocumentObject | null =>
    found.kind === 'found' ? builderObject(found.value, format, verbose) : null
  return {
    ...(format === 'yaml' ? { sharedbuilderinfo: shared } : shared),
    remote_info: side(remote),
    local_info: side(local),
  }
}

function builderObject(builder: InspectedBuilder, format: Format, verbose: boolean): DocumentObject {
  const { description, createdBy, stack, lifecycle, runImages, buildpacks = [], extensions = [] } = builder
  const lists = new Lists(format)
  const { name, version } = createdBy
  const apis = ({ deprecated, supported }: InspectedBuilder['lifecycle']['buildpackApis']): DocumentObject => ({
    deprecated: lists.texts(deprecated),
    supported: lists.texts(supported),
  })
  return {
    description: description || undefined,
    created_by: format === 'toml' ? { Name: name, Version: version } : { name, version },
    stack: stack?.id ? { id: stack.id, mixins: verbose ? unlessNone(stack.mixins) : undefined } : undefined,
    lifecycle: {
      version: lifecycle.version ?? null,
      buildpack_apis: apis(lifecycle.buildpackApis),
      platform_apis: apis(lifecycle.platformApis),
    },
    run_images: runImageObjects(runImages) ?? (format === 'toml' ? undefined : []),
    buildpacks: lists.objects(buildpacks.map((module) => moduleObject(module, format))),
    detection_order: lists.objects(orderObjects(builder.order ?? [], format)),
    extensions: unlessNone(extensions.map((module) => moduleObject(module, format))),
    order_extensions: unlessNone(extensionObjects(builder.orderExtensions ?? [], format)),
  }
}

/** Run images, undefined when there are none. */
export function runImageObjects(images: readonly InspectedRunImage[]): readonly DocumentObject[] | undefined {
  return unlessNone(
    images.map(({ name, isUserConfigured }) => ({ name, user_configured: isUserConfigured || undefined })),
  )
}

function moduleObject(module: InspectedModule, format: Format): DocumentObject {
  const { id, name, version, description, homepage, keywords, execEnv, licenses, clearEnv } = module
  const license = ({ type, uri }: InspectedModule['licenses'][number]): DocumentObject =>
    format === 'json' ? { Type: type, URI: uri } : { type, uri }
  return {
    id: id || undefined,
    name: name || undefined,
    version: version || undefined,
    description: description || undefined,
    homepage: homepage || undefined,
    keywords: unlessNone(keywords),
    'exec-env': unlessNone(execEnv),
    licenses: unlessNone(licenses.map(license)),
    'clear-env': clearEnv || undefined,
  }
}

/** Groups; a composite stands there once for each of its own. */
function orderObjects(order: InspectedOrder, format: Format): readonly DocumentObject[] {
  return order.map((group) => ({ buildpacks: unlessNone(group.flatMap((entry) => entryObjects(entry, format))) }))
}

function entryObjects(entry: InspectedEntry, format: Format): readonly DocumentObject[] {
  const own = {
    ...moduleObject(entry, format),
    optional: entry.optional || undefined,
    cyclic: entry.isCyclic || undefined,
  }
  if (entry.groups.length === 0) return [own]
  return orderObjects(entry.groups, format).map((group) => ({ ...own, ...group }))
}

/** A group of one extension is that one, as in pack, which of larger groups says the last one only. */
function extensionObjects(order: InspectedOrder, format: Format): readonly DocumentObject[] {
  return order.map((group) => {
    const entries = group.flatMap((entry) => entryObjects(entry, format))
    return entries.length > 1 ? { buildpacks: entries } : (entries[0] ?? {})
  })
}
