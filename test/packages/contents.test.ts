/** What lies in the tarballs, before anybody installs them. */
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Manifest, readManifest } from '../../scripts/src/pack/published-manifest.ts'
import { type PackedFiles, tarballs, unpack } from './tarballs.ts'

/**
 * What a download may weigh, in KiB. Beyond it somebody has to say why, here. Of the core the classifier is nine tenths. The
 * gateway's is that of seven strategies, privacy, caches, skills and sessions; a host bundles what it hands in. The command line's has the
 * simulated environments in it, in which designs of agents are tried.
 */
const budgetKib: Readonly<Record<string, number>> = {
  '@nearside/core': 3_072,
  '@nearside/workers': 320,
  '@nearside/local-runtime': 1_024,
  '@nearside/cli': 272,
}

const assets: Readonly<Record<string, readonly string[]>> = {
  '@nearside/core': ['model/classifier.onnx.bin', 'model/domain-table.json', 'model/text-heads.bin'],
  '@nearside/workers': [],
  '@nearside/local-runtime': ['catalogue/models.json', 'demo-model/nearside-demo/onnx/model.onnx'],
  '@nearside/cli': ['classifier-text/development.tsv'],
}

type Package = { readonly manifest: Manifest; readonly files: PackedFiles; readonly bytes: number }
const packages = new Map<string, Package>()

beforeAll(async () => {
  for (const tarball of await tarballs()) {
    const files = await unpack(tarball)
    const manifest = readManifest(files.text('package.json'))
    packages.set(tarball.name, { manifest, files, bytes: tarball.bytes })
  }
})

function packed(name: string): Package {
  const found = packages.get(name)
  if (found === undefined) throw new Error(`${name} was not packed.`)
  return found
}

describe.each(Object.keys(budgetKib))('%s', (name) => {
  it('TRUST 28: carries its licence, its notice, its README and its assets, and weighs no more than its budget', () => {
    const { files, bytes } = packed(name)
    for (const file of ['LICENSE', 'NOTICE', 'README.md', ...(assets[name] ?? [])])
      expect(files.names).toContain(file)
    expect(Math.ceil(bytes / 1_024)).toBeLessThanOrEqual(budgetKib[name] ?? 0)
  })

  it('TRUST 28: leads to no source, and carries no tests, maps or benches', () => {
    const { files, manifest } = packed(name)
    expect(JSON.stringify(manifest)).not.toMatch(/"source":|\.\/src\//)
    const leftover = files.names.filter(
      (file) =>
        /\.test\.|\.map$|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(file) || /^(?:src|dist\/bench)\//.test(file),
    )
    expect(leftover).toEqual([])
    for (const file of files.names.filter((each) => /\.(?:js|d\.ts)$/.test(each)))
      expect([file, files.text(file).includes('sourceMappingURL')]).toEqual([file, false])
  })

  it('TRUST 28: imports only what lies in it or what its package.json names', () => {
    const { files, manifest } = packed(name)
    const named = ['dependencies', 'peerDependencies'].flatMap((field) =>
      Object.keys(record(manifest[field])),
    )
    const wrong: string[] = []
    for (const file of files.names.filter((each) => /^dist\/.*\.(?:js|d\.ts)$/.test(each))) {
      for (const specifier of importsOf(files.text(file))) {
        if (specifier.startsWith('.')) {
          const target = posix.join(posix.dirname(file), specifier)
          const there = file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target
          if (!files.names.includes(there)) wrong.push(`${file} → ${specifier}`)
        } else if (!isBuiltin(specifier) && !specifier.startsWith('cloudflare:')) {
          if (!named.includes(packageOf(specifier))) wrong.push(`${file} → ${specifier}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('TRUST 28: says who made it, where from, and that it is published with provenance', () => {
    const { manifest } = packed(name)
    expect(manifest).toMatchObject({
      license: 'MIT',
      description: expect.stringMatching(/\w.{30,}/),
      repository: { type: 'git', url: expect.stringMatching(/^git\+https:\/\/.*\.git$/) },
      publishConfig: { access: 'public', provenance: true },
    })
    expect(manifest.private).toBeUndefined()
    expect(manifest.keywords).toContain('llm')
  })
})

/** Comments go first: they quote imports as examples. */
function importsOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  const pattern =
    /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm
  return [...code.matchAll(pattern)].map(([, first, later]) => first ?? later ?? '')
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
