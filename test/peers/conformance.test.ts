import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { startRegistry } from '../support/registry/registry.js'
import { peer } from './peer.js'

const WORKFLOWS = ['PULL', 'PUSH', 'CONTENT_DISCOVERY', 'CONTENT_MANAGEMENT']

/** What the suite asks only of registries that answered otherwise before, or that it was told to skip itself. */
const SKIPPED = 4

test.for([false, true])(
  'the conformance suite finds nothing wrong with our registry when a mount that names no source is taken: %s',
  async (anonymousMount, context) => {
    const suite = peer(context, 'conformance')
    const registry = await startRegistry({ quirks: { anonymousMount } })
    onTestFinished(() => registry.close())
    const cwd = temporaryDirectory()
    const env = {
      OCI_ROOT_URL: registry.url,
      OCI_NAMESPACE: 'acme/app',
      OCI_CROSSMOUNT_NAMESPACE: 'acme/other',
      OCI_AUTOMATIC_CROSSMOUNT: String(anonymousMount),
      ...Object.fromEntries(WORKFLOWS.map((name) => [`OCI_TEST_${name}`, '1'])),
    }
    const [status] = (await once(suite.start([], { cwd, env }), 'close')) as [number | null]
    const cases = casesIn(readFileSync(join(cwd, 'junit.xml'), 'utf8'))
    const named = (verdict: Verdict): string[] => cases.filter((one) => one.verdict === verdict).map(({ name }) => name)
    console.log(`${named('passed').length} of ${cases.length} passed; skipped: ${named('skipped').join('; ')}`)
    expect(named('failed')).toEqual([])
    expect(status).toBe(0)
    expect(named('passed').length).toBeGreaterThanOrEqual(60)
    expect(named('skipped')).toHaveLength(SKIPPED)
  },
)

type Verdict = 'passed' | 'failed' | 'skipped'

/** The tests in a report in the form of JUnit. */
function casesIn(report: string): { readonly name: string; readonly verdict: Verdict }[] {
  return [...report.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs)].map(
    ([, name = '', body = '']) => ({
      name: name.replace('OCI Distribution Conformance Tests ', ''),
      verdict: body.includes('<failure') ? 'failed' : body.includes('<skipped') ? 'skipped' : 'passed',
    }),
  )
}
