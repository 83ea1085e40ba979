import type { RuleExample, RuleExamples } from './example.js'
import { buildDockerfile, inExtension, runDockerfile } from './extension-project.js'

const BUILD = 'generate/build.Dockerfile'
const RUN = 'generate/run.Dockerfile'

/** A build.Dockerfile with these lines after the preamble. */
function build(failing: readonly string[], fixed: readonly string[], at: string): RuleExample {
  return inExtension(BUILD, buildDockerfile(...failing), buildDockerfile(...fixed), at)
}

/** The same for a run.Dockerfile. */
function run(failing: readonly string[], fixed: readonly string[], at: string): RuleExample {
  return inExtension(RUN, runDockerfile(...failing), runDockerfile(...fixed), at)
}

const RESET = ['ARG user_id', 'USER root', 'RUN true', 'USER ${user_id}']

/** Of the rules about Dockerfiles of extensions. */
export const DOCKERFILE_EXAMPLES: RuleExamples = {
  'dockerfile-base-image-spelling': inExtension(
    RUN,
    'ARG base_image\nFROM $base_image\nLABEL io.buildpacks.rebasable=true\n',
    runDockerfile(),
    '$base_image',
  ),
  'dockerfile-build-id': build(
    ['RUN apt-get update'],
    ['ARG build_id=0', 'RUN echo ${build_id}', 'RUN apt-get update'],
    'apt-get update',
  ),
  'dockerfile-build-only-flags': build(['RUN --mount=type=cache,target=/cache make'], ['RUN make'], '--mount'),
  'dockerfile-build-preamble': inExtension(
    BUILD,
    'ARG base_image\nARG version=1\nFROM ${base_image}\nRUN true\n',
    buildDockerfile('ARG version=1', 'RUN true'),
    'ARG version=1',
  ),
  'dockerfile-copy-from-app': {
    ...inExtension(BUILD, buildDockerfile('COPY tool.conf /etc/'), buildDockerfile('COPY tool.conf /etc/'), 'COPY'),
    fixed: { 'tools/generate/context.build/tool.conf': 'level = 1\n' },
  },
  'dockerfile-env-equals': build(['ENV JAVA_OPTS="-Dlevel=1"'], ['ENV JAVA_OPTS="-Xmx1g"'], 'JAVA_OPTS'),
  'dockerfile-instruction': build(['RUN true', 'CMD ["make"]'], ['RUN true'], 'CMD'),
  'dockerfile-multistage': inExtension(
    BUILD,
    buildDockerfile('RUN true', 'FROM ${base_image}', 'RUN true'),
    buildDockerfile('RUN true'),
    'FROM ${base_image}',
  ),
  'dockerfile-parse': build(['RUM true'], ['RUN true'], 'RUM'),
  'dockerfile-rebasable-risky': run(['RUN apk upgrade'], ['RUN true'], 'apk upgrade'),
  'dockerfile-rebasable-unset': inExtension(RUN, buildDockerfile('RUN true'), runDockerfile('RUN true'), 'FROM'),
  'dockerfile-run-arg-missing': inExtension(
    RUN,
    'FROM ${base_image}\nLABEL io.buildpacks.rebasable=true\n',
    runDockerfile(),
    'FROM',
  ),
  'dockerfile-touches-ignored': build(
    ['RUN mkdir -p /opt/tool && touch /layers/marker'],
    ['RUN mkdir -p /opt/tool && touch /opt/tool/marker'],
    '/layers',
  ),
  'dockerfile-unpinned-packages': build(
    ['RUN apk add --no-cache make'],
    ['RUN apk add --no-cache make=4.4.1-r2'],
    'make',
  ),
  'dockerfile-user-hardcoded': run(['USER root', 'RUN true', 'USER 1000'], RESET, 'USER 1000'),
  'dockerfile-user-root': run(['USER root', 'RUN true'], RESET, 'USER root'),
}
