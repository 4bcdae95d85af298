/** `npm run pack:all [-- --out DIR]`: the packages, ready for `npm install` or `npm publish`, with their sizes. */
import { resolve } from 'node:path'
import { isNearsideError } from '@nearside/core'
import { readFlags } from '../read-flags.ts'
import { root } from '../workerd/repository.ts'
import { packAll } from './pack-all.ts'

try {
  const { out } = readFlags(process.argv.slice(2), { out: `${root}.cache/packages` })
  for (const { name, version, file, bytes } of await packAll(resolve(out))) {
    process.stdout.write(
      `${`${name}@${version}`.padEnd(32)} ${`${Math.ceil(bytes / 1024)} KiB`.padStart(9)}  ${file}\n`,
    )
  }
} catch (error) {
  process.stderr.write(`pack:all: ${isNearsideError(error) ? error.message : String(error)}\n`)
  process.exit(1)
}
