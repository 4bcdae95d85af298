/** The host's own types reach each of its functions, and what they do not have is not there: held by the compiler. */
import { nearside } from '@nearside/workers'
import { type Context, Hono } from 'hono'
import { expect, expectTypeOf, it } from 'vitest'

type App = { Bindings: { OPENAI_API_KEY: string }; Variables: { team: string; plan: 'free' | 'paid' } }

it('hands each function of the host’s a context of the host’s own type, and keeps the app’s type along a chain', async () => {
  const teams: string[] = []
  const app = new Hono<App>()
    .use('*', async (c, next) => {
      c.set('team', 'web')
      c.set('plan', 'paid')
      await next()
    })
    .use(
      '/v1/*',
      nearside<App>((c) => {
        expectTypeOf(c).toEqualTypeOf<Context<App>>()
        expectTypeOf(c.env.OPENAI_API_KEY).toEqualTypeOf<string>()
        return {
          account(asking) {
            expectTypeOf(asking.get('plan')).toEqualTypeOf<'free' | 'paid'>()
            return { tenant: asking.get('team') }
          },
          onRecord(_, asked) {
            teams.push(asked.get('team'))
          },
        }
      }),
    )
    .get('/plan', (c) => c.text(c.get('plan')))
  expectTypeOf(app).toExtend<Hono<App>>()

  const answer = await app.request(
    '/v1/chat/completions',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"auto","messages":[{"role":"user","content":"what is 17 * 23?"}]}',
    },
    { OPENAI_API_KEY: 'unused' },
  )
  expect(answer.headers.get('x-nearside-tier')).toBe('edge')
  await answer.text()
  expect(teams).toEqual(['web'])
  expect(await (await app.request('/plan', {}, { OPENAI_API_KEY: 'unused' })).text()).toBe('paid')
})
