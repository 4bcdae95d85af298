/** An answer of your own at the edge: a question with one right answer, or nothing. */
import { arithmetic, type EdgeAnswerer, type NearsideOptions, plainQuestion } from '@nearside/workers'

const openingHours: EdgeAnswerer = {
  name: 'opening-hours',
  offer(request) {
    if (!/^when are you open\??$/i.test(plainQuestion(request) ?? '')) return null
    return { answerer: 'opening-hours', text: 'Monday to Friday, 9 to 17.', confidence: 1 }
  },
}

export const options: NearsideOptions = { open: 'loopback', edge: [openingHours, arithmetic] }
