/** Any OpenAI client works: only the base URL changes. Run it beside `npm start`. */
import OpenAI from 'openai'

const openai = new OpenAI({
  baseURL: process.env.NEARSIDE_URL ?? 'http://127.0.0.1:8787/v1',
  apiKey: process.env.NEARSIDE_KEY ?? 'any, while loopback is open',
})

const messages = [{ role: 'user' as const, content: process.argv[2] ?? 'what is 17 * 23?' }]

const { data, response } = await openai.chat.completions.create({ model: 'auto', messages }).withResponse()
console.log(response.headers.get('x-nearside-tier'), '·', data.choices[0]?.message.content)

for await (const chunk of await openai.chat.completions.create({ model: 'auto', messages, stream: true })) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '')
}
console.log()
