/** What wrangler imports as data. */
declare module '*.bin' {
  const bytes: ArrayBuffer
  export default bytes
}
