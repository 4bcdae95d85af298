/**
 * How many threads are fastest, tried out. Decoding is bound by memory, which few cores saturate, and on a busy machine each
 * further thread waits for the slowest: visible cores are a poor guess. More threads are taken only where they win clearly, for
 * those that win nothing take the cores of everything else.
 */
export type Calibration = { readonly threads: number; readonly why: string }

/** What a further step must win. */
const clearly = 1.1

export async function fastestThreads(
  most: number,
  speedWith: (threads: number) => Promise<number>,
  { unit }: { readonly unit: string } = { unit: 'tokens a second' },
): Promise<Calibration> {
  let best = { threads: 1, speed: await speedWith(1) }
  const tried = [`1: ${best.speed.toFixed(1)}`]
  for (let threads = 2; threads <= most; threads *= 2) {
    const speed = await speedWith(threads)
    tried.push(`${threads}: ${speed.toFixed(1)}`)
    if (speed < best.speed * clearly) break
    best = { threads, speed }
  }
  return { threads: best.threads, why: `tried at the load (${unit} with ${tried.join(', ')})` }
}
