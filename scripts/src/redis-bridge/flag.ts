/**
 * Takes Upstash's `allow-key-locking` off the first line of a script: Redis itself refuses a flag that it does not know.
 *
 * Without it the script has another digest. Which one is remembered as scripts come by, and only for the newest few: an
 * EVALSHA of one that is forgotten gets Redis' NOSCRIPT, as after a restart, and the caller sends the text.
 */
import { createHash } from 'node:crypto'
import type { Command } from './resp.ts'

const mostKnown = 1_000

export function openFlagRemover(): (command: Command) => Command {
  const digests = new Map<string, string>()

  function plain(script: string): string {
    const stripped = withoutFlag(script)
    if (stripped === script) return script
    digests.set(sha1(script), sha1(stripped))
    const [oldest] = digests.keys()
    if (digests.size > mostKnown && oldest !== undefined) digests.delete(oldest)
    return stripped
  }

  return (command) => {
    const [name = '', first = '', second = '', ...rest] = command
    switch (name.toLowerCase()) {
      case 'eval':
      case 'eval_ro':
        return command.length < 3 ? command : [name, plain(first), second, ...rest]
      case 'evalsha':
      case 'evalsha_ro':
        return command.length < 3
          ? command
          : [name, digests.get(first.toLowerCase()) ?? first, second, ...rest]
      case 'script':
        return first.toLowerCase() === 'load' && command.length === 3 ? [name, first, plain(second)] : command
      default:
        return command
    }
  }
}

/** A first line that says nothing else goes too: Redis before 7 knows no such line at all. */
function withoutFlag(script: string): string {
  const [line = ''] = script.split('\n', 1)
  const flags = /^#!lua\s.*?\bflags=(\S+)/.exec(line)?.[1]?.split(',')
  if (!flags?.includes('allow-key-locking')) return script
  const others = flags.filter((flag) => flag !== 'allow-key-locking')
  const rest = script.slice(line.length)
  return others.length === 0
    ? rest.slice(1)
    : `${line.replace(/flags=\S+/, `flags=${others.join(',')}`)}${rest}`
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
