import { describe, expect, test } from 'vitest'
import type { ModuleFile, ModuleFiles } from '#src/cnb/module-files.js'
import { encodeUtf8 } from '#src/bytes.js'
import { DOCKERFILE_HABIT_ADVICE } from '#src/rules/dockerfile-habits.js'
import { DOCKERFILE_ADVICE } from '#src/rules/dockerfiles.js'
import { judge } from '#src/rules/run-rules.js'

const PREAMBLE = 'ARG base_image\nFROM ${base_image}\n'
const LABEL = 'LABEL io.buildpacks.rebasable=true\n'

/** Files of an extension that are all there is. */
function filesOf(texts: Readonly<Record<string, string>>): ModuleFiles {
  const file = (text: string): ModuleFile => ({ kind: 'file', mode: 0o755, size: encodeUtf8(text).length })
  return {
    entries: new Map(Object.entries(texts).map(([path, text]) => [path, file(text)])),
    head: (path) => (Object.hasOwn(texts, path) ? encodeUtf8(texts[path] ?? '') : undefined),
    nameOf: (path) => path,
    isPartial: () => false,
  }
}

/** What the rules about Dockerfiles find, as rule and line:column. */
function findings(texts: Readonly<Record<string, string>>): string[] {
  const subject = { kind: 'extension' as const, files: filesOf(texts) }
  const absent = { descriptor: undefined, locate: undefined, document: undefined, asOf: undefined }
  const { findings } = judge({ ...subject, ...absent }, [...DOCKERFILE_ADVICE, ...DOCKERFILE_HABIT_ADVICE])
  return findings.map(({ rule, severity, place }) => `${rule} ${severity} ${place.line}:${place.column}`)
}

/** The same of the lines of a Dockerfile after its preamble. */
const ofBuild = (...lines: readonly string[]) => findings({ 'generate/build.Dockerfile': PREAMBLE + lines.join('\n') })
const ofRun = (...lines: readonly string[]) =>
  findings({ 'generate/run.Dockerfile': PREAMBLE + LABEL + lines.join('\n') })

test('what stands on a continued line is found on it', () => {
  expect(ofBuild('RUN true \\', '  && apk add make')).toEqual(['dockerfile-unpinned-packages warning 4:14'])
})

test('a Dockerfile that a script writes is judged, at the lines of the script', () => {
  const script = `#!/bin/sh\ncat > "$CNB_OUTPUT_DIR/run.Dockerfile" <<'EOF'\n${PREAMBLE}${LABEL}USER root\nEOF\n`
  expect(findings({ 'bin/generate': script })).toEqual(['dockerfile-user-root error 6:1'])
})

test('one that is not seen whole is not judged', () => {
  const files = filesOf({ 'generate/build.Dockerfile': 'NOPE' })
  const long = {
    ...files,
    entries: new Map([['generate/build.Dockerfile', { kind: 'file', mode: 0o644, size: 5 }] as const]),
  }
  const absent = { descriptor: undefined, locate: undefined, document: undefined, asOf: undefined }
  expect(judge({ kind: 'extension', files: long, ...absent }, DOCKERFILE_ADVICE).findings).toEqual([])
})

test('nor one of a buildpack', () => {
  const absent = { descriptor: undefined, locate: undefined, document: undefined, asOf: undefined }
  const files = filesOf({ 'generate/build.Dockerfile': 'NOPE' })
  expect(judge({ kind: 'buildpack', files, ...absent }, DOCKERFILE_ADVICE).findings).toEqual([])
})

describe('the user that is left', () => {
  test.each([
    ['root', ['dockerfile-user-root error 4:1']],
    ['0:1000', ['dockerfile-user-root error 4:1']],
    ['"root"', ['dockerfile-user-root error 4:1']],
    ['1000', ['dockerfile-user-hardcoded warning 4:1']],
    ['cnb:cnb', ['dockerfile-user-hardcoded warning 4:1']],
    ['${user_id}:${group_id}', []],
    ['$user_id', []],
  ])('is %s', (user, found) => {
    expect(ofRun(`USER ${user}`)).toEqual(found)
  })

  test('is the last one', () => {
    expect(ofRun('USER root', 'RUN true', 'USER ${user_id}')).toEqual([])
    expect(ofBuild('USER ${user_id}', 'USER root')).toEqual(['dockerfile-user-root warning 4:1'])
  })
})

