/** The app on Deno, with the process's environment as its bindings. */
import app, { type Variables } from './served-app.ts'

declare const Deno: {
  readonly env: { toObject(): Record<string, string> }
  serve(
    options: { hostname: string; port: number; onListen(address: { port: number }): void },
    handler: (request: Request) => Response | Promise<Response>,
  ): unknown
}

const env = Deno.env.toObject() as Variables
Deno.serve(
  {
    hostname: '127.0.0.1',
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  },
  (request) => app.fetch(request, env),
)
