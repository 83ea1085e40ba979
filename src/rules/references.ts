/** Which names images can have. */
export const REFERENCES = 'https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests'

/** What to do about a name that no image can have. */
export const REFERENCE_FIX = 'write registry/repository:tag, with a repository of 2 to 255 characters in lower case'
