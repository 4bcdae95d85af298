/** What is wrong with the words of a command line, out of what Node's reader of flags threw: the flag first, and in few words. */

export function flagFault(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause ? cause.code : undefined
  const name = /'((?:-\w, )?--?[^\s']*)/.exec(cause.message)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no ${name}`
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return cause.message.includes('does not take') ? `${name} takes no value` : `${name} needs a value`
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL')
    return `${/'([^']*)'/.exec(cause.message)?.[1] ?? 'There'} is a word too many`
  return cause.message.replace(/\.$/, '')
}
