/** What a supervisor may ask of a document: one small question, to be put to each piece of a range. */
export type Job = {
  readonly question: string
  /** The first and the last piece that are asked, by their ids. */
  readonly from: number
  readonly to: number
}

/** One question to one piece: one call of a worker. */
export type Errand = { readonly question: string; readonly chunk: number }

/** As many errands as may be run, one job after the other, none twice; and how many there were no calls left for. */
export function errandsOf(
  jobs: readonly Job[],
  most: number,
  done: ReadonlySet<string> = new Set(),
): { readonly errands: readonly Errand[]; readonly left: number } {
  const errands: Errand[] = []
  const known = new Set(done)
  let left = 0
  for (const { question, from, to } of jobs) {
    for (let chunk = from; chunk <= to; chunk++) {
      const errand = { question, chunk }
      const name = errandName(errand)
      if (known.has(name)) continue
      known.add(name)
      if (errands.length < most) errands.push(errand)
      else left++
    }
  }
  return { errands, left }
}

export function errandName({ question, chunk }: Errand): string {
  return `${chunk} ${question}`
}
