import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildpackFiles, builderToml } from '#src/rules/examples/project.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeProject } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'
import { TestLayout } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'

test('what a tag names is told with the digest that it has now', async () => {
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  const layout = new TestLayout(temporaryDirectory())
  layout.setEntries([layout.image()])
  const digest = await pushLayout(registry, layout.directory, 'base/build:1')
  const { directory } = makeProject({ failing: buildpackFiles('java'), fixed: {}, at: ['builder.toml'] }, 'failing')
  const toml = builderToml().replace(
    /registry\.example\/base\/(?:build@sha256:[0-9a-f]+|run:1)/g,
    `${registry.host}/base/build:1`,
  )
  writeFileSync(join(directory, 'builder.toml'), toml)
  const { stdout } = await trowelHere(['check', 'builder.toml', '--no-cache', '--format', 'json'], { cwd: directory })
  const { findings } = JSON.parse(stdout) as { findings: readonly { readonly code: string; readonly fix?: string }[] }
  const byTag = findings.find(({ code }) => code === 'builder-build-image-by-tag')
  expect(byTag?.fix).toBe(`write ${registry.host}/base/build@${digest}, which it is now`)
})
