/** `nearside pack init` and `nearside pack build`: begins a file of intents, and builds the pack that a gateway loads. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import { flagFault } from '../flag-fault.ts'
import { progressBar } from '../train/progress.ts'
import { buildPack } from './build-pack.ts'
import { readPackSource } from './read-source.ts'
import { showReport } from './show-report.ts'
import { skeleton } from './skeleton.ts'

export type PackPrinter = { print(text: string): void; say(line: string): void }

export function runPack([verb = '', ...words]: readonly string[], printer: PackPrinter): void {
  if (verb === 'init') beginFile(words, printer)
  else if (verb === 'build') build(words, printer)
  else
    throw new NearsideError(
      'bad-options',
      `pack has init and build, but was given ${verb === '' ? 'neither' : verb}.`,
    )
}

function beginFile(words: readonly string[], { print }: PackPrinter): void {
  const { files } = read(words)
  const file = files[0] ?? 'intents.yaml'
  if (existsSync(file))
    throw new NearsideError('bad-options', `${file} is there already; it is left as it is.`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, skeleton)
  print(`${file} is begun. Put your questions and answers in, then: nearside pack build ${file}\n`)
}

function build(words: readonly string[], { print, say }: PackPrinter): void {
  const { files, out, json } = read(words)
  const [file] = files
  if (file === undefined || files.length > 1)
    throw new NearsideError('bad-options', 'pack build takes one FILE.')
  const source = readPackSource(textOf(file), file)
  const { bytes, report } = buildPack(source, (done, of) =>
    progressBar(`trying ${source.name}`, of, say)(done),
  )
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const base = basename(file).replace(/\.ya?ml$/, '')
  const pack = join(out ?? dirname(file), `${base}.pack.onnx.bin`)
  const whole = { file: pack, bytes: bytes.length, sha256, ...report }
  mkdirSync(dirname(pack), { recursive: true })
  writeFileSync(pack, bytes)
  writeFileSync(`${pack}.sha256`, `${sha256}  ${basename(pack)}\n`)
  writeFileSync(join(dirname(pack), `${base}.report.json`), `${JSON.stringify(whole, null, 2)}\n`)
  const told = `${showReport(report)}\n${pack} (${Math.ceil(bytes.length / 1024)} KiB, sha256 ${sha256})`
  print(`${json ? JSON.stringify(whole) : told}\n`)
}

type Words = { readonly files: readonly string[]; readonly out: string | null; readonly json: boolean }

function read(words: readonly string[]): Words {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { out: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    return { files: positionals, out: values.out ?? null, json: values.json }
  } catch (cause) {
    throw new NearsideError('bad-options', `pack: ${flagFault(cause)}.`, { cause })
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `${file} cannot be read.`, { cause })
  }
}
