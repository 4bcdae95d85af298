/** Upstreams of your own: a server on your hardware, and two providers in order of preference with prices of yours. */
import { readPriceList } from '@nearside/core'
import { nearside, type Upstream } from '@nearside/workers'
import { Hono } from 'hono'

type App = {
  Bindings: {
    LOCAL_URL: string
    LOCAL_SECRET: string
    OPENAI_API_KEY: string
    OPENAI_BASE_URL: string
    SECOND_URL: string
    SECOND_KEY: string
  }
}

/** Anything that speaks OpenAI's format: vLLM, a llama.cpp server, Ollama, local-runtime. */
const rackOf = (env: App['Bindings']): Upstream => ({
  name: 'rack-1',
  url: env.LOCAL_URL,
  key: env.LOCAL_SECRET,
  models: [{ model: 'qwen3-4b', contextTokens: 32_768, tools: true }],
  zone: 'premises',
})

/** Its price is in no catalogue: without one it would be refused, never counted as free. */
const secondOf = (env: App['Bindings']): Upstream => ({
  name: 'second',
  url: env.SECOND_URL,
  key: env.SECOND_KEY,
  models: ['house-large'],
  limitField: 'max_tokens',
})

const app = new Hono<App>()
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    account: () => ({ tenant: 'acme' }),
    local: rackOf(env),
    frontier: [{ url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] }, secondOf(env)],
    prices: readPriceList(
      {
        'house-large': {
          contextTokens: 128_000,
          prices: [{ since: '2026-01-01', prompt: 1, output: 4 }],
        },
      },
      'prices',
    ),
    aliases: { 'gpt-4o': 'auto', thorough: 'house-large' },
  })),
)

export default app
