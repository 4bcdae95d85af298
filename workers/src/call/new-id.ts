/** The id of a request: minted here, so that no caller can choose the id that holds and records are kept by. */
export function newId(): string {
  return `ns_${crypto.randomUUID().replaceAll('-', '')}`
}
