/**
 * `model.json` beside the weights: what a model is called, what its files must hash to, and how sure it may
 * claim to be. A folder without one is a model too, named after the folder.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'

export type Manifest = {
  readonly name: string
  readonly version: string | null
  /** Path inside the folder → SHA-256 in hexadecimal. */
  readonly sha256: Readonly<Record<string, string>>
  readonly confidenceCeiling: number
}

const manifestSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/, 'a name of 1 to 128 characters without spaces')),
  version: v.pipe(v.string(), v.regex(/^[\w.+-]{1,64}$/, 'a version such as 1.0.0')),
  sha256: v.optional(
    v.record(
      v.pipe(
        v.string(),
        v.check((path) => !path.split(/[\\/]/).includes('..'), 'a path inside the folder'),
      ),
      v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')),
    ),
    {},
  ),
  confidenceCeiling: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
})

export async function readManifest(folder: string, fallbackName: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch(() => null)
  if (text === null) return { name: fallbackName, version: null, sha256: {}, confidenceCeiling: 1 }

  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text)
  if (result.success) return result.output
  const issue = result.issues[0]
  const path = v.getDotPath(issue)
  throw new NearsideError('bad-options', `model.json${path === null ? '' : `: ${path}`}: ${issue.message}`)
}
