/**
 * Names in the order of their time: which leases end next, which rows can be forgotten.
 *
 * A sorted array, found into by halving. Nearly every entry comes in at the end (leases are of one length), so an
 * insertion moves next to nothing; and an entry that is taken out is really gone, so the list is never longer
 * than what it lists.
 */
type Due = { readonly at: number; readonly name: string }

export class DueList {
  readonly #entries: Due[] = []

  get size(): number {
    return this.#entries.length
  }

  add(at: number, name: string): void {
    this.#entries.splice(this.#placeOf(at, name), 0, { at, name })
  }

  delete(at: number, name: string): void {
    const place = this.#placeOf(at, name)
    if (this.#entries[place]?.at === at && this.#entries[place].name === name) this.#entries.splice(place, 1)
  }

  /** Names due at or before `now`, the earliest first, ties by name. */
  due(now: number, atMost: number): readonly string[] {
    const names: string[] = []
    for (const { at, name } of this.#entries) {
      if (at > now || names.length === atMost) break
      names.push(name)
    }
    return names
  }

  /** How many are due only after `now`. */
  countAfter(now: number): number {
    return this.#entries.length - this.#placeOf(now + 1, '')
  }

  #placeOf(at: number, name: string): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.#entries[middle] as Due
      if (entry.at < at || (entry.at === at && entry.name < name)) low = middle + 1
      else high = middle
    }
    return low
  }
}
