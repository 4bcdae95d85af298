/** One line that is written over as work goes on, for a person at a terminal; elsewhere nothing. */
export type Progress = {
  show(what: string, done: number, most: number, more?: string): void
  end(): void
}

const width = 24

export function progressLine(print: (text: string) => void, isTerminal: boolean): Progress {
  let shown = ''
  return {
    show(what, done, most, more = '') {
      if (!isTerminal) return
      const filled = Math.round((width * Math.min(done, most)) / Math.max(1, most))
      const line = `${what} [${'='.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${most} ${more}`
      if (line === shown) return
      print(`\r${line.padEnd(shown.length)}`)
      shown = line
    },
    end() {
      if (shown !== '') print('\n')
      shown = ''
    },
  }
}
