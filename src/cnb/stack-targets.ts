import type { Target } from './target.js'

/** What Ubuntu calls its releases, with their numbers. */
const UBUNTU: Readonly<Record<string, string>> = {
  focal: '20.04',
  jammy: '22.04',
  noble: '24.04',
  resolute: '26.04',
}

/** The id that stands for any stack. */
const ANY_STACK = '*'

/**
 * The target that a stack was another word for; undefined for a stack that nothing is known of. Only the first, bionic, is in
 * a specification: the others are for what is said to people and for what they asked to have rewritten.
 *
 * @see https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#targets-array
 */
export function targetOfStack(id: string): Target | undefined {
  if (id === 'io.buildpacks.stacks.bionic') return linux('amd64', { name: 'ubuntu', version: '18.04' })
  if (id === ANY_STACK) return linux('')
  const release = UBUNTU[/^io\.buildpacks\.stacks\.(focal|jammy|noble|resolute)$/.exec(id)?.[1] ?? '']
  if (release !== undefined) return linux('', { name: 'ubuntu', version: release })
  const heroku = /^heroku-(20|22|24|26)$/.exec(id)?.[1]
  if (heroku !== undefined) return linux('', { name: 'ubuntu', version: `${heroku}.04` })
  const ubi = /^io\.buildpacks\.stacks\.ubi(8|9)$/.exec(id)?.[1]
  return ubi === undefined ? undefined : linux('', { name: 'rhel', version: ubi })
}

function linux(arch: string, ...distros: Target['distros']): Target {
  return { os: 'linux', arch, variant: '', distros }
}
