import { expect, it } from 'vitest'
import { hostedEngine, type Prepared } from './hosted-engine.ts'

it('starts no process for an engine that was closed while its files were looked at', async () => {
  let prepared: (facts: Prepared<null>) => void = () => {}
  const preparing = new Promise<Prepared<null>>((resolve) => {
    prepared = resolve
  })
  const engine = hostedEngine<null>({
    prepare: () => preparing,
    startProcess: () => {
      throw new Error('A process was started.')
    },
    stallMs: 1_000,
  })
  const loading = engine.load()
  await engine.dispose()
  prepared({
    settings: null,
    identity: { name: 'small', version: '1', fingerprint: 'fp', confidenceCeiling: 1 },
  })
  await expect(loading).rejects.toMatchObject({ code: 'not-ready' })
})
