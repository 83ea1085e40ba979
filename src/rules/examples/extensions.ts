import type { RuleExample, RuleExamples } from './example.js'
import { builderWithTools, extensionToml, inExtension, runDockerfile, toolsFiles } from './extension-project.js'

const TOML = 'extension.toml'
const PLAN = 'detect/plan.toml'
const CONFIG = 'generate/extend-config.toml'
const RUN = 'generate/run.Dockerfile'

const OTHER = 'registry.example/base/other:1'
const LISTED = `
[[run.images]]
image = "${OTHER}"
`

/** A static build plan, which counts where there is no `bin/detect`. */
function plan(failing: string, at?: string): RuleExample {
  const example = inExtension(PLAN, failing, '[[provides]]\nname = "tool"\n', at)
  return { ...example, failing: { ...example.failing, 'tools/bin/detect': null } }
}

/** The run images of the builder come before its end. */
function listing(toml: string): string {
  return toml.replace('\n[lifecycle]', `${LISTED}\n[lifecycle]`)
}

/** Of the rules about extensions. */
export const EXTENSION_EXAMPLES: RuleExamples = {
  'context-conflict': {
    check: 'tools',
    failing: toolsFiles({ 'generate/context/a': 'a', 'generate/context.build/b': 'b' }),
    fixed: { 'tools/generate/context/a': null },
    at: ['tools/generate/context.build'],
  },
  'context-needs-platform-013': {
    failing: {
      ...toolsFiles({ 'generate/context.build/a': 'a' }),
      'builder.toml': builderWithTools().replace('"0.21.17"', '"0.18.0"'),
    },
    fixed: { 'builder.toml': builderWithTools() },
    at: ['tools/generate/context.build'],
  },
  'extend-config-base-image': inExtension(
    CONFIG,
    '[[build.args]]\nname = "base_image"\nvalue = "a"\n',
    '[[build.args]]\nname = "level"\nvalue = "a"\n',
    '"base_image"',
  ),
  'extend-config-reserved': inExtension(
    CONFIG,
    '[[run.args]]\nname = "user_id"\nvalue = "0"\n',
    '[[run.args]]\nname = "level"\nvalue = "0"\n',
    '"user_id"',
  ),
  'extend-config-unreadable': inExtension(
    CONFIG,
    '[[run.args]]\nname = "level"\nvalue = 1\n',
    '[[run.args]]\nname = "level"\nvalue = "1"\n',
  ),
  'extension-docs-output-dir': inExtension(
    'bin/detect',
    { text: '#!/bin/sh\necho \'provides = []\' > "$CNB_OUTPUT_DIR/plan.toml"\n', mode: 0o755 },
    { text: '#!/bin/sh\necho \'provides = []\' > "$CNB_BUILD_PLAN_PATH"\n', mode: 0o755 },
    'CNB_OUTPUT_DIR',
  ),
  'extension-no-output': {
    check: 'tools',
    failing: toolsFiles({ 'bin/generate': null, 'generate/build.Dockerfile': null }),
    fixed: toolsFiles(),
    at: ['tools/extension.toml', 'extension]'],
  },
  'extension-order-or-stacks': inExtension(
    TOML,
    extensionToml('\n[[stacks]]\nid = "example.base"\n'),
    extensionToml(),
    'stacks',
  ),
  'extension-plan-requires': plan('[[provides]]\nname = "tool"\n\n[[requires]]\nname = "tool"\n', '[[requires]]'),
  'extension-plan-unreadable': plan('[[provides]]\nname = 1\n'),
  'extension-plan-version-key': plan('[[requires]]\nname = "tool"\nversion = "1"\n', '"1"'),
  'extension-run-image-floating': inExtension(
    RUN,
    'FROM registry.example/base/other\n',
    `FROM ${OTHER}\n`,
    'registry.example/base/other',
  ),
  'extension-run-image-malformed': inExtension(
    RUN,
    'FROM registry.example/x\n',
    `FROM ${OTHER}\n`,
    'registry.example/x',
  ),
  'extension-run-image-target': {
    failing: { ...toolsFiles({ [RUN]: `FROM ${OTHER}\n` }), 'builder.toml': listing(builderWithTools()) },
    fixed: {},
    at: [`tools/${RUN}`, OTHER],
    images: { [OTHER]: { architecture: 'arm64', user: '1001:1000' } },
    fixedImages: { [OTHER]: { user: '1001:1000' } },
  },
  'extension-run-image-unlisted': {
    failing: { ...toolsFiles({ [RUN]: `FROM ${OTHER}\n` }), 'builder.toml': builderWithTools() },
    fixed: { 'builder.toml': listing(builderWithTools()) },
    at: [`tools/${RUN}`, OTHER],
    images: { [OTHER]: { user: '1001:1000' } },
  },
  'extension-sbom-output': inExtension('generate/build.sbom.cdx.json', '{}\n', null),
  'extension-static-not-applied': {
    check: 'tools',
    failing: toolsFiles({ 'bin/generate': null, [RUN]: runDockerfile('RUN true') }),
    fixed: toolsFiles(),
    at: ['tools/generate/build.Dockerfile', 'RUN true'],
  },
  'extension-targets-advisory': inExtension(
    TOML,
    extensionToml('\n[[targets]]\nos = "linux"\narch = "arm64"\n'),
    extensionToml(),
    'targets',
  ),
}
