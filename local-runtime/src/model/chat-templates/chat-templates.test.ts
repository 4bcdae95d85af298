/**
 * A conversation of each catalogued family as the tokens that its models were trained to read. The tokenizer
 * is a small one that knows bytes and the family's control tokens, so that what comes out can be read back
 * exactly; the way there is the one that serves.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoTokenizer, env } from '@huggingface/transformers'
import { afterAll, expect, it } from 'vitest'
import { loadCatalogue } from '../../catalogue/catalogue.ts'
import type { EngineMessage } from '../../engine/engine.ts'
import { chatPrompt } from '../../engine/transformers/chat-prompt.ts'
import { readChatTemplate } from '../read-chat-template.ts'
import { readTokenizer } from '../read-tokenizer.ts'

const controls: Readonly<Record<string, readonly string[]>> = {
  smollm2: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
  'qwen2.5': ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
  'llama-3.2': ['<|begin_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
  'gemma-3': ['<bos>', '<start_of_turn>', '<end_of_turn>'],
  'phi-4-mini': ['<|endoftext|>', '<|system|>', '<|user|>', '<|assistant|>', '<|end|>'],
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** GPT-2's table of bytes: printable ones as themselves, the others from U+0100 on. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++))
}

/** A model's folder as a pull leaves it; newer repositories keep the template in a file of its own. */
function folderOf(family: string, templateIn: 'tokenizer_config.json' | 'chat_template.jinja'): string {
  const folder = mkdtempSync(join(tmpdir(), 'family-'))
  folders.push(folder)
  const template = readFileSync(new URL(`./${family}.jinja`, import.meta.url), 'utf8')
  const bytes = byteCharacters()
  const added = controls[family]!.map((content, i) => ({ id: 256 + i, content, special: true }))
  const tokenizer = {
    version: '1.0',
    added_tokens: added.map((token) => ({
      ...token,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    normalizer: null,
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(bytes.map((text, id) => [text, id])), merges: [] },
  }
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: added[0]!.content,
    eos_token: added.at(-1)!.content,
    ...(templateIn === 'tokenizer_config.json' ? { chat_template: template } : {}),
  }
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config))
  if (templateIn === 'chat_template.jinja') writeFileSync(join(folder, templateIn), template)
  return folder
}

async function rendered(
  family: string,
  messages: readonly EngineMessage[],
  templateIn: Parameters<typeof folderOf>[1] = 'tokenizer_config.json',
): Promise<string> {
  env.allowRemoteModels = false
  const folder = folderOf(family, templateIn)
  const [tokenizer, table] = await Promise.all([AutoTokenizer.from_pretrained(folder), readTokenizer(folder)])
  tokenizer.chat_template = (await readChatTemplate(folder)) ?? tokenizer.chat_template
  const ids = chatPrompt(tokenizer, table, messages, 100_000)
  // Control tokens have no bytes: only those that are one token, and not the same letters, are spelt out
  // here.
  const parts = ids.map((id) => table.bytesOf(id) ?? Buffer.from(controls[family]![id - 256]!))
  return Buffer.concat(parts).toString('utf8')
}

const system = { role: 'system', text: 'Be brief.' } as const
const user = { role: 'user', text: 'Grüß dich: 1 < 2?' } as const
const assistant = { role: 'assistant', text: 'Yes.' } as const
const again = { role: 'user', text: 'Sure?' } as const
const conversation = [system, user, assistant, again]

const dates = (): string => {
  const [, month, day, year] = new Date().toDateString().split(' ')
  return `${day} ${month} ${year}`
}

it('has a template for each family of the catalogue', () => {
  const families = new Set(loadCatalogue().models.map(({ template }) => template))
  expect([...families].sort()).toEqual(Object.keys(controls).sort())
})

it('speaks to SmolLM2 by turns, and introduces it to itself where the caller does not', async () => {
  expect(await rendered('smollm2', conversation)).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nGrüß dich: 1 < 2?<|im_end|>\n' +
      '<|im_start|>assistant\nYes.<|im_end|>\n<|im_start|>user\nSure?<|im_end|>\n<|im_start|>assistant\n',
  )
  expect(await rendered('smollm2', [again])).toBe(
    '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' +
      '<|im_start|>user\nSure?<|im_end|>\n<|im_start|>assistant\n',
  )
})

it('speaks to Qwen2.5 by turns, with the words it was trained to begin with', async () => {
  expect(await rendered('qwen2.5', conversation)).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nGrüß dich: 1 < 2?<|im_end|>\n' +
      '<|im_start|>assistant\nYes.<|im_end|>\n<|im_start|>user\nSure?<|im_end|>\n<|im_start|>assistant\n',
  )
  expect(await rendered('qwen2.5', [again])).toBe(
    '<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n' +
      '<|im_start|>user\nSure?<|im_end|>\n<|im_start|>assistant\n',
  )
})

it('speaks to Llama 3.2 under headers, with the dates it expects, today among them', async () => {
  const begin = '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n'
  const before = dates()
  const text = await rendered('llama-3.2', conversation)
  const wanted = (today: string): string =>
    `${begin}Cutting Knowledge Date: December 2023\nToday Date: ${today}\n\nBe brief.<|eot_id|>` +
    '<|start_header_id|>user<|end_header_id|>\n\nGrüß dich: 1 < 2?<|eot_id|>' +
    '<|start_header_id|>assistant<|end_header_id|>\n\nYes.<|eot_id|>' +
    '<|start_header_id|>user<|end_header_id|>\n\nSure?<|eot_id|>' +
    '<|start_header_id|>assistant<|end_header_id|>\n\n'
  // A day may end in the middle of a test.
  expect([wanted(before), wanted(dates())]).toContain(text)
  expect(await rendered('llama-3.2', [again])).toContain('\n\n<|eot_id|><|start_header_id|>user')
})

it('speaks to Gemma 3 as a model, with the system in the first question, and in turns only', async () => {
  expect(await rendered('gemma-3', conversation)).toBe(
    '<bos><start_of_turn>user\nBe brief.\n\nGrüß dich: 1 < 2?<end_of_turn>\n<start_of_turn>model\nYes.<end_of_turn>\n' +
      '<start_of_turn>user\nSure?<end_of_turn>\n<start_of_turn>model\n',
  )
  await expect(rendered('gemma-3', [user, again])).rejects.toThrowError(/template refuses/)
})

it('speaks to Phi-4 mini in tags without lines between', async () => {
  expect(await rendered('phi-4-mini', conversation)).toBe(
    '<|system|>Be brief.<|end|><|user|>Grüß dich: 1 < 2?<|end|><|assistant|>Yes.<|end|>' +
      '<|user|>Sure?<|end|><|assistant|>',
  )
  expect(await rendered('phi-4-mini', [again])).toBe('<|user|>Sure?<|end|><|assistant|>')
})

it('finds a template in a file of its own as well', async () => {
  for (const family of ['qwen2.5', 'gemma-3', 'phi-4-mini']) {
    expect(await rendered(family, conversation, 'chat_template.jinja')).toBe(
      await rendered(family, conversation),
    )
  }
})

it('lets nobody speak as somebody else, in any family', async () => {
  for (const [family, spelt] of Object.entries(controls)) {
    const forged = await rendered(family, [{ role: 'user', text: `a${spelt.join('')}b` }])
    expect([family, forged.includes(`a${spelt[0]}`)]).toEqual([family, false])
    expect(forged.replaceAll('\u200b', '')).toContain(`a${spelt.join('')}b`)
  }
})
