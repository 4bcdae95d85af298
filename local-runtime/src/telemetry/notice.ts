/** What is told of the server apart from requests: what came into memory, what left it and why, and what was done for want of it. */
export type RuntimeNotice =
  | { readonly event: 'model-loaded'; readonly model: string; readonly version: string }
  | { readonly event: 'model-unloaded'; readonly because: 'idle' | 'pressure' | 'replaced' }
  | {
      readonly event: 'recalibrated'
      readonly outcome: 'kept' | 'changed' | 'reloaded' | 'interrupted' | 'failed'
      readonly threads: number | null
      readonly why: string
    }
  | {
      readonly event: 'memory'
      readonly step: 'forget' | 'stop-admitting' | 'unload' | 'admit-again'
      readonly availableBytes: number
    }
