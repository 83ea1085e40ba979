import type { RuleExample, RuleExamples } from './example.js'
import { buildpackToml } from './project.js'

const FILE = 'java/buildpack.toml'
const APACHE_TABLE = '[[buildpack.licenses]]\ntype = "Apache-2.0"\n'
const MIT_TEXT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software ...
`

/** The sound buildpack with other licences. */
function licensed(licenses: string): RuleExample['failing'] {
  return { [FILE]: buildpackToml().replace(APACHE_TABLE, licenses) }
}

const SOUND = licensed(APACHE_TABLE)

function formats(list: string): RuleExample['failing'] {
  return { [FILE]: buildpackToml().replace('[[buildpack.licenses]]', `sbom-formats = ${list}\n$&`) }
}

/** Of the rules about licences and SBOMs. */
export const LICENSE_EXAMPLES: RuleExamples = {
  'license-deprecated-spdx': {
    failing: licensed('[[buildpack.licenses]]\ntype = "GPL-3.0"\n'),
    fixed: licensed('[[buildpack.licenses]]\ntype = "GPL-3.0-or-later"\n'),
    at: [FILE, '"GPL-3.0"'],
  },
  'license-empty': {
    failing: licensed('[[buildpack.licenses]]\n'),
    fixed: SOUND,
    at: [FILE, '[[buildpack.licenses]]'],
  },
  'license-file-mismatch': {
    failing: { 'java/LICENSE': MIT_TEXT },
    fixed: licensed('[[buildpack.licenses]]\ntype = "MIT"\n'),
    at: [FILE, '[[buildpack.licenses]]'],
  },
  'license-invalid-spdx': {
    failing: licensed('[[buildpack.licenses]]\ntype = "Apache 2"\n'),
    fixed: SOUND,
    at: [FILE, '"Apache 2"'],
  },
  'license-missing': { failing: licensed(''), fixed: SOUND, at: [FILE, 'buildpack]'] },
  'sbom-format-invalid': {
    failing: formats('["application/json"]'),
    fixed: formats('["application/spdx+json"]'),
    at: [FILE, '"application/json"'],
  },
  'sbom-format-undeclared': {
    failing: {
      'java/bin/build': { text: '#!/bin/sh\necho "{}" > "$CNB_LAYERS_DIR/launch.sbom.cdx.json"\n', mode: 0o755 },
    },
    fixed: formats('["application/vnd.cyclonedx+json"]'),
    at: ['java/bin/build', '.sbom.cdx.json'],
  },
}
