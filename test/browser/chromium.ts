/**
 * A Chromium without a window, spoken to by its DevTools protocol over Node's own WebSocket: no driver is installed for it.
 *
 * It runs with a profile of its own that is gone with the process, and asks nobody on the network.
 */
import type { ChildProcess } from 'node:child_process'
import { start, stop } from '../../scripts/src/workerd/processes.ts'
import { temporaryFolder } from '../../scripts/src/workerd/temporary-folder.ts'

export type Look = { readonly width: number; readonly height: number; readonly scheme: 'light' | 'dark' }

export type Page = {
  /** Shows the page at this size, from the beginning. */
  show(url: string, look: Look): Promise<void>
  /** What an expression comes to, as JSON. */
  ask<Value>(expression: string): Promise<Value>
  /** The whole page, however long, as PNG. */
  picture(): Promise<Buffer>
}

export type Chromium = Page & { close(): Promise<void> }

type Reply = {
  readonly id?: number
  readonly method?: string
  readonly sessionId?: string
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
]

export async function openChromium(program: string): Promise<Chromium> {
  const browser = start(program, [...flags, `--user-data-dir=${temporaryFolder('chromium')}`, 'about:blank'])
  const socket = new WebSocket(await addressOf(browser))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', () => reject(new Error('Chromium does not listen.')), { once: true })
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  const events = new Map<string, () => void>()
  let sent = 0
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply)
    else events.get(reply.method ?? '')?.()
  })
  async function call(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++sent
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
    })
    waiting.delete(id)
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`)
    return { ...reply.result }
  }
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true })
  const inPage = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    call(method, params, String(sessionId))
  await inPage('Page.enable')
  return {
    async show(url, { width, height, scheme }) {
      await inPage('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      })
      await inPage('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      })
      const loaded = new Promise<void>((resolve) => events.set('Page.loadEventFired', resolve))
      await inPage('Page.navigate', { url })
      await loaded
    },
    async ask<Value>(expression: string): Promise<Value> {
      const told = await inPage('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
      if (told.exceptionDetails !== undefined) throw new Error(JSON.stringify(told.exceptionDetails))
      return (told.result as { readonly value: Value }).value
    },
    async picture() {
      const { data } = await inPage('Page.captureScreenshot', { captureBeyondViewport: true, format: 'png' })
      return Buffer.from(String(data), 'base64')
    },
    async close() {
      socket.close()
      await stop(browser)
    },
  }
}

/** Chromium says where it listens on standard error. */
function addressOf(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    browser.once('error', reject)
    browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${said.slice(-500)}`)))
    browser.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8')
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}
