import { expect, test } from 'vitest'
import { decodeBuilderConfig } from '#src/cnb/decode-builder.js'
import { decodeLifecycleDescriptor } from '#src/cnb/decode-lifecycle.js'
import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import type { Diagnostic } from '#src/errors.js'
import { readToml } from '../toml/read.js'
import { type Verdict, readVerdicts } from './verdicts.js'

/** Reasons for which pack refuses a file when it reads it. */
const READING = new Set(['toml-decode', 'toml-unknown-key', 'descriptor-decode', 'descriptor-missing-field'])

test.each(readVerdicts().map((verdict) => [verdict.id, verdict.about, verdict] as const))(
  'reads and refuses the files of %s as pack does: %s',
  (_id, _about, verdict) => {
    const errors = readFiles(verdict).filter(({ severity }) => severity === 'error')
    if (verdict.pack.exit === 0) expect(errors).toEqual([])
    if (READING.has(verdict.pack.reason ?? '')) expect(errors).not.toEqual([])
  },
)

function readFiles({ builder, lifecycle, modules }: Verdict): Diagnostic[] {
  const all: Diagnostic[] = []
  const read = (toml: unknown, decode: (input: Required<ReturnType<typeof readToml>>) => void): void => {
    if (typeof toml !== 'string') return
    const input = readToml(toml)
    decode(input)
    all.push(...input.diagnostics)
  }
  read(builder, ({ document, report }) => document && decodeBuilderConfig(document, report))
  read(lifecycle, ({ document, report }) => document && decodeLifecycleDescriptor(document, report))
  for (const files of Object.values(modules ?? {})) {
    for (const kind of ['buildpack', 'extension'] as const) {
      read(files[`${kind}.toml`], ({ document, report }) => document && decodeModuleDescriptor(kind, document, report))
    }
  }
  return all
}
