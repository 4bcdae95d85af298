/** What a Responses request may not be: its fields, its tools, its items, and what a stranger hopes to do with them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { brokenHeaders } from '../security/broken-headers.ts'
import { type GatewayUnderTest, places, type RunningPlace } from '../security/places.ts'
import {
  asFrontier,
  callerKey,
  chatPath,
  type Heard,
  hardQuestion,
  keysOf,
  post,
} from '../security/requests.ts'
import { addressHeaders, spellingsOf } from '../security/spellings.ts'
import { statusOf } from '../security/status-of.ts'

const path = '/v1/responses'
const ask = (given: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'frontier',
  input: hardQuestion,
  ...given,
})
const part = (given: Record<string, unknown>): Record<string, unknown> => ({
  input: [{ role: 'user', content: [given] }],
})
const deepSchema = JSON.parse(`${'{"properties":{"a":'.repeat(25)}{}${'}}'.repeat(25)}`) as unknown
const deepPath = 'text.format.schema'

/** Fields that are wrong or cannot be honoured, and the `param` that must name them. */
const wrongFields: readonly (readonly [fields: Record<string, unknown>, param: string])[] = [
  [{ model: undefined }, 'model'],
  [{ model: 5 }, 'model'],
  [{ model: 'no-such-model' }, 'model'],
  [{ model: '__proto__' }, 'model'],
  [{ input: undefined }, 'input'],
  [{ input: null }, 'input'],
  [{ input: 7 }, 'input'],
  [{ input: [] }, 'input'],
  [{ input: { 0: 'x', length: 1 } }, 'input'],
  [{ input: [null] }, 'input[0]'],
  [{ input: ['hello'] }, 'input[0]'],
  [{ input: [{}] }, 'input[0].role'],
  [{ input: [{ role: 'tool', content: 'x' }] }, 'input[0].role'],
  [{ input: [{ role: 'user' }] }, 'input[0].content'],
  [{ input: [{ role: 'user', content: [] }] }, 'input[0].content'],
  [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].id'],
  [{ input: [{ type: 'item_reference' }] }, 'input[0].id'],
  [{ input: [{ type: 'computer_call', call_id: 'a' }] }, 'input[0].type'],
  [{ input: [{ type: '__proto__' }] }, 'input[0].type'],
  [{ input: [{ type: 5 }] }, 'input[0].type'],
  [{ input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'input[0].call_id'],
  [{ input: [{ type: 'function_call', call_id: 'a', name: 'f' }] }, 'input[0].arguments'],
  [{ input: [{ type: 'function_call_output', call_id: 'a' }] }, 'input[0].output'],
  [
    { input: [{ type: 'function_call_output', call_id: 'a', output: [{ type: 'input_image' }] }] },
    'input[0].output[0].type',
  ],
  [part({ type: 'text', text: 'x' }), 'input[0].content[0].type'],
  [part({ type: 'input_text', text: 1 }), 'input[0].content[0].text'],
  [part({ type: 'input_image', file_id: 'file-1' }), 'input[0].content[0].file_id'],
  [part({ type: 'input_image', image_url: 5 }), 'input[0].content[0].image_url'],
  [part({ type: 'input_file', file_url: 'https://a.example' }), 'input[0].content[0].file_url'],
  [{ messages: [{ role: 'user', content: 'x' }] }, 'messages'],
  [{ instructions: 5 }, 'instructions'],
  [{ background: true }, 'background'],
  [{ background: 'yes' }, 'background'],
  [{ conversation: 'conv_1' }, 'conversation'],
  [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
  [{ context_management: [] }, 'context_management'],
  [{ include: ['file_search_call.results'] }, 'include[0]'],
  [{ include: 'all' }, 'include'],
  [{ truncation: 'auto' }, 'truncation'],
  [{ stream: 'yes' }, 'stream'],
  [{ stream_options: {} }, 'stream_options'],
  [{ stream: true, stream_options: { include_obfuscation: true } }, 'stream_options.include_obfuscation'],
  [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
  [{ previous_response_id: 5 }, 'previous_response_id'],
  [{ store: 'yes' }, 'store'],
  [{ max_output_tokens: 0 }, 'max_output_tokens'],
  [{ max_output_tokens: '10' }, 'max_output_tokens'],
  [{ temperature: 3 }, 'temperature'],
  [{ top_p: 'x' }, 'top_p'],
  [{ top_logprobs: 21 }, 'top_logprobs'],
  [{ metadata: { a: 1 } }, 'metadata'],
  [{ reasoning: 'high' }, 'reasoning'],
  [{ reasoning: { effort: 5 } }, 'reasoning.effort'],
  [{ text: 'json' }, 'text'],
  [{ text: { format: { type: 'yaml' } } }, 'text.format.type'],
  [{ text: { format: { type: 'json_schema', schema: {} } } }, 'text.format.name'],
  [{ text: { format: { type: 'json_schema', name: 's' } } }, 'text.format.schema'],
  [{ text: { format: { type: 'json_schema', name: 's', schema: deepSchema } } }, deepPath],
  [{ tools: {} }, 'tools'],
  [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  [{ tools: [{ type: 'file_search', vector_store_ids: [] }] }, 'tools[0].type'],
  [{ tools: [{ type: 'mcp', server_url: 'https://a.example' }] }, 'tools[0].type'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
  [{ tools: [{ type: 'function', name: 'f', parameters: deepSchema }] }, 'tools[0].parameters'],
  [{ tools: Array(20_000).fill({ type: 'function', name: 'f' }) }, 'tools'],
  [{ input: Array(20_000).fill({ role: 'user', content: 'x' }) }, 'input'],
  [{ tool_choice: 'any' }, 'tool_choice'],
  [{ tool_choice: { type: 'web_search' } }, 'tool_choice.type'],
  [{ service_tier: 'priority' }, 'service_tier'],
]

describe.each(places)('a Responses request, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let elsewhere: Frontier
  let gateway: GatewayUnderTest
  const send = (body: unknown, headers: Record<string, string> = {}): Promise<Heard> =>
    post(gateway.url, body, headers, path)

  beforeAll(async () => {
    running = await place.start()
    elsewhere = await startFrontier()
  })
  beforeEach(async () => {
    frontier = await startFrontier()
    gateway = await running.open({
      options: {
        keys: keysOf(),
        frontier: asFrontier(frontier),
        caps: [{ scope: 'account', window: 'day', limit: 1e12 }],
        onStoreError: 'refuse',
        budgetsZone: 'gateway',
      },
      host: ['store'],
    })
    return () => frontier.close()
  })
  afterAll(() => Promise.all([running.close(), elsewhere.close()]))

  it('TRUST 16: is refused with the field that is wrong or cannot be honoured, nothing reserved', async () => {
    for (const [fields, param] of wrongFields) {
      const { status, error } = await send(ask(fields))
      expect([param, status, error.param]).toEqual([
        param,
        param === 'model' && status === 404 ? 404 : 400,
        param,
      ])
      expect(error.message).toContain(param)
      expect(error.type).toBe('invalid_request_error')
    }
    expect(frontier.requests).toEqual([])
    expect((await gateway.told()).store).toEqual([])
  })

  it('TRUST 22: is refused without repeating a key that may be somebody’s text', async () => {
    const { status, text } = await send(ask({ 'Canary secret of somebody': 1 }))
    expect([status, text.includes('Canary')]).toEqual([400, false])
  })

  it('TRUST 20: cannot go elsewhere by the name of a model, a field, an image or any header', async () => {
    for (const address of spellingsOf(elsewhere.url)) {
      expect((await send(ask({ model: address }))).error.param).toBe('model')
      expect((await send(ask({ base_url: address }))).error.param).toBe('base_url')
      const ascii = address.replace(/[^\x20-\x7e]/g, '.')
      const image = part({ type: 'input_image', image_url: address })
      const headers = Object.fromEntries(addressHeaders.map((name) => [name, ascii]))
      expect((await send({ ...ask(image), user: address, metadata: { url: address } }, headers)).status).toBe(
        200,
      )
    }
    expect(elsewhere.requests).toEqual([])
    for (const { path: sent, headers } of frontier.requests) {
      expect([sent, headers.host]).toEqual([chatPath, new URL(frontier.url).host])
    }
  })

  it.each(brokenHeaders)('TRUST 21: with %s in a header is refused, or it goes nowhere', async (_, line) => {
    const body = JSON.stringify(ask())
    const status = await statusOf(
      running.url,
      `POST ${new URL(gateway.url).pathname}${path} HTTP/1.1\r\nhost: gateway.test\r\nauthorization: Bearer ${callerKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${line}\r\n\r\n${body}`,
    )
    expect(status).toSatisfy((code) => code === 200 || (code >= 400 && code < 500))
    for (const { rawHeaders } of frontier.requests) expect(rawHeaders.join('\n')).not.toContain('canary')
    expect(frontier.requests).toHaveLength(status === 200 ? 1 : 0)
  })

  it('TRUST 21: gets no header and no member back that only a gateway may set', async () => {
    frontier.always({ fault: 'hostile-headers' })
    const answer = await send(ask({ nearside: { tier: 'forged' } }), { 'x-nearside-decision': 'forged' })
    expect(answer.status).toBe(200)
    expect(answer.text).not.toContain('forged')
    expect(JSON.stringify(frontier.requests[0]?.json)).not.toContain('forged')
  })

  it('is answered at the edge where the edge can', async () => {
    for (const stream of [false, true]) {
      const answer = await send(ask({ model: 'auto', input: 'What is 17 * 23?', stream }))
      expect([answer.status, answer.headers.get('x-nearside-tier')]).toEqual([200, 'edge'])
      expect(answer.text).toContain('391')
      expect(answer.text).toContain('"status":"completed"')
    }
    expect(frontier.requests).toEqual([])
  })

  it('is refused without a key, and by another method', async () => {
    expect((await send(ask(), { authorization: 'Bearer wrong' })).status).toBe(401)
    const got = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${callerKey}` } })
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    for (const method of ['GET', 'DELETE']) {
      const url = `${gateway.url}${path}/resp_1`
      expect((await fetch(url, { method })).status).toBe(401)
      const known = await fetch(url, { method, headers: { authorization: `Bearer ${callerKey}` } })
      expect(known.status).toBe(404)
    }
  })
})
