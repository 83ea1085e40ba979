import { defineConfig } from 'vitest/config'

// Tests import `#src/…`, which package.json maps to the built files: what ships is what is tested, workers included.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
