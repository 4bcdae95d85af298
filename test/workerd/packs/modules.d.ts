/** What the bundler hands to a Worker as data. */
declare module '*.bin' {
  const bytes: ArrayBuffer
  export default bytes
}
