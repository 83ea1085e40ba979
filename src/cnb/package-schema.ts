import { TARGETS } from './module-schema.js'
import { STRING, table, tables } from './schema.js'

/** The operating systems that pack lets `[platform]` name; the empty string is as good as none. */
export const PLATFORM_OS: readonly string[] = ['', 'linux', 'windows']

const MAIN = table({ uri: { schema: STRING, about: 'where the module is: a directory, an archive or a URL' } })

/** @see https://buildpacks.io/docs/reference/config/package-config/ */
export const PACKAGE_TOML = table({
  buildpack: { schema: MAIN, about: 'the buildpack that is packaged' },
  extension: { schema: MAIN, about: 'the extension that is packaged' },
  dependencies: {
    schema: tables({
      uri: { schema: STRING, about: 'where the buildpack comes from: a path, a URL or docker://IMAGE' },
      image: { schema: STRING, about: 'package image of the buildpack', deprecated: 'write uri = "docker://IMAGE"' },
    }),
    about: 'buildpacks that the packaged one names in its order',
  },
  platform: {
    schema: table({
      os: {
        schema: { kind: 'string', oneOf: PLATFORM_OS },
        about: 'operating system',
        deprecated: 'write [[targets]], or use --target',
      },
    }),
    about: 'what the package is for',
  },
  targets: { schema: TARGETS, about: 'targets to make the package for, where its buildpack names none' },
})
