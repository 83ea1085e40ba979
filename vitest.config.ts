import { defineConfig } from 'vitest/config'

// Tests import `#src/…`, which package.json maps to the built files, workers included: what ships as the library is what is
// tested. The command line ships as a bundle of these files, which tests run with `trowel` of test/support/cli.ts.
//
// The time limits are for tests that hang. The longest test takes half a minute on a quiet machine, and must not fail on one
// that is ten times slower, or has ten things to do.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    maxWorkers: 2,
  },
})
