import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** A new directory that goes away when the test ends. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'trowel-test-'))
  onTestFinished(() => removeDirectory(path))
  return path
}

/** Milliseconds between tries, and how many there are: two minutes together. */
const PAUSE = 100
const TRIES = 1200

/**
 * Removes a directory below which a program that is ending may still write. Each try looks again for what is there: those that `rmSync`
 * makes by itself do not.
 */
export async function removeDirectory(path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(path, { recursive: true, force: true })
      return
    } catch (error) {
      if (tries === TRIES) throw error
      await setTimeout(PAUSE)
    }
  }
}
