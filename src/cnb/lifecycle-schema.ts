import { SCALAR, table } from './schema.js'

const API = { schema: SCALAR, about: 'the one version that is supported, in files before lifecycle 0.8' } as const

const APIS = table({
  deprecated: { schema: { kind: 'list', of: SCALAR }, about: 'versions that still work and will be removed' },
  supported: { schema: { kind: 'list', of: SCALAR }, about: 'versions that work' },
})

/** @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/lifecycle.toml */
export const LIFECYCLE_TOML = table({
  lifecycle: {
    schema: table({ version: { schema: SCALAR, about: 'version of the lifecycle' } }),
    about: 'what the lifecycle is',
  },
  api: { schema: table({ buildpack: API, platform: API }), about: 'older form of [apis]' },
  apis: {
    schema: table({
      buildpack: { schema: APIS, about: 'Buildpack API versions' },
      platform: { schema: APIS, about: 'Platform API versions' },
    }),
    about: 'API versions of the lifecycle',
  },
})
