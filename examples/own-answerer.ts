/** An answer of your own at the edge: a question with one right answer, or nothing. */
import { arithmetic, type EdgeAnswerer, nearside, plainQuestion } from '@nearside/workers'
import { Hono } from 'hono'

const openingHours: EdgeAnswerer = {
  name: 'opening-hours',
  offer(request) {
    if (!/^when are you open\??$/i.test(plainQuestion(request) ?? '')) return null
    return { answerer: 'opening-hours', text: 'Monday to Friday, 9 to 17.', confidence: 1 }
  },
}

const app = new Hono()
app.use('/v1/*', nearside({ open: 'loopback', edge: [openingHours, arithmetic] }))

export default app
