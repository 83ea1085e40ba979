/** Something that a registry, or its token server, is shown. */
export type Credential = {
  /** Where it was found, for messages: a file, a variable, a program. */
  readonly from: string
} & (
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** Exchanged for tokens by OAuth2; what docker keeps under the user `<token>`. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token that is sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string }
)

/** The user under which docker keeps an identity token, and under which one is shown where only passwords are taken. */
export const TOKEN_USER = '<token>'

/** What a user name and a secret stand for, which is an identity token for one name. */
export function basicCredential(user: string, password: string, from: string): Credential {
  return user === TOKEN_USER
    ? { kind: 'identity-token', from, token: password }
    : { kind: 'basic', from, user, password }
}

/** What `Basic` is followed by in a header. */
export function basicToken({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}
