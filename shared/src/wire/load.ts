/**
 * A node's load as one header: `queue=3;slots=1/2;kv=.4;memory=.8;tps=12`.
 *
 * It is a hint from a machine that may be broken or hostile, so reading is bounded and a text that is not
 * whole and within its ranges counts as no word at all. Fields that a newer node adds are passed over.
 */
export type NodeLoad = {
  /** Requests that wait for a slot. */
  readonly queue: number
  readonly slotsBusy: number
  readonly slots: number
  /** The part of the key-value cache that is in use, from 0 to 1. */
  readonly kv: number | null
  /** The part of the memory allowed to the node that is in use, from 0 to 1. */
  readonly memory: number | null
  readonly tokensPerSecond: number | null
}

export function writeLoad(load: NodeLoad): string {
  const parts = [`queue=${load.queue}`, `slots=${load.slotsBusy}/${load.slots}`]
  if (load.kv !== null) parts.push(`kv=${short(load.kv, 2)}`)
  if (load.memory !== null) parts.push(`memory=${short(load.memory, 2)}`)
  if (load.tokensPerSecond !== null) parts.push(`tps=${short(load.tokensPerSecond, 1)}`)
  return parts.join(';')
}

export function readLoad(text: string): NodeLoad | null {
  if (text.length > longestText) return null
  const fields = new Map<string, string>()
  for (const part of text.split(';')) {
    const match = /^\s*([a-z][a-z0-9-]*)=([0-9./]{1,16})\s*$/.exec(part)
    if (match === null || fields.has(match[1]!)) return null
    fields.set(match[1]!, match[2]!)
  }

  const queue = number(fields.get('queue'), most.queue)
  const [busyText, slotsText, rest] = (fields.get('slots') ?? '').split('/')
  const slots = number(slotsText, most.slots)
  const slotsBusy = number(busyText, most.slots)
  if (queue === null || slots === null || slotsBusy === null || rest !== undefined) return null
  if (![queue, slots, slotsBusy].every(Number.isInteger) || slots < 1 || slotsBusy > slots) return null

  const kv = number(fields.get('kv'), 1)
  const memory = number(fields.get('memory'), 1)
  const tokensPerSecond = number(fields.get('tps'), most.tokensPerSecond)
  if (fields.has('kv') && kv === null) return null
  if (fields.has('memory') && memory === null) return null
  if (fields.has('tps') && tokensPerSecond === null) return null
  return { queue, slotsBusy, slots, kv, memory, tokensPerSecond }
}

const longestText = 256
const most = { queue: 1_000_000, slots: 10_000, tokensPerSecond: 1_000_000 }

function number(text: string | undefined, max: number): number | null {
  if (text === undefined || !/^(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$/.test(text)) return null
  const value = Number(text)
  return value <= max ? value : null
}

function short(value: number, digits: number): string {
  return String(Number(value.toFixed(digits))).replace(/^0\./, '.')
}
