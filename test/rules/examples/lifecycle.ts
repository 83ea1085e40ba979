import { LIFECYCLE_TOML } from '../../support/world.js'
import { ALL_BINARIES, EXT_MODULES, HEAD, WITH_EXTENSION, lifecycle, world, type Example } from './case.js'

export const LIFECYCLE_EXAMPLES: readonly Example[] = [
  {
    rule: 'builder-lifecycle-both',
    about: '',
    bad: world({ builder: HEAD.replace('uri = "lifecycle"', 'uri = "lifecycle"\nversion = "0.21.0"') }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-lifecycle-not-semver',
    about: '',
    bad: world({ builder: HEAD.replace('uri = "lifecycle"', 'version = "latest"') }),
    good: world({ builder: HEAD.replace('uri = "lifecycle"', 'version = "v0.21"') }),
    at: ['builder.toml', '"latest"'],
    severity: 'error',
  },
  {
    rule: 'builder-lifecycle-incomplete',
    about: '',
    bad: world({ lifecycleBinaries: ALL_BINARIES.filter((name) => name !== 'creator') }),
    good: world({ lifecycleBinaries: ALL_BINARIES.map((name) => `${name}.exe`) }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'lifecycle-version-missing',
    about: '',
    bad: lifecycle(LIFECYCLE_TOML.replace('version = "0.21.0"', '')),
    good: world(),
    at: ['lifecycle/lifecycle.toml'],
    severity: 'warning',
  },
  {
    rule: 'builder-lifecycle-no-extender',
    about: '',
    bad: world({
      ...WITH_EXTENSION,
      modules: EXT_MODULES,
      lifecycleBinaries: ALL_BINARIES.filter((name) => name !== 'extender'),
    }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['builder.toml'],
    severity: 'warning',
  },
]
