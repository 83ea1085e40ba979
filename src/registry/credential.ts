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
