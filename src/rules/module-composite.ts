import { COMPOSITE_EXTENSION } from './composites.js'
import { isOrder } from './module-sorts.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

/** What the lifecycle runs of a component, and not of a composite. */
const PROGRAMS = ['bin/build', 'bin/detect']

const withBin = moduleAdvice({
  id: 'order-composite-with-bin',
  severity: 'warning',
  summary: 'a composite has programs, which nothing ever runs',
  reference: 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#order-buildpacks',
  appliesTo: isOrder,
  needs: ['descriptor', 'files'],
  check({ descriptor, files }, report) {
    const [first, ...others] = PROGRAMS.filter((path) => files.entries.has(path))
    if (first === undefined) return
    report({
      message: `composite ${descriptor.info.id} has ${[first, ...others].join(' and ')}, but only its order counts`,
      place: { file: files.nameOf(first) },
      also: others.map((path) => ({ file: files.nameOf(path) })),
      value: first,
      fix: 'remove the programs, or the order',
    })
  },
})

const extensionKey = moduleAdvice({
  ...COMPOSITE_EXTENSION,
  needs: ['descriptor', 'document'],
  check({ descriptor, document }, report) {
    descriptor.order.forEach(({ refs = [] }, group) =>
      refs.forEach(({ id }, index) => {
        const path = ['order', group, 'group', index, 'extension']
        const value = document.valueAt(path)
        if (value?.kind !== 'boolean' || !value.value) return
        report({
          // pack warns of a key that it does not know, and goes on.
          severity: 'warning',
          message: `composite ${descriptor.info.id} calls ${id} an extension, as which a lifecycle would run it`,
          place: document.locate(path),
          value: 'true',
          fix: 'name the extension in [[order-extensions]] of builder.toml instead',
        })
      }),
    )
  },
})

/** What a composite is in its own folder. */
export const MODULE_COMPOSITE_ADVICE: readonly Rule<ModuleSubject>[] = [withBin, extensionKey]
