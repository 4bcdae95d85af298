/** Modules of the bench that run in processes of their own, and what these say. */
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The file of a module beside another, in that one's language: TypeScript in the source, JavaScript once built. */
export function moduleFile(name: string, from: string): string {
  return fileURLToPath(new URL(`${name}.${from.endsWith('.ts') ? 'ts' : 'js'}`, from))
}

/** What the child says next. A child that ends instead is a failure. */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a process of the bench ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })
}
