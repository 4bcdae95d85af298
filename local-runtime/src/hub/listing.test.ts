import { expect, it } from 'vitest'
import { isSafePath, nextPage, readCommit, readListing } from './listing.ts'
import { retryDelayMs } from './retry.ts'

it('reads the files of a tree with the hashes the hub knows', () => {
  const sha256 = 'a'.repeat(64)
  const gitSha1 = 'b'.repeat(40)
  const page = [
    { type: 'directory', path: 'onnx', oid: 'c'.repeat(40), size: 0 },
    { type: 'file', path: 'onnx/model.onnx', oid: 'd'.repeat(40), size: 134, lfs: { oid: sha256, size: 99 } },
    { type: 'file', path: 'config.json', oid: gitSha1, size: 7 },
  ]
  expect(readListing(JSON.stringify(page))).toEqual([
    { path: 'onnx/model.onnx', bytes: 99, sha256, gitSha1: null },
    { path: 'config.json', bytes: 7, sha256: null, gitSha1 },
  ])
})

it('refuses a listing in which one path leaves its folder or could be read as another', () => {
  const escapes = [
    '../x',
    'a/../../x',
    '/etc/passwd',
    'a//b',
    'C:/x',
    'a\\..\\x',
    'a/\u0000',
    'a/.',
    'a/b.',
    '',
  ]
  escapes.push('nul', 'aux.json', 'a\nb', 'x'.repeat(300), 'a:stream')
  for (const path of escapes) {
    expect([path, isSafePath(path)]).toEqual([path, false])
    const page = JSON.stringify([
      { type: 'file', path: 'config.json', size: 1 },
      { type: 'file', path, size: 1 },
    ])
    expect(() => readListing(page)).toThrow('no path inside a folder')
  }
  for (const path of [
    'model.onnx',
    '.gitattributes',
    'onnx/model_q4.onnx_data',
    'a b/ü.txt',
    'console.json',
  ]) {
    expect([path, isSafePath(path)]).toEqual([path, true])
  }
})

it('refuses what is no listing', () => {
  for (const text of ['', '{}', '[{"type":"file"}]', '[{"type":"file","path":"a","size":-1}]', '<html>']) {
    expect(() => readListing(text)).toThrow('cannot be read')
  }
  expect(() => readCommit('{"sha":"main"}')).toThrow('which commit')
  expect(readCommit(JSON.stringify({ sha: 'a'.repeat(40), id: 'x' }))).toBe('a'.repeat(40))
})

it('finds the next page of a listing', () => {
  expect(nextPage('<https://h/api?cursor=2>; rel="next"')).toBe('https://h/api?cursor=2')
  expect(nextPage('<https://h/api>; rel="last"')).toBeNull()
  expect(nextPage(null)).toBeNull()
})

it('waits longer each time, as long as it was told, and never without end', () => {
  expect([0, 1, 2, 3].map((attempt) => retryDelayMs(attempt, null, 1))).toEqual([500, 1_000, 2_000, 4_000])
  expect(retryDelayMs(0, null, 0)).toBe(250)
  expect(retryDelayMs(0, 7_000, 0.5)).toBe(7_000)
  expect(retryDelayMs(50, 9_999_000, 1)).toBe(30_000)
})
