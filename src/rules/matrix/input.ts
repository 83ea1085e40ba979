import type { BuilderConfig } from '../../cnb/builder-config.js'
import type { LabelSource } from '../../cnb/labels.js'
import type { LifecycleFacts } from '../../cnb/lifecycle.js'
import type { Image } from '../../oci/image.js'
import type { BuilderFacts } from '../../plan/builder-input.js'
import type { Judged } from '../rule.js'

/** What a matrix is made of, for one platform: all that was read of a builder.toml, or what a published builder says of itself. */
export type MatrixInput = Judged<
  Pick<BuilderFacts, 'runImages' | 'buildpacks' | 'extensions' | 'labels' | 'platform' | 'experimental'> & {
    readonly config: Pick<BuilderConfig, 'stackId' | 'buildImage' | 'runImages' | 'buildEnv' | 'system'> &
      Partial<Pick<BuilderConfig, 'buildpacks' | 'extensions'>>
    readonly base: Pick<Image, 'config'>
    readonly lifecycle: Pick<LifecycleFacts, 'descriptor'>
    readonly limits: LabelSource['limits']
  }
>
