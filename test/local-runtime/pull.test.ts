/** Models from a hub that fails in every way that hubs, lines and disks fail. */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Fetched,
  type FetchOptions,
  fetchModel,
  findModel,
  hubAddress,
  listModels,
  loadCatalogue,
  removeModel,
  verifyModel,
} from '@nearside/local-runtime'
import { afterEach, expect, it } from 'vitest'
import { type HubDouble, type HubOptions, type Misdeed, startHub } from '../doubles/hub.ts'

const weights = Buffer.alloc(300_000, 'weights of a model ')
const files = {
  'config.json': Buffer.from('{"max_position_embeddings": 2048}'),
  'tokenizer.json': Buffer.alloc(5_000, '{"a":1} '),
  'tokenizer_config.json': Buffer.from('{"chat_template": "{{ messages }}"}'),
  'generation_config.json': Buffer.from('{}'),
  LICENSE: Buffer.from('Do as you like.'),
  'README.md': Buffer.from('# A model'),
  'onnx/model_q4.onnx': weights,
  'onnx/model_q4.onnx_data': Buffer.alloc(2_000, 'more'),
  'onnx/model_q4f16.onnx': Buffer.alloc(9_000, 'other'),
  'onnx/model.onnx': Buffer.alloc(9_000, 'large'),
}
const repository = 'HuggingFaceTB/SmolLM2-135M-Instruct'
const alias = 'smollm2-135m'
const catalogue = loadCatalogue()
const never = new AbortController().signal

