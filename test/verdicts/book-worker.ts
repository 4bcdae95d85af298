/** Asks a judge's book, from inside workerd, what the test asks over HTTP. */
import { durableObjectVerdictStore, type VerdictBookNamespace, type VerdictStore } from '@nearside/workers'
import { VerdictBook } from '@nearside/workers/verdict-object'

export { VerdictBook }

export type BookQuestion = {
  readonly [Verb in keyof VerdictStore]: {
    readonly verb: Verb
    readonly args: Parameters<VerdictStore[Verb]>
  }
}[keyof VerdictStore]

export default {
  async fetch(request: Request, { BOOKS }: { readonly BOOKS: VerdictBookNamespace }): Promise<Response> {
    const store = durableObjectVerdictStore(BOOKS)
    return Response.json(await asked(store, (await request.json()) as BookQuestion))
  },
}

function asked(store: VerdictStore, question: BookQuestion): Promise<unknown> {
  switch (question.verb) {
    case 'add':
      return store.add(...question.args)
    case 'change':
      return store.change(...question.args)
    case 'read':
      return store.read(...question.args)
    case 'moves':
      return store.moves(...question.args)
  }
}
