import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { packageModule } from '#src/operations/package-module.js'
import { hostIn } from '../support/host.js'
import type { Outcome, Stage } from './harness.js'

/** What `writeComposite` names, as `repository:tag`; the registry has to have it. */
export const DEPENDENCY = 'pkg/one:1'
/** What the files call the registry; each run reaches it by the address of its own proxy. */
const NAMED = 'golden.test'

const FILES = {
  'package.toml': `[buildpack]\nuri = "main"\n[[dependencies]]\nuri = "docker://${NAMED}/${DEPENDENCY}"\n[[dependencies]]\nuri = "local"\n`,
  'main/buildpack.toml':
    'api = "0.10"\n[buildpack]\nid = "acme/main"\nversion = "1.0.0"\n[[order]]\n' +
    '[[order.group]]\nid = "golden/one"\nversion = "1.0.0"\n[[order.group]]\nid = "acme/local"\nversion = "1.0.0"\n',
  'local/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/local"\nversion = "1.0.0"\n',
  'local/bin/build': '#!/bin/sh\n',
  'local/bin/detect': '#!/bin/sh\n',
}

/** Writes a buildpack that names one in a folder, and one that is published. */
export function writeComposite(directory: string): void {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text, { mode: name.includes('/bin/') ? 0o755 : 0o644 })
  }
}

/** Packages it as `REPOSITORY:latest` through the proxy; who has failed tries again at once. */
export async function publishComposite({ proxy }: Stage, directory: string, repository: string): Promise<Outcome> {
  const options = {
    kind: 'buildpack',
    name: `${proxy.host}/${repository}`,
    format: undefined,
    config: 'package.toml',
    path: undefined,
    createdBy: undefined,
    flatten: false,
    flattenExclude: [],
    to: [],
    publish: true,
    tags: [],
    appendImageNameSuffix: false,
    verifyTag: false,
    replace: [],
    labels: [],
    targets: ['linux/amd64'],
    profile: undefined,
    dryRun: false,
    jobs: 1,
    cacheDirectory: undefined,
    limits: DEFAULT_LIMITS,
    allowAbsoluteSymlinks: false,
    offline: false,
    pullPolicy: undefined,
    insecureRegistries: [],
    registryMirrors: [`${NAMED}=${proxy.host}`],
    ca: undefined,
    allowInsecureDownload: false,
    buildpackRegistry: undefined,
    indexSchemes: [],
  } as const
  const host = { ...hostIn(directory), now: Date.now, random: () => 0 }
  try {
    await packageModule(options, { host, version: '0', report: () => undefined })
    return { code: 'success' }
  } catch (error) {
    if (error instanceof CnbError) return { code: error.code, message: error.message }
    throw error
  }
}
