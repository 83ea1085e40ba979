import { world, type Example } from './case.js'

export const LIMITS_EXAMPLES: readonly Example[] = [
  {
    rule: 'builder-layer-limit',
    about: 'too many',
    bad: world({}, { limits: { layers: 6, layersWarning: 5 } }),
    good: world({}, { limits: { layers: 9, layersWarning: 9 } }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-layer-limit',
    about: 'too many, and the warning is meant for more',
    bad: world({}, { limits: { layers: 6, layersWarning: 100 } }),
    good: world({}, { limits: { layers: 9, layersWarning: 100 } }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-layer-limit',
    about: 'as many as there may be',
    bad: world({}, { limits: { layers: 7, layersWarning: 7 } }),
    good: world({}, { limits: { layers: 8, layersWarning: 8 } }),
    at: ['builder.toml'],
    severity: 'warning',
  },
  {
    rule: 'label-size',
    about: 'one',
    bad: world({}, { labels: new Map([['x', 'é'.repeat(500)]]), limits: { labelBytes: 999 } }),
    good: world({}, { labels: new Map([['x', 'é'.repeat(500)]]), limits: { labelBytes: 1000 } }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'label-size',
    about: 'all',
    bad: world({}, { limits: { labelsBytes: 100 } }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'config-size',
    about: '',
    bad: world({}, { limits: { jsonBytes: 500 } }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
]
