/** Applications, as their labels and configs describe them. */
import fc, { type Arbitrary } from 'fast-check'
import type { RandomImage } from './random-labels.js'
import { IDS, VERSIONS } from './random-layers.js'
import { MIRRORS, REFERENCE, SETTINGS } from './random-run-images.js'
import { list, maybe, randomText } from './random-texts.js'

const TAKEN = fc.record({
  id: fc.constantFrom(...IDS),
  version: fc.constantFrom(...VERSIONS),
  homepage: maybe(randomText('https://acme.test')),
  api: fc.constant('0.10'),
})
const PROCESS = fc.record({
  type: fc.constantFrom('web', 'task', 'worker', 'a-long-type-of-process'),
  command: fc.oneof(fc.array(randomText('npm', '/bin/sh'), { minLength: 1, maxLength: 3 }), randomText('npm', 'java')),
  args: list(randomText('start', '--port=80')),
  direct: maybe(fc.boolean()),
  'working-dir': maybe(fc.constantFrom('', '/w', '/a/b c')),
  buildpackID: fc.constant('acme/a'),
})

const LIFECYCLE_METADATA = fc.record({
  runImage: maybe(
    fc.record({
      topLayer: maybe(randomText('sha256:aa')),
      reference: maybe(randomText('acme.test/run@sha256:bb', '')),
      image: maybe(fc.oneof(REFERENCE, fc.constant(''))),
      mirrors: MIRRORS,
    }),
  ),
  stack: maybe(fc.record({ runImage: maybe(fc.record({ image: maybe(REFERENCE), mirrors: MIRRORS })) })),
})
const LAUNCHERS = ['0.21.0', '0.4.9', '', 'x', '0.5.0', '0.5.0-rc.1', 'v0.4.0']
const PROCESSES = fc.uniqueArray(PROCESS, { selector: ({ type }) => type, maxLength: 4 })
const BUILD_METADATA = fc.record({
  buildpacks: list(TAKEN, 4),
  extensions: maybe(list(TAKEN)),
  processes: maybe(fc.option(PROCESSES)),
  launcher: maybe(fc.record({ version: fc.constantFrom(...LAUNCHERS) })),
})

const PROGRAMS = ['web', '/bin/sh', '/cnb/lifecycle/launcher', '/cnb/process/web', '/cnb/process/task']
const ENTRYPOINTS = [undefined, null, [], ...PROGRAMS.map((program) => [program, 'x'])]
const variable = (name: string, ...values: readonly string[]): Arbitrary<readonly string[]> =>
  fc.constantFrom([], ...values.map((value) => [`${name}=${value}`]))
const CONTAINER = fc.record({
  Env: fc
    .tuple(
      variable('CNB_PLATFORM_API', '0.3', '0.4', '0.12', '1.0'),
      variable('PATH', '/bin'),
      variable('CNB_PROCESS_TYPE', 'task', 'worker', ''),
    )
    .map((variables) => variables.flat()),
  Entrypoint: fc.constantFrom(...ENTRYPOINTS),
  // Without one the last row of pack's table is not part of it.
  WorkingDir: fc.constantFrom('/', '/workspace'),
})

/** An application. */
export const APP: Arbitrary<RandomImage> = fc
  .record({
    lifecycle: LIFECYCLE_METADATA,
    build: maybe(BUILD_METADATA),
    stackId: maybe(randomText('io.acme.stack')),
    rebasable: fc.constantFrom(undefined, 'true', 'false'),
    container: CONTAINER,
    mirrors: SETTINGS,
  })
  .map(({ lifecycle, build, stackId, rebasable, container, mirrors }) => ({
    kind: 'app',
    labels: {
      'io.buildpacks.lifecycle.metadata': lifecycle,
      'io.buildpacks.build.metadata': build,
      'io.buildpacks.stack.id': stackId,
      'io.buildpacks.rebasable': rebasable,
    },
    container,
    mirrors,
    depth: -1,
    verbose: false,
  }))
