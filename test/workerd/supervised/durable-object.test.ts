import { expect, it } from 'vitest'
import { openaiOf } from '../place/asking.ts'
import { startPlace } from '../place/places.ts'
import { startExecutor, startSupervisor, wholeTurn, work } from './agent.ts'

it('a supervised session is kept in a Durable Object as in memory, and its turns are claimed there too', async () => {
  const place = await startPlace('workerd')
  const executor = await startExecutor(5)
  const supervisor = await startSupervisor()
  try {
    supervisor.says({ verdict: 'plan', plan: '1. Look.' }, { verdict: 'fine' }, { verdict: 'accept' })
    const gateway = place.open({
      frontier: [supervisor],
      local: [executor],
      localZone: 'premises',
      policy: { strategy: 'plan-execute-verify-replan' },
      supervises: { everyTurns: 4 },
      sessionsIn: 'durable-object',
    })
    const openai = openaiOf(gateway)
    const { text, headers, messages } = await work(openai)
    expect(text).toBe('The key is in drawer 5.')
    const said = headers.map(({ supervision }) => supervision?.split(';')[0])
    expect(said).toEqual(['plan', 'silent', 'silent', 'silent', 'fine', 'accept'])
    // The last turn once more, by two who do not know of each other.
    const next = messages.slice(0, -1)
    const before = supervisor.words().length
    const both = await Promise.all([wholeTurn(openai, next), wholeTurn(openai, next)])
    const heard = both.map(({ response }) => response.headers.get('x-nearside-supervision') ?? '').toSorted()
    expect(heard[0]).toMatch(/^accept; /)
    expect(heard[1]).toMatch(/^(?:unsupervised; why=busy|accept); /)
    expect(supervisor.words().length - before).toBe(heard.filter((one) => one.startsWith('accept')).length)
    expect((await gateway.observed()).balance).toMatchObject({ settled: supervisor.bill(), reserved: 0 })
  } finally {
    await Promise.all([place.close(), executor.close(), supervisor.close()])
  }
})
