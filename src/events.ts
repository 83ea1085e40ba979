/** What is going on, as data. Operations send events; `cli/render` turns them into lines or a progress display. */
export type TrowelEvent =
  | { readonly kind: 'step'; readonly text: string }
  /** Worth knowing when the run is over too. */
  | { readonly kind: 'notice'; readonly text: string }
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
  /** `bytes` of a blob went over the network since the last event. */
  | { readonly kind: 'transfer-progress'; readonly way: TransferWay; readonly title: string; readonly bytes: number }
  | {
      readonly kind: 'transfer-done'
      readonly way: TransferWay
      /** Its digest, or the address that it was downloaded from. */
      readonly title: string
      /** The repository that has it now, or that it came from. */
      readonly place: string
      /** Bytes of the whole. */
      readonly size: number
      /** Whether its bytes moved, or the registry had it there, or elsewhere. */
      readonly how: 'moved' | 'present' | 'mounted'
    }

/** `up` is away from this machine. */
export type TransferWay = 'up' | 'down'

/** Takes events as they happen; must not throw. */
export type Reporter = (event: TrowelEvent) => void
