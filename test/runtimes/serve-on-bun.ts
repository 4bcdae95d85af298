/** The app on Bun, with the process's environment as its bindings. */
import app, { type Variables } from './served-app.ts'

type Server = { readonly port: number }
declare const Bun: {
  readonly env: Record<string, string>
  serve(options: {
    hostname: string
    port: number
    /** Seconds without a byte; 0 for as long as it takes, which the gateway's own deadlines know. */
    idleTimeout: number
    fetch(request: Request): Response | Promise<Response>
  }): Server
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  fetch: (request) => app.fetch(request, Bun.env as Variables),
})
console.log(`http://127.0.0.1:${server.port}`)
