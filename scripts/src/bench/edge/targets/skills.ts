/** Nearside with every skill, and the question that the bench asks. */
import {
  arithmetic,
  bases,
  calendar,
  greetings,
  nearside,
  percentages,
  text,
  units,
  uuids,
  zones,
} from '@nearside/workers'
import { Hono } from 'hono'

const app: Hono = new Hono()
const edge = [
  arithmetic,
  percentages,
  units,
  bases,
  calendar,
  zones,
  text,
  greetings,
  uuids(() => crypto.randomUUID()),
]

app.use('/v1/*', nearside({ open: 'loopback', edge }))

export default app
