import { PACK } from '#src/rules/profile.js'
import type { Judged } from '#src/rules/rule.js'
import type { BuilderSubject } from '#src/rules/subjects.js'
import { documentOf } from '../toml/read.js'
import { readWorld, type World } from './world.js'

/** A builder as `check` judges it, without the files of its modules. */
export function subjectOf(world: World): Judged<BuilderSubject> {
  return {
    ...readWorld(world).judged,
    document: documentOf(world.builder),
    asOf: '2026-11-01',
    profile: PACK,
    baseConstraints: [],
    extensionFiles: [],
    buildpackFiles: new Map(),
  }
}
