/** A conversation of two turns that stays with its model and version. Run it beside a gateway with `NEARSIDE_SESSION_SECRET`. */
import OpenAI from 'openai'

const openai = new OpenAI({
  baseURL: process.env.NEARSIDE_URL ?? 'http://127.0.0.1:8787/v1',
  apiKey: process.env.NEARSIDE_KEY ?? 'any, while loopback is open',
})

const messages: OpenAI.ChatCompletionMessageParam[] = []
let session: string | null = null

for (const content of ['Write a short story about a lighthouse.', 'Now shorten it.']) {
  messages.push({ role: 'user', content })
  const headers: Record<string, string> = session === null ? {} : { 'x-nearside-session': session }
  const { data, response } = await openai.chat.completions
    .create({ model: 'auto', messages }, { headers })
    .withResponse()
  session = response.headers.get('x-nearside-session') ?? session
  messages.push(data.choices[0]!.message)
  console.log(response.headers.get('x-nearside-session-state'), '·', data.choices[0]?.message.content)
}
