import type { ModuleEntry } from '../cnb/builder-config.js'
import { decodeBuilderConfig } from '../cnb/decode-builder.js'
import { decodeModuleDescriptor } from '../cnb/decode-module.js'
import { decodePackageConfig } from '../cnb/decode-package.js'
import type { DescriptorKind } from '../cnb/descriptor-files.js'
import type { Report } from '../errors.js'
import type { TomlDocument } from '../toml/document.js'

/** What a file says to who makes something of it. */
export interface Meaning {
  /** The decoded file as JSON: equal for equal meanings. */
  readonly config: string
  /** What is wrong with it, without places. */
  readonly errors: ReadonlySet<string>
}

/** What `document` says. @throws never */
export function meaningOf(document: TomlDocument, kind: DescriptorKind): Meaning {
  const errors = new Set<string>()
  const config = configOf(document, kind, ({ rule, severity, message }) => {
    // An API version is the same with and without quotes, and a finding only without.
    if (severity === 'error' && rule !== 'api-unquoted') errors.add(`${rule} ${message}`)
  })
  return { config: JSON.stringify(config) ?? '', errors }
}

function configOf(document: TomlDocument, kind: DescriptorKind, report: Report): unknown {
  switch (kind) {
    case 'builder': {
      const config = decodeBuilderConfig(document, report)
      return {
        ...config,
        buildpacks: config.buildpacks.map(locatorOf),
        extensions: config.extensions.map(locatorOf),
      }
    }
    case 'package': {
      const main = document.has(['extension']) && !document.has(['buildpack']) ? 'extension' : 'buildpack'
      const config = decodePackageConfig(main, document, report)
      return { ...config, dependencies: config.dependencies.map(locatorOf) }
    }
    case 'buildpack':
    case 'extension':
      return decodeModuleDescriptor(kind, document, report)
  }
}

/** `image` is another way to write a uri, and counts where there is none. */
function locatorOf({ uri, image, id, version }: ModuleEntry): object {
  return { id, version, uri: uri === '' && image !== '' ? `docker://${image}` : uri }
}
