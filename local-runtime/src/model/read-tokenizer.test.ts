import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readTokenizer } from './read-tokenizer.ts'

function folderWith(tokenizer: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenizer-'))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
  return folder
}

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes)

it('reads byte-level BPE', async () => {
  const table = await readTokenizer(
    folderWith({
      added_tokens: [
        { id: 3, content: '<|eot_id|>', special: true },
        { id: 4, content: '\n\n' },
      ],
      decoder: { type: 'ByteLevel' },
      model: { vocab: { Ġthe: 0, ð: 1, Ł: 2 } },
    }),
  )
  expect(text(table.bytesOf(0))).toBe(' the')
  expect([...table.bytesOf(1)!]).toEqual([0xf0])
  expect([...table.bytesOf(2)!]).toEqual([0x9f])
  expect(table.bytesOf(3)).toBeNull()
  expect(text(table.bytesOf(4))).toBe('\n\n')
  expect(table).toMatchObject({ controls: ['<|eot_id|>'], longestTokenBytes: 10, leadingSpace: false })
})

it('takes the marks of calls for text, though a conversation may still not spell them', async () => {
  const folder = folderWith({
    added_tokens: ['<|end|>', '<|tool_call|>'].map((content, id) => ({ id, content, special: true })),
    decoder: { type: 'ByteLevel' },
    model: { vocab: {} },
  })
  const table = await readTokenizer(folder, ['<|tool_call|>', '<|/tool_call|>'])
  expect([0, 1].map((id) => text(table.bytesOf(id)))).toEqual([null, '<|tool_call|>'])
  expect(table.controls).toEqual(['<|end|>', '<|tool_call|>'])
})

it('reads SentencePiece', async () => {
  const decoders = [{ type: 'Replace' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip' }]
  const table = await readTokenizer(
    folderWith({ decoder: { type: 'Sequence', decoders }, model: { vocab: { '▁the': 0, '<0xE2>': 1 } } }),
  )
  expect(text(table.bytesOf(0))).toBe(' the')
  expect([...table.bytesOf(1)!]).toEqual([0xe2])
  expect(table.leadingSpace).toBe(true)

  const unigram = folderWith({ decoder: { type: 'Metaspace' }, model: { vocab: [['▁a', -1.5]] } })
  expect(text((await readTokenizer(unigram)).bytesOf(0))).toBe(' a')
})

it('refuses spellings it does not know', async () => {
  const folder = folderWith({ decoder: { type: 'WordPiece' }, model: { vocab: { a: 0 } } })
  await expect(readTokenizer(folder)).rejects.toThrow('WordPiece')
})
