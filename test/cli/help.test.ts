/** What the two command lines say of themselves. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/src/workerd/repository.ts'

type Ended = { readonly ok: boolean; readonly out: string; readonly err: string }

function run(cli: string, words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=source', join(root, cli), ...words],
      (error, out, err) => resolve({ ok: error === null, out, err }),
    )
    child.stdin?.end()
  })
}

const nearside = (...words: readonly string[]) => run('scripts/src/cli.ts', words)
const runtime = (...words: readonly string[]) => run('local-runtime/src/cli.ts', words)

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { version: string }).version
}

describe('nearside', () => {
  it.each([[['help']], [['--help']], [['-h']], [[]]])('lists its commands on %j', async (words) => {
    const { ok, out } = await nearside(...words)
    expect(ok).toBe(true)
    for (const name of [
      'serve',
      'redis-bridge',
      'keys create',
      'budget show',
      'pack build',
      'tune',
      'replay',
    ])
      expect(out).toContain(`\n  ${name}`)
  })

  it.each([[['tune', '--help']], [['help', 'tune']], [['tune', '--tasks', 'none.jsonl', '-h']]])(
    'says of one command what it takes on %j',
    async (words) => {
      const { ok, out } = await nearside(...words)
      expect(ok).toBe(true)
      expect(out).toMatch(/^nearside tune --tasks FILE/)
      expect(out).not.toContain('redis-bridge')
    },
  )

  it('asks whether another command was meant', async () => {
    expect(await nearside('tnue')).toEqual({
      ok: false,
      out: '',
      err: 'nearside: There is no command tnue: did you mean tune?\n',
    })
    expect((await nearside('frobnicate')).err).toContain('`nearside help` lists them')
    expect(await nearside('help', 'frobnicate')).toMatchObject({ ok: false, out: '' })
  })

  it('says its version', async () => {
    expect((await nearside('--version')).out).toBe(`${versionOf('scripts')}\n`)
  })
})

describe('nearside-runtime', () => {
  it.each(['--help', '-h', 'help'])('lists its commands on %s', async (word) => {
    const { ok, out } = await runtime(word)
    expect(ok).toBe(true)
    for (const name of ['serve [MODEL]', 'pull MODEL', 'list', 'doctor']) expect(out).toContain(`\n  ${name}`)
  })

  it('says of one command what it takes', async () => {
    expect((await runtime('pull', '--help')).out).toMatch(
      /^nearside-runtime pull MODEL \[--models FOLDER\] \[--hub URL\]/,
    )
    expect((await runtime('help', 'serve')).out).toContain('--max-waiting')
  })

  it('takes what stands behind -- for a prompt and not for a question of help', async () => {
    const { ok, err } = await runtime('run', './no-such-model', '--', '--help')
    expect(ok).toBe(false)
    expect(err).toContain('no-such-model')
  })

  it('says its version', async () => {
    expect((await runtime('--version')).out).toBe(`${versionOf('local-runtime')}\n`)
  })
})
