import type { ProjectFile, ProjectFiles, RuleExample } from './example.js'
import { builderToml } from './project.js'

/** What copies the folder `generate` to where the lifecycle looks. */
const COPYING: ProjectFile = {
  text: '#!/bin/sh\ncp -R "$CNB_EXTENSION_DIR/generate/." "$CNB_OUTPUT_DIR"\n',
  mode: 0o755,
}

/** An extension.toml about which nothing is to be said, with `more` at its end. */
export function extensionToml(more = ''): string {
  return `api = "0.11"

[extension]
id = "acme/tools"
name = "Tools"
version = "1.0.0"
description = "installs tools"
homepage = "https://acme.example"

[[extension.licenses]]
type = "Apache-2.0"
${more}`
}

/** How the Dockerfiles of an extension begin. */
const PREAMBLE = 'ARG base_image\nFROM ${base_image}\n'

/** A build.Dockerfile with these lines. */
export function buildDockerfile(...lines: readonly string[]): string {
  return PREAMBLE + lines.map((line) => `${line}\n`).join('')
}

/** A run.Dockerfile with these lines, which says that app images may be rebased. */
export function runDockerfile(...lines: readonly string[]): string {
  return buildDockerfile('LABEL io.buildpacks.rebasable=true', ...lines)
}

/** The files of an extension about which nothing is to be said, in the folder `tools`, with other ones beside them. */
export function toolsFiles(files: ProjectFiles = {}): ProjectFiles {
  return {
    'tools/extension.toml': extensionToml(),
    'tools/bin/detect': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
    'tools/bin/generate': COPYING,
    'tools/generate/build.Dockerfile': buildDockerfile('RUN true'),
    ...Object.fromEntries(Object.entries(files).map(([path, file]) => [`tools/${path}`, file])),
  }
}

/** An extension of which one file is wrong, and is put right. */
export function inExtension(file: string, failing: ProjectFile, fixed: ProjectFile | null, at?: string): RuleExample {
  return {
    check: 'tools',
    failing: toolsFiles({ [file]: failing }),
    fixed: { [`tools/${file}`]: fixed },
    at: at === undefined ? [`tools/${file}`] : [`tools/${file}`, at],
  }
}

/** A builder.toml with that extension, and with `more` at its end. */
export function builderWithTools(more = ''): string {
  return builderToml(`
[[extensions]]
uri = "tools"

[[order-extensions]]
[[order-extensions.group]]
id = "acme/tools"
version = "1.0.0"
${more}`)
}
