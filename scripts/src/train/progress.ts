/** A bar for people who wait; where there is no terminal, a line for each step. */
export function progressBar(
  name: string,
  steps: number,
  say: (line: string) => void,
): (done: number) => void {
  return (done) => {
    const filled = Math.round((20 * done) / steps)
    say(`${name.padEnd(18)} [${'='.repeat(filled)}${' '.repeat(20 - filled)}] ${done}/${steps}`)
  }
}
