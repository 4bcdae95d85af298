/** What of a rate-limit binding of Cloudflare's is used. */
export interface RateLimitBinding {
  limit(asked: { readonly key: string }): Promise<{ readonly success: boolean }>
}
