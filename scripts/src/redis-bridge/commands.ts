/**
 * What may be asked over the bridge: a JSON list of words that is one command, and none that would tie up the one
 * connection all callers share, change its state, or govern the server.
 */
import type { Command } from './resp.ts'

/** A command, or why it is none; the words of a command are in no message. */
export function readCommand(given: unknown): Command | string {
  if (!Array.isArray(given) || given.length === 0 || !given.every(isWord)) {
    return 'ERR a command is a list of strings, numbers and booleans'
  }
  const command = given.map(String)
  const name = (command[0] ?? '').toLowerCase()
  const blocks = /^xread(?:group)?$/.test(name) && command.some((word) => word.toLowerCase() === 'block')
  if (blocks || refused.has(name)) return 'ERR this command is not available over REST'
  return command
}

export function readCommands(given: unknown): readonly Command[] | string {
  if (!Array.isArray(given) || given.length === 0) return 'ERR a pipeline is a list of commands'
  const commands = given.map(readCommand)
  return commands.find((command) => typeof command === 'string') ?? (commands as readonly Command[])
}

function isWord(word: unknown): boolean {
  return typeof word === 'string' || typeof word === 'number' || typeof word === 'boolean'
}

const refused: ReadonlySet<string> = new Set([
  ...['multi', 'exec', 'discard', 'watch', 'unwatch'],
  ...['subscribe', 'psubscribe', 'ssubscribe', 'unsubscribe', 'punsubscribe', 'sunsubscribe', 'monitor'],
  ...['auth', 'hello', 'select', 'client', 'reset', 'quit', 'asking', 'readonly', 'readwrite'],
  ...[
    'blpop',
    'brpop',
    'brpoplpush',
    'blmove',
    'blmpop',
    'bzpopmin',
    'bzpopmax',
    'bzmpop',
    'wait',
    'waitaof',
  ],
  ...['acl', 'cluster', 'config', 'debug', 'failover', 'latency', 'migrate', 'module', 'shutdown', 'slowlog'],
  ...['replicaof', 'slaveof', 'psync', 'sync', 'replconf', 'save', 'bgsave', 'bgrewriteaof', 'swapdb'],
])
