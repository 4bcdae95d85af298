import { expect, it } from 'vitest'
import { emptyPaths } from './empty-paths.ts'

const at = (url: string) => ({ url, models: ['m'] })

it('names the variable whose address has no path, where calls would go, and what would be right', () => {
  const frontier = at('https://api.openai.com')
  expect(emptyPaths({ frontier })).toEqual([
    'NEARSIDE_FRONTIER_URL has no path, so calls go to https://api.openai.com/chat/completions; most APIs want https://api.openai.com/v1',
  ])
  expect(emptyPaths({ frontier: at('https://api.openai.com/') })).toEqual(emptyPaths({ frontier }))
})

it('says nothing of an address that has any path, for providers have theirs in many places', () => {
  for (const url of [
    'https://api.openai.com/v1',
    'https://api.example/openai',
    'https://api.example/v1beta/',
  ])
    expect(emptyPaths({ frontier: at(url), local: at(url) })).toEqual([])
  expect(emptyPaths({})).toEqual([])
})

it('looks at each node of a fleet', () => {
  const local = [at('http://127.0.0.1:8080/v1'), at('http://127.0.0.1:8081')]
  const said = emptyPaths({ local })
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('NEARSIDE_LOCAL_URL has no path')
  expect(said[0]).toContain('http://127.0.0.1:8081/v1')
})
