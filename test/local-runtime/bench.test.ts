/** The bench of the engines, whole, on a model that loads in a moment: its figures mean nothing here, but all must be there. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../scripts/src/bench/main.ts', import.meta.url))
const flags = ['--dimensions', 'small', '--rounds', '1', '--seconds', '0.1', '--json']

const bench = (...args: readonly string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, ['--conditions=source', main, ...args])

it('measures both of our engines beside what they stand on, and prints nothing but its JSON', async () => {
  const { stdout } = await bench('local', ...flags)
  const { bench: name, figures, failures, rows } = JSON.parse(stdout)
  expect(name).toBe('local')
  expect(failures).toEqual([])
  expect(Object.keys(figures).sort()).toEqual([
    'batch4_over_llama_batch4',
    'decode_over_llama',
    'decode_over_ort',
    'decode_over_roofline',
    'ort_over_transformers_1000',
    'overhead_ms_per_request',
    'prefill_over_llama',
    'prefill_over_ort',
    'ttft_cached_over_cold',
  ])
  for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true)
  const engines = rows.filter(({ kind }: { readonly kind: string }) => kind === 'engine')
  expect(engines.map(({ target }: { readonly target: string }) => target)).toEqual([
    'nearside llama',
    'node-llama-cpp',
    'nearside onnx',
    'onnxruntime-node',
    'transformers.js',
  ])
})

it('refuses dimensions that it does not know', async () => {
  await expect(bench('local', '--dimensions', '70b')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--dimensions is 3b or small'),
  })
})
