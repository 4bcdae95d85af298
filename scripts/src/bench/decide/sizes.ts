/** What is uploaded: the classifier's file, and the standalone Worker with it, in megabytes of a million bytes. */
import { gzipSync } from 'node:zlib'
import { bundleWorker } from '../../workerd/bundle.ts'
import { readSettings } from '../../workerd/settings.ts'
import { round } from '../statistics.ts'
import type { Weights } from './served.ts'

export type Sizes = { readonly modelMb: number; readonly bundleMbGzip: number }

export async function measureSizes({ model }: Weights): Promise<Sizes> {
  const { modules } = await bundleWorker((await readSettings()).main, { minify: true })
  const bytes = Object.values(modules).reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
  return { modelMb: round(model.length / 1e6), bundleMbGzip: round(bytes / 1e6) }
}
