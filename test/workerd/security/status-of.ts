/** Sends bytes that need not be HTTP, and tells the status that came back: 0 where the connection was only closed. */
import { connect } from 'node:net'

const patienceMs = 3_000

export function statusOf(url: string, bytes: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
    let text = ''
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0))
    }
    const timer = setTimeout(end, patienceMs)
    socket.on('data', (part) => {
      text += part.toString('latin1')
      if (text.length >= 'HTTP/1.1 200'.length) end()
    })
    socket.on('error', () => {})
    socket.on('close', end)
    socket.write(Buffer.from(bytes, 'latin1'))
  })
}
