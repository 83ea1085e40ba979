import { MODULE_INFO, ORDER, REFS, TARGETS } from './module-schema.js'
import { STRING, STRINGS, table, tables } from './schema.js'

/** How a variable of the build environment meets one of the application; empty for the lifecycle's choice. */
export const ENV_SUFFIXES: readonly string[] = ['', 'default', 'override', 'append', 'prepend']

const MODULES = tables({
  uri: { schema: STRING, about: 'where the module comes from: a path, a URL or docker://IMAGE' },
  image: { schema: STRING, about: 'package image of the module', deprecated: 'write uri = "docker://IMAGE"' },
  // pack takes the other keys of a module here and does nothing with them.
  ...MODULE_INFO,
})

const SYSTEM_MODULES = table({ buildpacks: { schema: REFS, about: 'buildpacks that every group gets' } })

/** @see https://buildpacks.io/docs/reference/config/builder-config/ */
export const BUILDER_TOML = table({
  description: { schema: STRING, about: 'what the builder is for' },
  buildpacks: { schema: MODULES, about: 'buildpacks of the builder' },
  extensions: { schema: MODULES, about: 'image extensions of the builder' },
  order: { schema: ORDER, about: 'buildpacks by detection order' },
  'order-extensions': { schema: ORDER, about: 'extensions by detection order' },
  system: {
    schema: table({
      pre: { schema: SYSTEM_MODULES, about: 'put before every group' },
      post: { schema: SYSTEM_MODULES, about: 'put behind every group' },
    }),
    about: 'buildpacks that run with every group',
  },
  stack: {
    schema: table({
      id: { schema: STRING, about: 'id that the build image and the run image must carry' },
      'build-image': { schema: STRING, about: 'image to build on' },
      'run-image': { schema: STRING, about: 'image that applications run on' },
      'run-image-mirrors': { schema: STRINGS, about: 'other places of the run image' },
    }),
    about: 'older form of [build] and [run]',
  },
  lifecycle: {
    schema: table({
      version: { schema: STRING, about: 'released version to take' },
      uri: { schema: STRING, about: 'where the lifecycle comes from' },
    }),
    about: 'lifecycle of the builder: version or uri',
  },
  run: {
    schema: table({
      images: {
        schema: tables({
          image: { schema: STRING, about: 'image that applications run on' },
          mirrors: { schema: STRINGS, about: 'other places of the same image' },
        }),
        about: 'run images, the first is the default',
      },
    }),
    about: 'images that applications run on',
  },
  build: {
    schema: table({
      image: { schema: STRING, about: 'image to build on' },
      env: {
        schema: tables({
          name: { schema: STRING, about: 'name of the variable' },
          value: { schema: STRING, about: 'value of the variable' },
          suffix: { schema: { kind: 'string', oneOf: ENV_SUFFIXES }, about: 'default, override, append or prepend' },
          delim: { schema: STRING, about: 'what goes between the parts of append and prepend' },
          'exec-env': { schema: STRINGS, about: 'read and not used by pack' },
        }),
        about: 'variables that every build gets',
      },
    }),
    about: 'image to build on, and its variables',
  },
  targets: { schema: TARGETS, about: 'targets to make the builder for' },
})
