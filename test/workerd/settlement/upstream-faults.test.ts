/** The whole list of what an upstream may do, against the charge that each of it brings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultName, type FaultSettings, faultNames, faults } from '../../doubles/faults.ts'
import { startFrontier } from '../../doubles/frontier.ts'
import { askRaw, question, streamed } from '../place/asking.ts'
import { type Carriage, carriages } from '../place/carriages.ts'
import { type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type Closing, type Expected, expectClosed, whenClosed } from './closed.ts'

type Way = 'read' | 'native' | 'whole'

const wayOf = (carriage: Carriage): Way =>
  carriage.name === 'native' ? 'native' : carriage.stream ? 'read' : 'whole'

/** The same in each way, or by the way: read here, passed natively, or whole. */
type Row = Omit<Expected, 'closings'> & {
  readonly each: readonly Closing[] | { readonly [way in Way]: readonly Closing[] }
}

const same = (each: readonly Closing[], cost?: number): Row => ({
  each,
  ...(cost === undefined ? {} : { cost }),
})
const by = (read: readonly Closing[], native: readonly Closing[], whole: readonly Closing[]): Row => ({
  each: { read, native, whole },
})

/** An attempt that fails before the first byte is made twice. */
const rows: { readonly [name in FaultName]?: Row } = {
  'no-usage': { each: ['estimated'], visible: 8 },
  'zero-usage': same(['usage'], 0),
  'usage-over-limit': same(['usage'], 1_000_000 * 1_000 + 250_000 * 4_000),
  'token-details': same(['usage'], 128 * 1_000 + 1_920 * 500 + 640 * 4_000),
  status: same(['released']),
  'refused-before-headers': same(['held', 'held']),
  'end-without-done': by(['estimated'], ['estimated'], ['held', 'held']),
  'malformed-json': by(['held', 'held'], ['estimated'], ['held', 'held']),
  'error-event': by(['estimated'], ['estimated'], ['held', 'held']),
  'wrong-content-type': same(['held']),
  'no-content': same(['released']),
  'hang-before-headers': same(['held']),
  'hang-after-headers': same(['held']),
  'hang-mid-stream': by(['estimated'], ['held'], ['held']),
  redirect: same(['released']),
  'endless-drip': by(['estimated'], ['held'], ['held']),
  'echoed-secrets': same(['released']),
}
/** Where the gateway is when it happens is the network's choice; each of these has a test of its own, on its cue. */
const onCue: readonly FaultName[] = ['cut', 'reset']
/** Whether it is an answer at all differs by platform, and by way. */
const byPlatform: readonly FaultName[] = [
  'encoding-lie',
  'enormous-headers',
  'malformed-chunk',
  'endless-body',
]

const known = faultNames.filter((name) => !onCue.includes(name) && !byPlatform.includes(name))
const table = known.flatMap((fault) =>
  carriages.map((carriage) => ({ fault, carriage, name: carriage.name })),
)

describe.each(placeNames)('what an upstream may do behind %s', (name) => {
  let place: Place
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())

  async function served(
    fault: FaultName,
    carriage: Carriage,
    more: FaultSettings,
    settings: Partial<GatewaySettings>,
  ) {
    await using frontier = await startFrontier()
    frontier.always({ fault, ...more })
    const gateway = place.open({ frontier: [frontier], ...carriage.settings, ...settings })
    const client = await askRaw(gateway, carriage.stream ? streamed : question)
    const { status } = await client.response()
    client.hangUp()
    return { gateway, status, asked: frontier.requests.length }
  }

  describe.concurrent('is charged as its table says', () => {
    it.each(table)('TRUST 6: $fault, $name', async ({ fault, carriage }) => {
      const row = rows[fault] ?? same(['usage'])
      const closings = 'read' in row.each ? row.each[wayOf(carriage)] : row.each
      const deadlines = isEndless(fault) ? { firstTokenMs: 2_500, idleMs: 1_000, totalMs: 3_000 } : {}
      const { gateway } = await served(fault, carriage, { delayMs: 2 }, { deadlines })
      await expectClosed(gateway, `${fault}, ${carriage.name}`, { ...row, closings })
    })
  })

  it.each([400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529])(
    'TRUST 6: a refusal with %i costs nothing, however often it was asked',
    async (status) => {
      for (const carriage of carriages) {
        const { gateway, asked } = await served('status', carriage, { status }, {})
        const passing = [408, 409, 429].includes(status) || status >= 500
        expect(asked).toBe(passing ? 2 : 1)
        await expectClosed(gateway, `${status}, ${carriage.name}`, { closings: ['released'] })
      }
    },
  )

  it('TRUST 6: what differs by platform closes each hold once all the same', async () => {
    for (const fault of byPlatform) {
      for (const carriage of carriages) {
        // Natively nobody counts the bytes of an answer without end; the total deadline is what ends it.
        if (fault === 'endless-body' && carriage.name === 'native') continue
        const { gateway } = await served(fault, carriage, {}, { deadlines: { totalMs: 2_000 } })
        const { calls, balance, records } = await whenClosed(gateway)
        const closed = calls.filter((call) => call.verb === 'settle' || call.verb === 'release')
        expect(new Set(closed.map((call) => call.hold)).size, `${fault}, ${carriage.name}`).toBe(
          closed.length,
        )
        expect(balance).toMatchObject({ reserved: 0, expired: 0, settled: records[0]?.charge?.amount })
      }
    }
  })
})

/** What ends by a deadline of ours alone. */
function isEndless(fault: FaultName): boolean {
  return faults[fault].kind === 'silent' || fault === 'endless-drip'
}
