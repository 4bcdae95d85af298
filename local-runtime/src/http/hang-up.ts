/** Tells when a client has left before its answer was whole. */
import type { ServerResponse } from 'node:http'
import { NearsideError } from '@nearside/core'

/** Aborts `controller` when the connection closes under an answer that was not finished. */
export function watchHangUp(outgoing: ServerResponse, controller: AbortController): void {
  const gone = (): void => {
    if (outgoing.writableFinished) return
    controller.abort(new NearsideError('client-gone', 'The client left before its answer was whole.'))
  }
  if (outgoing.destroyed) gone()
  else outgoing.once('close', gone)
}
