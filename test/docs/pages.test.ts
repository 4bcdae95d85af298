/** The pages for readers say what is so: code is an example's own, links lead somewhere, and names are names of something. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEntries } from '../../scripts/src/reference/read-entries.ts'
import { root } from '../../scripts/src/workerd/repository.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = [
  'README.md',
  'workers/README.md',
  'examples/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** An example without the comment that it opens with. */
const bodyOf = (path: string): string => read(path).replace(/^\/\*\*.*?\*\/\n/s, '')

describe.each(pages)('%s', (page) => {
  const text = read(page)

  it('has no code but what stands in the example that it names last', () => {
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)]
    for (const block of blocks) {
      const before = text.slice(0, block.index)
      const example = [...before.matchAll(/\((?:\.\.\/)?(examples\/[\w-]+\.ts)\)/g)].at(-1)?.[1]
      expect(example, `no example is named before: ${block[1]}`).toBeDefined()
      expect(read(example ?? ''), `${page}, ${example}`).toContain(block[1])
    }
  })

  it('leads to files that are there, and to headings that they have', () => {
    for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      const [path = '', heading] = link.split('#')
      const target = path === '' ? page : normalize(join(dirname(page), path))
      expect(existsSync(join(root, target)), `${page} leads to ${link}`).toBe(true)
      if (heading !== undefined)
        expect(headingsOf(read(target)), `${page} leads to ${link}`).toContain(heading)
    }
  })

  it('names variables and commands that there are', () => {
    const settings = readEntries(read('workers/src/env/settings.ts'), 'Settings').map(({ name }) => name)
    for (const [name] of text.matchAll(/\bNEARSIDE_[A-Z_]*[A-Z]\b/g)) {
      if (/^NEARSIDE_RUNTIME_/.test(name)) continue
      // What examples/openai-client.ts reads.
      if (name === 'NEARSIDE_URL' || name === 'NEARSIDE_KEY') continue
      expect(settings, page).toContain(name)
    }
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    for (const [, name = ''] of text.matchAll(/\bnpm run (?:--silent )?([a-z:]+)/g))
      expect(Object.keys(scripts), page).toContain(name)
    for (const [, name = ''] of text.matchAll(/\bnpm run example ([a-z-]+)/g))
      expect(existsSync(join(root, `examples/${name}.ts`)), name).toBe(true)
  })
})

it('names no metric that is not kept', () => {
  const kept = [
    'metrics/metrics.ts',
    'fleet/nodes-text.ts',
    'quality/quality-book.ts',
    'quality/shared-verdicts.ts',
    'telemetry/telemetry.ts',
  ]
    .map((file) => read(`workers/src/${file}`))
    .join('')
  const named = [...read('docs/operate.md').matchAll(/`(nearside_[a-z_]+)/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(5)
  for (const name of named) expect(kept).toMatch(new RegExp(`(?:'${name}'|\\b${name}:)`))
})

it.each(['README.md', 'workers/README.md', 'docs/mount.md'])('%s shows the mounted app whole', (page) => {
  expect(read(page)).toContain(`\`\`\`ts\n${bodyOf('examples/mount.ts')}\`\`\``)
})

it('lists every example, and every page', () => {
  for (const name of readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts')))
    if (!/^(?:run|examples\.test)\.ts$/.test(name))
      expect(read('examples/README.md')).toContain(`\`${name}\``)
  for (const page of pages.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md'))
    expect(read('docs/README.md')).toContain(`(${page.slice('docs/'.length)})`)
})

/** As GitHub makes them of headings. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  )
}
