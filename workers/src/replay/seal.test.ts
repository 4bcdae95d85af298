import { expect, it } from 'vitest'
import { openSeal } from './seal.ts'

const secret = 'a secret of thirty-two characters or more'

it('opens what it has sealed, of any length and script', async () => {
  const seal = await openSeal(secret, 'acme')
  const name = await seal.name('key')
  for (const text of ['', 'größer als 日本 🎈', 'x'.repeat(200_000)]) {
    expect(await (await openSeal(secret, 'acme')).open(name, await seal.close(name, text))).toBe(text)
  }
})

it('shows nothing of the text, and no two seals of one text alike', async () => {
  const seal = await openSeal(secret, 'acme')
  const name = await seal.name('key')
  const [one, two] = await Promise.all([seal.close(name, 'canary-text'), seal.close(name, 'canary-text')])
  expect(one).not.toBe(two)
  expect(atob(one)).not.toContain('canary')
})

it('does not open another tenant’s answer, one of another key, another secret, or a changed one', async () => {
  const seal = await openSeal(secret, 'acme')
  const name = await seal.name('key')
  const sealed = await seal.close(name, 'answer')
  const failed = { code: 'store-failed' }
  await expect((await openSeal(secret, 'other')).open(name, sealed)).rejects.toMatchObject(failed)
  await expect((await openSeal(`${secret}!`, 'acme')).open(name, sealed)).rejects.toMatchObject(failed)
  await expect(seal.open(await seal.name('key 2'), sealed)).rejects.toMatchObject(failed)
  const changed = `${sealed.slice(0, -4)}${sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
  for (const bad of [changed, '', 'AAAA', 'no base64!']) {
    await expect(seal.open(name, bad)).rejects.toMatchObject(failed)
  }
})

it('names one key differently for each tenant, and never as a body of the same text', async () => {
  const acme = await openSeal(secret, 'acme')
  const other = await openSeal(secret, 'other')
  const named = await Promise.all([acme.name('k'), other.name('k'), acme.digest('k'), other.digest('k')])
  expect(new Set(named).size).toBe(4)
  for (const word of named) expect(word).toMatch(/^[0-9a-f]{64}$/)
  expect(await (await openSeal(secret, 'acme')).name('k')).toBe(named[0])
})

it('refuses a secret that could be guessed', async () => {
  await expect(openSeal('short', 'acme')).rejects.toMatchObject({ code: 'bad-options', param: 'secret' })
})
