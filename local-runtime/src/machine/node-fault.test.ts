import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { nodeFault } from './node-fault.ts'

it('takes the Node that the package names, and newer ones', () => {
  for (const version of ['22.18.0', '22.19.1', '23.0.0', '24.21.0', '100.0.0'])
    expect(nodeFault(version, '>=22.18'), version).toBeNull()
})

it('says of an older one which would do', () => {
  for (const version of ['20.20.2', '22.17.9', '18.0.0', '9.99.0'])
    expect(nodeFault(version, '>=22.18')).toBe(`Node 22.18 or newer is needed, and this is ${version}.`)
})

it('understands what the package asks for, by which this test runs', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { engines }: { readonly engines: { readonly node: string } } = JSON.parse(manifest)
  expect(engines.node).toMatch(/^>=\d+\.\d+$/)
  expect(nodeFault(process.versions.node, engines.node)).toBeNull()
})
