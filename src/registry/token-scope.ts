import type { Repository } from '../oci/reference.js'

/** What a token is for: resources, such as `repository:acme/app`, and the actions on each. The order is that of asking. */
export type Scope = ReadonlyMap<string, ReadonlySet<string>>

const NONE: ReadonlySet<string> = new Set()
/** `type:name:actions`; a name may hold colons. */
const RESOURCE_SCOPE = /^([a-z][a-z0-9()]*:[^\s"\\]+):([a-z*]+(?:,[a-z*]+)*)$/
/** Characters of a scope in a challenge that are looked at. */
const LONGEST = 4096

/** What a request on `repository` needs. It comes first, because some servers read the first scope only. */
export function scopeOf(
  repository: Repository,
  actions: 'pull' | 'pull,push',
  alsoPull: readonly Repository[] = [],
): Scope {
  const own = new Map([[`repository:${repository.name}`, new Set(actions.split(','))]])
  return joinScopes(own, new Map(alsoPull.map(({ name }) => [`repository:${name}`, new Set(['pull'])])))
}

/** Everything that either is for, in the order of `first`. */
export function joinScopes(first: Scope, second: Scope): Scope {
  const joined = new Map<string, ReadonlySet<string>>(first)
  for (const [resource, actions] of second)
    joined.set(resource, new Set([...(first.get(resource) ?? NONE), ...actions]))
  return joined
}

/** Whether everything that `narrow` is for, `wide` is for. */
export function covers(wide: Scope, narrow: Scope): boolean {
  return [...narrow].every(([resource, actions]) => {
    const allowed = wide.get(resource) ?? NONE
    return [...actions].every((action) => allowed.has(action))
  })
}

/**
 * The scope that a challenge asks for. What is not a scope is left out.
 *
 * @see https://distribution.github.io/distribution/spec/auth/scope/
 */
export function parseScope(text: string | undefined): Scope {
  let scope: Scope = new Map()
  for (const word of (text ?? '').slice(0, LONGEST).split(' ')) {
    const [, resource = '', actions = ''] = RESOURCE_SCOPE.exec(word) ?? []
    if (resource !== '') scope = joinScopes(scope, new Map([[resource, new Set(actions.split(','))]]))
  }
  return scope
}

/** Each resource with its actions, as a token server is asked for them. */
export function printScope(scope: Scope): readonly string[] {
  return [...scope].map(([resource, actions]) => `${resource}:${[...actions].join(',')}`)
}
