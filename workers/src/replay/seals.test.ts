import { expect, it } from 'vitest'
import { openSeals } from './seals.ts'

it('makes each tenant’s seal once, and forgets them only where one more would be too many', async () => {
  const sealOf = openSeals('a secret of thirty-two characters or more')
  const first = await sealOf('tenant-0')
  for (let n = 1; n < 1_000; n++) await sealOf(`tenant-${n}`)
  await sealOf('tenant-999')
  expect(await sealOf('tenant-0')).toBe(first)
  await sealOf('tenant-1000')
  expect(await sealOf('tenant-0')).not.toBe(first)
})