const hubs: HubDouble[] = []
const folders: string[] = []
afterEach(async () => {
  await Promise.all(hubs.splice(0).map((hub) => hub.close()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function hubThat(options: Partial<HubOptions> = {}): Promise<HubDouble> {
  const hub = await startHub({ repository, files, ...options })
  hubs.push(hub)
  return hub
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'models-'))
  folders.push(folder)
  return folder
}

function pull(
  hub: HubDouble,
  folder: string,
  options: Partial<FetchOptions> = {},
  name = alias,
): Promise<Fetched> {
  const at = hubAddress(hub.url, {})
  return fetchModel(name, { folder, hub: at, signal: never, attempts: 3, idleTimeoutMs: 2_000, ...options })
}

/** Goes wrong in the store, at the weights, the first `times` that they are asked for. */
function atWeights(misdeed: Misdeed, times = 1): Pick<HubOptions, 'misdeed'> {
  return {
    misdeed: ({ at, path, before }) =>
      at === 'store' && path === 'onnx/model_q4.onnx' && before < times ? misdeed : null,
  }
}

function isWhole(folder: string): boolean {
  return readFileSync(join(folder, `${alias}@q4`, 'onnx', 'model_q4.onnx')).equals(weights)
}

/** Nothing is there that a server could take for a model. */
async function isEmpty(folder: string): Promise<boolean> {
  const left = readdirSync(folder).filter((name) => name !== '.partial')
  return left.length === 0 && (await listModels(folder)).length === 0
}

function parts(folder: string): string[] {
  const partial = join(folder, '.partial')
  return existsSync(partial) ? readdirSync(partial).sort() : []
}

it('pulls a model by its short name: one quantisation, what it needs, its licence, and nothing else', async () => {
  const hub = await hubThat()
  const folder = newFolder()
  const seen: number[] = []
  const pulled = await pull(hub, folder, {
    onProgress: ({ doneBytes, totalBytes }) => void seen.push(doneBytes / totalBytes),
  })
  expect(pulled).toMatchObject({ type: 'pulled', id: 'smollm2-135m@q4', fetched: true })
  expect(readdirSync(pulled.folder, { recursive: true }).sort()).toEqual(
    [
      ...['LICENSE', 'config.json', 'generation_config.json', 'model.json', 'onnx', 'onnx/model_q4.onnx'],
      ...['onnx/model_q4.onnx_data', 'tokenizer.json', 'tokenizer_config.json'],
    ].sort(),
  )
  expect(isWhole(folder)).toBe(true)
  expect(seen.at(-1)).toBe(1)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(parts(folder)).toEqual([])
})

it('writes down what it is: name, commit, a hash for each file, licence and shape', async () => {
  const hub = await hubThat()
  const { folder } = await pull(hub, newFolder())
  const record = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>
  expect(record).toMatchObject({
    name: alias,
    version: `${hub.commit.slice(0, 12)}.q4`,
    source: { hub: hub.url, repository, revision: hub.commit },
    licence: 'Apache-2.0',
    shape: { layers: 30, keyValueHeads: 3, headSize: 64, contextTokens: 8_192 },
  })
  const sha256 = createHash('sha256').update(weights).digest('hex')
  expect(record.sha256).toMatchObject({ 'onnx/model_q4.onnx': sha256 })
  expect(Object.keys(record.sha256 as object)).toHaveLength(7)
})

it('asks for every file by the commit, so that a push in the middle mixes nothing', async () => {
  const hub = await hubThat()
  await pull(hub, newFolder())
  const fetched = hub.requests.filter(({ at }) => at === 'file')
  expect(fetched.length).toBe(7)
  for (const { url } of fetched) expect(url).toContain(`/resolve/${hub.commit}/`)
})

it('fetches nothing when the same commit is here, and replaces the model when there is a newer one', async () => {
  const hub = await hubThat()
  const folder = newFolder()
  await pull(hub, folder)
  const before = hub.requests.length
  expect(await pull(hub, folder)).toMatchObject({ fetched: false })
  expect(hub.requests.slice(before).map(({ at }) => at)).toEqual(['commit', 'list'])

  const newer = Buffer.alloc(200_000, 'newer')
  hub.change({ ...files, 'onnx/model_q4.onnx': newer })
  expect(await pull(hub, folder)).toMatchObject({ fetched: true })
  expect(readFileSync(join(folder, 'smollm2-135m@q4', 'onnx', 'model_q4.onnx')).equals(newer)).toBe(true)
  expect(parts(folder)).toEqual([])
})

it('goes on where a connection was cut, again and again', async () => {
  const hub = await hubThat(atWeights({ type: 'cut', afterBytes: 60_000 }, 4))
  const folder = newFolder()
  await pull(hub, folder)
  expect(isWhole(folder)).toBe(true)
  const ranges = hub.requests.filter(({ at, path }) => at === 'store' && path === 'onnx/model_q4.onnx')
  expect(ranges[0]?.range).toBeNull()
  for (const { range } of ranges.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/)
})

it('gives up on a line that brings nothing, keeps what came, and the next pull goes on with it', async () => {
  const failing = await hubThat({
    misdeed: ({ at, path, before }) => {
      if (at !== 'store' || path !== 'onnx/model_q4.onnx') return null
      return before === 0 ? { type: 'cut', afterBytes: 100_000 } : { type: 'cut', afterBytes: 0 }
    },
  })
  const folder = newFolder()
  await expect(pull(failing, folder)).rejects.toThrow()
  expect(await isEmpty(folder)).toBe(true)
  expect(parts(folder).some((name) => name.endsWith('.part'))).toBe(true)

  const hub = await hubThat()
  await pull(hub, folder)
  expect(isWhole(folder)).toBe(true)
  const asked = hub.requests.find(({ at, path }) => at === 'store' && path === 'onnx/model_q4.onnx')
  expect(asked?.range).toMatch(/^bytes=[1-9]\d*-$/)
  expect(parts(folder)).toEqual([])
})

it('begins anew where a server ignores the range, goes on elsewhere, or has another file by now', async () => {
  const cutFirst = (then: Misdeed): Pick<HubOptions, 'misdeed'> => ({
    misdeed: ({ at, path, before }) => {
      if (at !== 'store' || path !== 'onnx/model_q4.onnx' || before > 1) return null
      return before === 0 ? { type: 'cut', afterBytes: 60_000 } : then
    },
  })
  const status = { type: 'status', status: 416 } as const
  const misdeeds: Misdeed[] = [
    { type: 'ignore-range' },
    { type: 'wrong-place' },
    { type: 'tag', etag: '"x"' },
    status,
  ]
  for (const misdeed of misdeeds) {
    const folder = newFolder()
    await pull(await hubThat(cutFirst(misdeed)), folder)
    expect([misdeed.type, isWhole(folder)]).toEqual([misdeed.type, true])
  }
})

it('fetches damaged bytes anew once, and then refuses them and keeps nothing', async () => {
  const folder = newFolder()
  await pull(await hubThat(atWeights({ type: 'damaged' })), folder)
  expect(isWhole(folder)).toBe(true)

  const other = newFolder()
  const always = await hubThat(atWeights({ type: 'damaged' }, 99))
  await expect(pull(always, other)).rejects.toThrow(
    /model_q4\.onnx arrived damaged twice: its hash is \w+, not \w+/,
  )
  expect(await isEmpty(other)).toBe(true)
  const sha256 = createHash('sha256').update(weights).digest('hex')
  expect(parts(other).filter((name) => name.startsWith(sha256))).toEqual([])
})

it('notices damage in a small file too, by the hash that Git keeps', async () => {
  const hub = await hubThat({ misdeed: ({ path }) => (path === 'config.json' ? { type: 'damaged' } : null) })
  await expect(pull(hub, newFolder())).rejects.toThrow('config.json arrived damaged twice')
})

it('believes no size: neither a length that is not the listed one, nor a file that never ends', async () => {
  for (const [misdeed, message] of [
    [{ type: 'claims', bytes: 299_999 }, 'but sends less'],
    [{ type: 'claims', bytes: 300_001 }, 'but sends more'],
    [{ type: 'endless' }, 'but sends more'],
  ] as const) {
    const folder = newFolder()
    await expect(pull(await hubThat(atWeights(misdeed, 99)), folder)).rejects.toThrow(message)
    expect(await isEmpty(folder)).toBe(true)
  }
})

it('takes a file that comes packed although nobody asked for that', async () => {
  const hub = await hubThat({ misdeed: ({ path }) => (path === 'config.json' ? { type: 'packed' } : null) })
  const { folder } = await pull(hub, newFolder())
  expect(readFileSync(join(folder, 'config.json')).equals(files['config.json'])).toBe(true)
})

it('sends the token to the hub and nowhere else, and asks for none without one', async () => {
  const token = 'hf_canary_token'
  const hub = await hubThat({ token })
  await pull(hub, newFolder(), { hub: hubAddress(hub.url, { NEARSIDE_HUB_TOKEN: token }) })
  const [own, store] = [true, false].map((own) => hub.requests.filter(({ at }) => (at !== 'store') === own))
  expect(store?.length).toBe(3)
  for (const { authorization } of store!) expect(authorization).toBeNull()
  for (const { authorization } of own!) expect(authorization).toBe(`Bearer ${token}`)

  await expect(pull(hub, newFolder())).rejects.toThrow(/401.*HF_TOKEN/)
  const wrong = pull(hub, newFolder(), { hub: hubAddress(hub.url, { NEARSIDE_HUB_TOKEN: 'hf_wrong' }) })
  await expect(wrong).rejects.toThrow(/not accepted/)
  await expect(wrong).rejects.not.toThrow('hf_wrong')
})

it("keeps Hugging Face's token from mirrors, and every token from plain http and from addresses", () => {
  const env = { HF_TOKEN: 'hf_secret' }
  expect(hubAddress(null, env)).toMatchObject({ url: 'https://huggingface.co', token: 'hf_secret' })
  expect(hubAddress('https://mirror.example/hf/', env)).toMatchObject({
    url: 'https://mirror.example/hf',
    token: null,
  })
  expect(hubAddress(null, { ...env, NEARSIDE_HUB_URL: 'https://mirror.example' }).token).toBeNull()
  expect(hubAddress('https://mirror.example', { NEARSIDE_HUB_TOKEN: 't' }).token).toBe('t')
  expect(() => hubAddress('http://mirror.example', { NEARSIDE_HUB_TOKEN: 't' })).toThrow('plain http')
  for (const wrong of [
    'https://u:p@mirror.example',
    'ftp://mirror.example',
    'mirror',
    'https://m.example?token=t',
  ]) {
    expect(() => hubAddress(wrong, {})).toThrow(/hub/)
  }
})

it('says what a refusal means, at once, and asks again where that may help', async () => {
  for (const [status, message, asked] of [
    [403, 'accept a licence', 1],
    [404, 'has no repository', 1],
    [429, 'cannot answer', 3],
    [503, 'cannot answer', 3],
    [418, '418', 1],
  ] as const) {
    const hub = await hubThat({ misdeed: () => ({ type: 'status', status }) })
    await expect(pull(hub, newFolder())).rejects.toThrow(message)
    expect([status, hub.requests.length]).toEqual([status, asked])
  }
  const folder = newFolder()
  const busy = { type: 'status', status: 429, headers: { 'retry-after': '1' } } as const
  await pull(await hubThat(atWeights(busy, 2)), folder)
  expect(isWhole(folder)).toBe(true)
})

it('knows a web page for what it is, in place of the listing and in place of a file', async () => {
  const everywhere = await hubThat({ misdeed: () => ({ type: 'web-page' }) })
  await expect(pull(everywhere, newFolder())).rejects.toThrow('a web page')
  const folder = newFolder()
  await expect(pull(await hubThat(atWeights({ type: 'web-page' }, 99)), folder)).rejects.toThrow('a web page')
  expect(await isEmpty(folder)).toBe(true)
})

it('waits for a silent server so long and no longer, and goes on with what had come', async () => {
  const folder = newFolder()
  const silence = { idleTimeoutMs: 300 }
  await pull(await hubThat(atWeights({ type: 'hang', afterBytes: 50_000 }, 2)), folder, silence)
  expect(isWhole(folder)).toBe(true)
  const mute = await hubThat(atWeights({ type: 'hang', afterBytes: 0 }, 99))
  await expect(pull(mute, newFolder(), silence)).rejects.toThrow('sent nothing for')
})

it('follows redirects a few times, never in circles and never out of the web', async () => {
  const circle = await hubThat({
    misdeed: ({ at, url }) => (at === 'commit' ? { type: 'redirect', to: url } : null),
  })
  await expect(pull(circle, newFolder())).rejects.toThrow('in a circle')
  const file = await hubThat(atWeights({ type: 'redirect', to: 'file:///etc/passwd' }, 99))
  await expect(pull(file, newFolder())).rejects.toThrow('no address of the web')
})

it('writes nothing outside its folder, whatever names a hub lists', async () => {
  for (const path of ['../outside', '/tmp/outside', 'onnx/../../outside', 'a\\..\\outside']) {
    const listing = JSON.stringify([{ type: 'file', path, size: 3, oid: 'a'.repeat(40) }])
    const hub = await hubThat({
      misdeed: ({ at }) => (at === 'list' ? { type: 'body', text: listing } : null),
    })
    const folder = newFolder()
    await expect(pull(hub, folder)).rejects.toThrow('no path inside a folder')
    expect(readdirSync(folder)).toEqual([])
  }
})

it('reads a listing in pages, and neither one without end nor one that goes on elsewhere', async () => {
  const endless = await hubThat({
    misdeed: ({ at, url }) =>
      at === 'list' ? { type: 'body', text: '[]', headers: { link: `<${url}>; rel="next"` } } : null,
  })
  await expect(pull(endless, newFolder())).rejects.toThrow('more than')
  const elsewhere = await hubThat({
    misdeed: ({ at }) =>
      at === 'list'
        ? { type: 'body', text: '[]', headers: { link: '<http://127.0.0.1:9/x>; rel="next"' } }
        : null,
  })
  await expect(pull(elsewhere, newFolder())).rejects.toThrow('at another address')
})

it('begins nothing for which there is no room, and says how much is missing', async () => {
  const hub = await hubThat()
  const folder = newFolder()
  const room = pull(hub, folder, { freeBytes: async () => 64 * 1024 * 1024 + 100_000 })
  await expect(room).rejects.toThrow(/too little room: 20\d kB more are needed.*--models/)
  expect(hub.requests.some(({ at }) => at === 'file')).toBe(false)
  expect(await isEmpty(folder)).toBe(true)
})

it('leaves nothing behind on a disk that is full in the middle', async () => {
  const folder = newFolder()
  const hub = await hubThat()
  const sha256 = createHash('sha256').update(weights).digest('hex')
  const pathHash = createHash('sha256').update('smollm2-135m@q4/onnx/model_q4.onnx').digest('hex').slice(0, 8)
  // Writing to this device fails as writing to a full disk does.
  mkdirSync(join(folder, '.partial'))
  symlinkSync('/dev/full', join(folder, '.partial', `${sha256}-${pathHash}.part`))
  await expect(pull(hub, folder)).rejects.toThrow(/too little room/)
  expect(await isEmpty(folder)).toBe(true)
  expect(parts(folder)).toEqual([])
})

it('stops at Ctrl-C at once, leaves no model, and goes on later', async () => {
  const folder = newFolder()
  const stop = new AbortController()
  const hub = await hubThat(atWeights({ type: 'hang', afterBytes: 120_000 }))
  const pulling = pull(hub, folder, {
    signal: stop.signal,
    idleTimeoutMs: 60_000,
    onProgress: ({ doneBytes }) => {
      if (doneBytes > 125_000) stop.abort(new Error('stopped by hand'))
    },
  })
  await expect(pulling).rejects.toThrow('stopped by hand')
  expect(await isEmpty(folder)).toBe(true)
  const next = await hubThat()
  await pull(next, folder)
  expect(isWhole(folder)).toBe(true)
  expect(
    next.requests.find(({ at, path }) => at === 'store' && path.endsWith('q4.onnx'))?.range,
  ).not.toBeNull()
})

it('goes on after a pull that was killed with what it had whole, and with nothing of another commit', async () => {
  const hub = await hubThat()
  const folder = newFolder()
  const staging = join(folder, '.partial', `${alias}@q4`)
  mkdirSync(join(staging, 'onnx'), { recursive: true })
  writeFileSync(join(staging, 'onnx', 'model_q4.onnx'), weights)
  writeFileSync(join(staging, 'tokenizer.json'), 'of another commit')
  await pull(hub, folder)
  expect(isWhole(folder)).toBe(true)
  const fetched = hub.requests.filter(({ at }) => at === 'file').map(({ path }) => path)
  expect(fetched).not.toContain('onnx/model_q4.onnx')
  expect(fetched).toContain('tokenizer.json')
  expect(parts(folder)).toEqual([])
})

it('lets one process pull a model, and takes the place of one that died', async () => {
  const folder = newFolder()
  const hub = await hubThat(atWeights({ type: 'hang', afterBytes: 10 }))
  const lock = join(folder, '.partial', 'smollm2-135m@q4.lock')
  const [first, second] = [pull(hub, folder, { idleTimeoutMs: 500 }), pull(hub, folder)]
  const outcomes = await Promise.allSettled([first, second])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(1)
  expect(String(refused[0]?.reason)).toContain('is being changed by another process')
  expect(isWhole(folder)).toBe(true)

  writeFileSync(lock, '1')
  hub.change(files)
  await expect(pull(hub, folder)).rejects.toThrow('another process (1)')
  writeFileSync(lock, '4194305')
  expect(await pull(hub, folder)).toMatchObject({ fetched: true })
  expect(existsSync(lock)).toBe(false)
})

it('pulls two quantisations of a model at the same time, though they share files', async () => {
  const hub = await hubThat({
    misdeed: ({ path }) => (path === 'tokenizer.json' ? { type: 'cut', afterBytes: 900 } : null),
  })
  const folder = newFolder()
  await Promise.all([pull(hub, folder), pull(hub, folder, {}, 'smollm2-135m:q4f16')])
  const models = await listModels(folder)
  expect(models.map(({ quantisation }) => quantisation)).toEqual(['q4', 'q4f16'])
  for (const model of models) expect(await verifyModel(model, never)).toMatchObject({ state: 'whole' })
  expect(findModel(models, alias, catalogue)?.quantisation).toBe('q4')
})

it('takes any repository, by the name that people see, in either format', async () => {
  const gguf = Buffer.alloc(20_000, 'GGUF')
  const repository = 'some-one/Their-Model-GGUF'
  const named = {
    'Their-Model-Q4_K_M.gguf': gguf,
    'Their-Model-Q4_K.gguf': Buffer.alloc(10_000),
    'mmproj-Their-Model-Q8_0.gguf': Buffer.alloc(10_000),
    'Their-Model-Q8_0-00001-of-00002.gguf': Buffer.alloc(2_000, 1),
    'Their-Model-Q8_0-00002-of-00002.gguf': Buffer.alloc(2_000, 2),
    'BF16/Their-Model-BF16-00001-of-00002.gguf': Buffer.alloc(3_000, 1),
    'BF16/Their-Model-BF16-00002-of-00002.gguf': Buffer.alloc(3_000, 2),
  }
  const hub = await hubThat({ repository, files: named })
  const folder = newFolder()
  const usual = await pull(hub, folder, {}, repository)
  expect(usual).toMatchObject({ id: 'some-one--Their-Model-GGUF@q4_k_m' })
  expect(readdirSync(usual.folder).sort()).toEqual(['Their-Model-Q4_K_M.gguf', 'model.json'])
  const inParts = await pull(hub, folder, {}, `${repository}:q8_0`)
  expect(readdirSync(inParts.folder)).toHaveLength(3)
  const inFolder = await pull(hub, folder, {}, `${repository}:bf16`)
  expect(readdirSync(inFolder.folder).sort()).toEqual([
    'Their-Model-BF16-00001-of-00002.gguf',
    'Their-Model-BF16-00002-of-00002.gguf',
    'model.json',
  ])
  const [placed] = (await listModels(folder)).filter(({ id }) => id.endsWith('@bf16'))
  expect(placed).toMatchObject({ format: 'gguf', bytes: 6_000 })
  expect(await verifyModel(placed!, never)).toMatchObject({ state: 'whole' })
  await expect(pull(hub, folder, {}, `${repository}:q2_k`)).rejects.toThrow(
    'has no q2_k; it has Their-Model-Q4_K_M',
  )

  const models = await listModels(folder)
  expect(models.map(({ name, quantisation }) => [name, quantisation])).toEqual([
    [repository, 'bf16'],
    [repository, 'q4_k_m'],
    [repository, 'q8_0'],
  ])
  expect(findModel(models, `${repository}:q8_0`, catalogue)?.folder).toBe(inParts.folder)
  expect(() => findModel(models, repository, catalogue)).toThrow(
    `${repository}:bf16, ${repository}:q4_k_m, ${repository}:q8_0`,
  )
})

it('says what a repository has where it has not what was asked, and what it lacks to be served', async () => {
  const { 'onnx/model_q4.onnx': _, ...without } = files
  await expect(pull(await hubThat({ files: without }), newFolder())).rejects.toThrow(
    'has no onnx/model_q4.onnx; it has onnx/model_q4f16.onnx, onnx/model.onnx',
  )
  const { 'tokenizer.json': __, ...mute } = files
  await expect(pull(await hubThat({ files: mute }), newFolder())).rejects.toThrow('has no tokenizer.json')
})

it('lists, verifies and removes what is here', async () => {
  const folder = newFolder()
  await pull(await hubThat(), folder)
  const [model] = await listModels(folder)
  expect(model).toMatchObject({ id: 'smollm2-135m@q4', name: alias, format: 'onnx', linkedTo: null })
  expect(await verifyModel(model!, never)).toMatchObject({ state: 'whole' })

  writeFileSync(join(model!.folder, 'config.json'), '{}')
  rmSync(join(model!.folder, 'tokenizer.json'))
  const { state, files: checked } = await verifyModel(model!, never)
  expect(state).toBe('damaged')
  expect(checked.filter((file) => file.state !== 'whole')).toEqual([
    { path: 'config.json', state: 'damaged' },
    { path: 'tokenizer.json', state: 'missing' },
  ])
  await removeModel(folder, model!)
  expect(await isEmpty(folder)).toBe(true)
})

it("links a folder or a file of one's own without a copy, and leaves it alone when it is removed", async () => {
  const own = join(newFolder(), 'my model')
  mkdirSync(join(own, 'onnx'), { recursive: true })
  writeFileSync(join(own, 'onnx', 'model_q4.onnx'), weights)
  writeFileSync(join(own, 'tiny.gguf'), 'GGUF')
  const folder = newFolder()
  const hub = await hubThat()
  expect(await pull(hub, folder, {}, own)).toMatchObject({ type: 'linked', id: 'my-model@linked' })
  expect(await pull(hub, folder, {}, join(own, 'tiny.gguf'))).toMatchObject({ id: 'tiny@linked' })
  await expect(pull(hub, folder, {}, own)).rejects.toThrow('already')
  await expect(pull(hub, folder, {}, join(own, 'onnx'))).rejects.toThrow('holds no model')
  await expect(pull(hub, folder, {}, './no/such')).rejects.toThrow('nothing at ./no/such')
  expect(hub.requests).toEqual([])

  const models = await listModels(folder)
  expect(models.map(({ name, format, bytes }) => [name, format, bytes])).toEqual([
    ['my-model', 'onnx', weights.byteLength],
    ['tiny', 'gguf', 4],
  ])
  expect(await verifyModel(models[0]!, never)).toMatchObject({ state: 'unknown' })
  for (const model of models) await removeModel(folder, model)
  expect(await listModels(folder)).toEqual([])
  expect(existsSync(join(own, 'onnx', 'model_q4.onnx')) && existsSync(join(own, 'tiny.gguf'))).toBe(true)
})
