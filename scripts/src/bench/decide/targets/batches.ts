/** Work on one text at a time, done many times in a row: called by the bench itself in Node, by a request in workerd. */

/** What it returns is looked at, so that no compiler leaves the work out. */
export type Work = (text: string) => number | Promise<number>
export type Works = Readonly<Record<string, Work>>

export type BatchAnswer = { readonly ms: number; readonly sum: number }

/** Answers `/?work=NAME&calls=N`, with the texts as the body, by how long N calls took. */
export function serveBatches(open: () => Works | Promise<Works>): {
  fetch(request: Request): Promise<Response>
} {
  let works: ReturnType<typeof open> | null = null
  return {
    async fetch(request) {
      const asked = new URL(request.url).searchParams
      works ??= open()
      const work = (await works)[asked.get('work') ?? '']
      if (work === undefined) return new Response('there is no such work', { status: 404 })
      const texts = (await request.json()) as readonly string[]
      const calls = Number(asked.get('calls'))
      const startMs = Date.now()
      let sum = 0
      for (let i = 0; i < calls; i++) {
        const said = work(texts[i % texts.length] ?? '')
        sum += typeof said === 'number' ? said : await said
      }
      const answer: BatchAnswer = { ms: Date.now() - startMs, sum }
      return Response.json(answer)
    },
  }
}
