import { isComposite } from '../cnb/module.js'
import { packageAdvice, type Rule } from './rule.js'
import type { PackageSubject } from './subjects.js'

/** What lies here or is downloaded, and has no index of platforms. */
const FILE_LOCATOR = /^(?:https?:|file:|\.{0,2}\/)|\.(?:cnb|tgz|tar|tar\.gz)$/

const localDependency = packageAdvice({
  id: 'target-multiarch-local-dep',
  severity: 'warning',
  summary: 'a composite for several platforms has dependencies that are files, of which pack cannot tell the platform',
  reference: 'pack 0.40.6, buildpack package --target',
  refusedBy: { pack: 'buildpack package' },
  needs: ['config', 'locate', 'buildpacks'],
  check({ config: { targets, dependencies }, locate, buildpacks }, report) {
    const main = buildpacks[0]?.[0]
    const platforms = new Set(targets.map(({ os, arch, variant }) => `${os}/${arch}/${variant}`))
    if (main === undefined || !isComposite(main.descriptor) || platforms.size < 2) return
    const files = dependencies.flatMap(({ uri }, index) => (FILE_LOCATOR.test(uri) ? [{ uri, index }] : []))
    const [first, ...others] = files
    if (first === undefined) return
    report({
      message: `dependency ${first.uri} is no image, but the package is for ${platforms.size} platforms`,
      place: locate(['buildpacks', first.index + 1]),
      also: others.map(({ index }) => locate(['buildpacks', index + 1])),
      value: first.uri,
      notes: ['trowel takes it for all platforms alike'],
      fix: 'publish it for these platforms, and name it with uri = "docker://…"',
    })
  },
})

/** A package for several platforms. */
export const PACKAGED_PLATFORM_ADVICE: readonly Rule<PackageSubject>[] = [localDependency]
