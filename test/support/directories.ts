import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new directory that goes away when the test ends. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'trowel-test-'))
  onTestFinished(() => {
    // A server that is ending may still write below it.
    rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  })
  return path
}