describe('the label that says whether apps may be rebased', () => {
  test.each([
    ['LABEL "io.buildpacks.rebasable"="true"', []],
    ['LABEL a=b io.buildpacks.rebasable=false', []],
    ['LABEL io.buildpacks.rebasable true', []],
    ['LABEL io.buildpacks.rebasable=$rebasable', []],
    ['LABEL io.buildpacks.rebasable=yes', ['dockerfile-rebasable-unset warning 3:1']],
    ['LABEL io.buildpacks=true', ['dockerfile-rebasable-unset warning 2:1']],
  ])('%s', (label, found) => {
    expect(findings({ 'generate/run.Dockerfile': PREAMBLE + label })).toEqual(found)
  })

  test('is not looked for where nothing is done', () => {
    expect(findings({ 'generate/run.Dockerfile': 'FROM registry.example/run:1\n' })).toEqual([])
  })

  test.each([
    ['RUN apt-get update -q && apt-get -y upgrade', ['dockerfile-rebasable-risky']],
    ['RUN dnf upgrade -y', ['dockerfile-rebasable-risky']],
    ["RUN sed -i 's/a/b/' /etc/hosts", ['dockerfile-rebasable-risky']],
    ['RUN echo upgrade', []],
    ['RUN sed -i s/a/b/ /opt/tool.conf', []],
  ])('is doubted for %s', (line, rules) => {
    const risky = ofRun(line)
      .map((one) => one.split(' ')[0])
      .filter((rule) => rule === 'dockerfile-rebasable-risky')
    expect(risky).toEqual(rules)
  })
})

test.each([
  ['ENV A=b', []],
  ['ENV A=b=c', ['dockerfile-env-equals error 3:5']],
  ['ENV A b=c', ['dockerfile-env-equals error 3:5']],
  ['ENV A=b OPTS="-Dlevel=1"', ['dockerfile-env-equals error 3:9']],
  ['ENV A=${B:-c=d}', []],
  ['ARG A=b=c', []],
])('the lifecycle splits variables at each equals sign: %s', (line, found) => {
  expect(ofBuild(line)).toEqual(found)
})

test('and those of a run image it leaves alone', () => {
  expect(ofRun('ENV A=b=c')).toEqual([])
})

test.each([
  ['WORKDIR /workspace', '3:1'],
  ['COPY a /layers/', '3:1'],
  ['ADD ["a", "/platform/env"]', '3:1'],
  ['RUN echo a > /layers/b', '3:14'],
  ['RUN cd /tmp && mkdir -p /workspace/a', '3:25'],
])('nothing is kept of %s', (line, at) => {
  expect(ofBuild(line)).toEqual([`dockerfile-touches-ignored warning ${at}`])
})

test.each(['WORKDIR /workspaces', 'COPY /layers /opt', 'RUN ls /layers', 'RUN cat /platform/env/A > /opt/a'])(
  'but %s writes elsewhere',
  (line) => {
    expect(ofBuild(line)).toEqual([])
  },
)

test.each([
  ['RUN --network=none make', '3:5'],
  ['COPY --link a b', '3:6'],
  ['RUN <<EOT\nmake\nEOT', '3:5'],
])('kaniko does not have %j', (line, at) => {
  expect(ofBuild(line)).toEqual([`dockerfile-build-only-flags warning ${at}`])
})

test.each([
  ['ADD https://tools.example/a /opt/', '3:1'],
  ['RUN curl -fsSL https://tools.example/install | sh -s -- -y', '3:5'],
  ['RUN wget -qO- https://tools.example/install | sudo bash', '3:5'],
])('what %s brings changes by itself', (line, at) => {
  expect(ofBuild(line)).toEqual([`dockerfile-unpinned-packages warning ${at}`])
})

test.each([
  'ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://tools.example/a /opt/',
  'RUN curl -o /tmp/a https://tools.example/a && sha256sum -c /tmp/sums',
])('what %s brings does not', (line) => {
  expect(ofBuild(line)).toEqual([])
})
