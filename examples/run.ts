/**
 * Serves one of the examples on this machine: `npm run example mount`. Callers' key is `demo`.
 *
 * Bindings are the process's environment, as a Worker's are its variables. What is not set is somewhere that answers nobody,
 * so an example starts without an account anywhere and answers at its edge.
 */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'

type Handler = (request: Request, env?: unknown) => Response | Promise<Response>

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '8789' } },
})
const name = positionals[0] ?? 'mount'
const nowhere = 'http://127.0.0.1:9/v1'

const bindings = {
  OPENAI_API_KEY: 'not-set',
  OPENAI_BASE_URL: process.env.OPENAI_API_KEY === undefined ? nowhere : 'https://api.openai.com/v1',
  LOCAL_URL: 'http://127.0.0.1:8788/v1',
  LOCAL_SECRET: 'not-set',
  SECOND_URL: nowhere,
  SECOND_KEY: 'not-set',
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:8079',
  UPSTASH_REDIS_REST_TOKEN: 'not-set',
  ACME_KEY_SHA256: createHash('sha256').update('demo').digest('hex'),
  ...process.env,
}
// A route by file reads the environment itself.
Object.assign(process.env, bindings)

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
if (!names.includes(name)) {
  console.error(`There is no example ${name}; there are ${names.join(', ')} (examples/README.md).`)
  process.exit(1)
}

const example: { default?: { fetch: Handler }; POST?: Handler } = await import(`./${name}.ts`)
const handle = example.default?.fetch ?? example.POST
if (handle === undefined) {
  console.error(`${name} serves nothing; examples/README.md says how it is run.`)
  process.exit(1)
}

const server = serve(
  {
    fetch: (request, node) => handle(request, { ...bindings, ...node }),
    hostname: '127.0.0.1',
    port: Number(values.port),
    overrideGlobalObjects: false,
  },
  ({ port }) => console.log(`${name} on http://127.0.0.1:${port}, for the key demo`),
)
server.once('error', (error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
