import fc from 'fast-check'

/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 20_261_122)

fc.configureGlobal({ seed: SEED })
