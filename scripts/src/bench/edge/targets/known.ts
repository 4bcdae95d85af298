/** The same Worker, but the answer is known beforehand: the request is read, observed and decided, and no skill is asked. */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

const app: Hono = new Hono()
const known = { name: 'known', offer: () => ({ answerer: 'known', text: '≈ 3.10686 mi', confidence: 1 }) }

app.use('/v1/*', nearside({ open: 'loopback', edge: [known] }))

export default app
