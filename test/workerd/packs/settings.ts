/** What the test tells the Worker, as JSON. */
export type PackSettings = {
  readonly frontier: { readonly url: string; readonly key: string }
  readonly keys: Readonly<Record<string, { readonly tenant: string }>>
  /** The bank's pack, in base64. */
  readonly bank: string
  readonly now: number
}
