import { it } from 'vitest'
import { connect } from 'node:net'
import { chatRequest } from '../../harness/raw.ts'
import { streamed } from '../place/asking.ts'
import { startConductor } from '../place/conductor.ts'
import { streamEvents } from '../place/events.ts'
import { startPlace } from '../place/places.ts'
it('x', async () => {
  const up = await startConductor()
  for (const name of ['node', 'workerd'] as const) {
    const place = await startPlace(name)
    const g = place.open({ frontier: [up], retry: { attempts: 1 } })
    const { hostname, port, pathname, origin } = new URL(g.url)
    const s = connect(Number(port), hostname)
    s.on('data', (d) => console.log(name, Date.now() % 100000, JSON.stringify(d.toString().slice(0, 300))))
    s.on('error', (e) => console.log(name, 'ERR', e.message))
    s.on('end', () => console.log(name, 'END'))
    s.on('close', () => console.log(name, Date.now() % 100000, 'CLOSE'))
    s.write(chatRequest(origin, streamed).replace('/v1/', `${pathname}/v1/`))
    const t = await up.turn(up.asked())
    await t.write(streamEvents()[0]!)
    await new Promise((r) => setTimeout(r, 200))
    t.cut()
    await new Promise((r) => setTimeout(r, 500))
    await place.close()
  }
})
