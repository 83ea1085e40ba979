/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md (platform) */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
  readonly osVersion?: string | undefined
  readonly osFeatures?: readonly string[] | undefined
}

/** `os/architecture[/variant]`. */
export function printPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform
  return variant === undefined || variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`
}

/** `os/architecture[/variant][ version]`, which tells the images of an index apart that are for several distributions. */
export function printWholePlatform(platform: Platform): string {
  return `${printPlatform(platform)} ${platform.osVersion ?? ''}`.trimEnd()
}
