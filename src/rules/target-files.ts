import { moduleName } from '../cnb/module.js'
import { architecturesOf } from '../cnb/target.js'
import { readElf } from './elf.js'
import { isRun } from './module-sorts.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

/** Files for one platform: `linux/arm64/bin/run`, `linux/arm/v7/bin/run`. */
const PLATFORM_FILE = /^([a-z0-9]+)\/([a-z0-9]+)(?:\/v\d)?\/(.+)$/

const sameContent = moduleAdvice({
  id: 'target-multiarch-same-content',
  severity: 'warning',
  summary: 'a module has the very same program for several architectures',
  reference: 'pack 0.40.6, buildpack package --target',
  appliesTo: isRun,
  needs: ['files'],
  check({ files }, report) {
    const byProgram = new Map<string, { readonly path: string; readonly arch: string }>()
    for (const [path, { kind, size }] of files.entries) {
      const [, os = '', arch = '', rest = ''] = PLATFORM_FILE.exec(path) ?? []
      if (kind !== 'file' || !(architecturesOf(os)?.includes(arch) ?? false)) continue
      const head = files.head(path)
      if (head === undefined || readElf(head) === undefined) continue
      const key = `${rest} ${size} ${Buffer.from(head).toString('base64')}`
      const twin = byProgram.get(key)
      if (twin === undefined) byProgram.set(key, { path, arch })
      else if (twin.arch !== arch) {
        report({
          message: `${path} is the same program as ${twin.path}, so it runs on one of the two architectures only`,
          place: { file: files.nameOf(path) },
          value: path,
          fix: `build it for ${arch}`,
        })
      }
    }
  },
})

/** Programs of a module for one platform: `linux/arm64/bin/build`. */
const PLATFORM_PROGRAM = /^([a-z0-9]+)\/([a-z0-9]+)(?:\/v\d)?\/bin\/(?:build|detect|generate)$/

/** What goes into an image with all of its folders for platforms: an archive, a module of a builder, one with a `bin` beside them. */
export const WHOLE_WITH_PLATFORMS = moduleAdvice({
  id: 'target-folder-unused',
  severity: 'warning',
  summary: 'a module goes into an image as a whole, and its folders for platforms with it, of which nothing is run',
  reference: 'pack 0.40.6, buildpack package --target',
  appliesTo: isRun,
  needs: ['descriptor', 'files'],
  check({ descriptor, files }, report) {
    const folders = new Set<string>()
    for (const path of files.entries.keys()) {
      const [, os = '', arch = ''] = PLATFORM_PROGRAM.exec(path) ?? []
      if (architecturesOf(os)?.includes(arch) === true) folders.add(`${os}/${arch}`)
    }
    const [first] = folders
    if (first === undefined) return
    report({
      message: `what is in ${[...folders].join(' and ')} of ${moduleName(descriptor.info)} is not run where the module is packaged as a whole: out of an archive, in a builder, for a platform without a folder`,
      place: { file: files.nameOf(first) },
      value: [...folders].join(', '),
      fix: 'package it out of its directory, with a folder for each of its platforms and no bin beside them',
    })
  },
})

/** The files of a module for each of its platforms. */
export const TARGET_FILE_ADVICE: readonly Rule<ModuleSubject>[] = [sameContent, WHOLE_WITH_PLATFORMS]
