import { describe, expect, it } from 'vitest'
import { checkDirections } from './directions.ts'

const drawn: Readonly<Record<string, string>> = {
  'shared/README.md': 'It imports no other package.',
  'workers/README.md': 'workers ──▶ shared',
  'local-runtime/README.md': 'local-runtime ──▶ shared',
  'scripts/README.md': 'scripts ──▶ shared, workers, local-runtime',
  'workers/src/README.md': 'run ──▶ tiers\nmiddleware ──▶ run',
  'workers/src/run/README.md': 'run ──▶ tiers',
  'workers/src/tiers/README.md': 'It imports only the core.',
  'workers/src/tiers/tier.ts': "import type { Zone } from '@nearside/core'",
  'workers/src/run/run.ts': "import { tier } from '../tiers/tier.ts'",
  'workers/src/middleware.ts': "import { run } from './run/run.ts'",
}
const check = (given: Readonly<Record<string, string | null>>) => {
  const tree = Object.entries({ ...drawn, ...given }).flatMap(([path, text]) =>
    text === null ? [] : [[path, text] as const],
  )
  return checkDirections(new Map(tree)).map(({ file, line, says }) => `${file}:${line} ${says}`)
}

it('is content with imports along the arrows', () => {
  expect(check({})).toEqual([])
})

describe('between packages', () => {
  it('names an import that no arrow shows', () => {
    expect(
      check({ 'workers/src/tiers/tier.ts': "\nimport { serve } from '@nearside/local-runtime'" }),
    ).toEqual([
      'workers/src/tiers/tier.ts:2 imports local-runtime, but workers/README.md draws no workers ──▶ local-runtime',
    ])
  })

  it('refuses an arrow that the design forbids, whoever draws it', () => {
    expect(check({ 'workers/README.md': 'workers ──▶ shared, scripts' })).toEqual([
      'workers/README.md:1 workers may import shared, not scripts',
    ])
    expect(check({ 'shared/README.md': 'shared ──▶ workers' })).toEqual([
      'shared/README.md:1 shared may import no package, not workers',
    ])
  })

  it('wants a package imported by its name, not by a path into it', () => {
    expect(check({ 'workers/src/tiers/tier.ts': "import { a } from '../../../shared/src/a.ts'" })).toEqual([
      "workers/src/tiers/tier.ts:1 import a package by its name, not '../../../shared/src/a.ts'",
    ])
  })

  it('holds tests to the same, and sees dynamic imports and deep ones', () => {
    const found = check({
      'workers/src/run/run.test.ts': "const it = await import('@nearside/cli/deep')",
    })
    expect(found).toEqual([
      'workers/src/run/run.test.ts:1 imports scripts, but workers/README.md draws no workers ──▶ scripts',
    ])
  })

  it('takes no comment and no message for an import', () => {
    expect(check({ 'workers/src/tiers/tier.ts': 'const a = "import b from \'@nearside/cli\'"' })).toEqual([])
    expect(
      check({ 'workers/src/tiers/tier.ts': "// from '@nearside/cli'\n/* import '@nearside/cli' */" }),
    ).toEqual([])
  })
})

describe('between folders', () => {
  it('names an import against the arrows', () => {
    expect(check({ 'workers/src/tiers/tier.ts': "import { run } from '../run/run.ts'" })).toEqual([
      'workers/src/tiers/tier.ts:1 imports run, but workers/src/README.md draws no tiers ──▶ run',
      'workers/src/tiers/tier.ts:1 imports run, but workers/src/tiers/README.md says that tiers does not',
    ])
  })

  it('lets the package index list what it promises, and tests import what they test with', () => {
    expect(check({ 'workers/src/index.ts': "export { tier } from './tiers/tier.ts'" })).toEqual([])
    expect(check({ 'workers/src/tiers/tier.test.ts': "import { run } from '../run/run.ts'" })).toEqual([])
  })

  it('wants a README in every folder, with its arrows or words that say there are none', () => {
    expect(check({ 'workers/src/tiers/README.md': null })).toEqual([
      'workers/src/tiers/README.md:1 is missing: what the folder is for, and its arrows',
    ])
    expect(check({ 'workers/src/tiers/README.md': '# tiers' })).toEqual([
      'workers/src/tiers/README.md:1 lacks its arrows: a line "    tiers ──▶ …", or the words "It imports nothing."',
    ])
    expect(check({ 'workers/README.md': null })).toContain(
      'workers/README.md:1 is missing: it draws what workers imports',
    )
  })

  it('wants arrows to name what is there, and to make no circle', () => {
    expect(check({ 'workers/src/README.md': 'run ──▶ tiers\nmiddleware ──▶ run, gone' })).toEqual([
      'workers/src/README.md:2 draws middleware ──▶ gone, but gone is not there',
    ])
    expect(check({ 'workers/src/README.md': 'run ──▶ tiers\ntiers ──▶ run\nmiddleware ──▶ run' })).toEqual([
      'workers/src/README.md:1 draws a circle: run ──▶ tiers ──▶ run',
    ])
  })

  it('holds folders inside folders to their own README, and files that have arrows drawn there', () => {
    const deep = {
      'workers/src/tiers/deep/README.md': 'It imports nothing.',
      'workers/src/tiers/deep/deep.ts': "import { tier } from '../tier.ts'",
    }
    expect(check(deep)).toEqual([
      'workers/src/tiers/deep/deep.ts:1 imports tier, but workers/src/tiers/README.md draws no deep ──▶ tier',
      'workers/src/tiers/deep/deep.ts:1 imports tier, but workers/src/tiers/deep/README.md says that deep does not',
    ])
    const files = {
      'workers/src/tiers/README.md': 'tier ──▶ local',
      'workers/src/tiers/local.ts': '',
      'workers/src/tiers/frontier.ts': '',
      'workers/src/tiers/tier.ts': "import './local.ts'\nimport './frontier.ts'",
    }
    expect(check(files)).toEqual([
      'workers/src/tiers/tier.ts:2 imports frontier, but workers/src/tiers/README.md draws no tier ──▶ frontier',
    ])
  })
})
