/** What is going on, as data. Operations send events; `cli/render` turns them into lines or a progress display. */
export type TrowelEvent =
  | { readonly kind: 'step'; readonly text: string }
  /** For `--verbose`. */
  | { readonly kind: 'detail'; readonly text: string }
  /** The number of layers that the run will make or reuse; sent once, before the first of them. */
  | { readonly kind: 'layers-planned'; readonly count: number }
  /** `bytes` of uncompressed layer content went through since the last event. */
  | { readonly kind: 'layer-progress'; readonly title: string; readonly bytes: number }
  | {
      readonly kind: 'layer-done'
      readonly title: string
      readonly digest: string
      /** Bytes as stored. */
      readonly size: number
      readonly reused: boolean
    }

/** Takes events as they happen; must not throw. */
export type Reporter = (event: TrowelEvent) => void
