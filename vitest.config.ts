import { defineConfig } from 'vitest/config'

// Tests import `#src/…`, which package.json maps to the built files, workers included: what ships as the library is what is
// tested. The command line ships as a bundle of these files, which tests run with `trowel` of test/support/cli.ts.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
