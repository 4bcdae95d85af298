/** The deploy template as the button takes it: its own folder and nothing else. */
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/src/workerd/repository.ts'
import { installMs, registryAnswers, type StrangerFolder, strangerFolder } from './stranger-folder.ts'
import { fileOf } from './tarballs.ts'

const there = await registryAnswers()
const template = join(root, 'workers/template')

let folder: StrangerFolder
beforeAll(async () => {
  folder = await strangerFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

describe.skipIf(!there)('the deploy template', () => {
  it(
    'TRUST 29: installs, checks its types and builds for deployment from its own folder alone',
    async () => {
      await cp(template, folder.path, {
        recursive: true,
        filter: (path) => !/node_modules|\.wrangler/.test(path.slice(template.length)),
      })
      const manifest = JSON.parse(await readFile(join(folder.path, 'package.json'), 'utf8'))
      expect(JSON.stringify(manifest)).not.toMatch(/"(?:file|workspace|link):|\.\.\//)
      // Not published yet, the packages are taken from their tarballs; all else is as a stranger gets it.
      for (const name of Object.keys(manifest.dependencies).filter((each) => each.startsWith('@nearside/')))
        manifest.dependencies[name] = `file:${await fileOf(name)}`
      manifest.dependencies['@nearside/core'] = `file:${await fileOf('@nearside/core')}`
      await folder.write('package.json', JSON.stringify(manifest))

      await folder.run('npm', ['install', '--no-package-lock'])
      const { stdout } = await folder.run('npx', ['wrangler', 'deploy', '--dry-run', '--outdir', 'built'])
      expect(stdout).toMatch(/BUDGET_LEDGER/)
      expect(stdout).toMatch(/dry-run: exiting/)
      expect(await readFile(join(folder.path, 'built/index.js'), 'utf8')).toContain('BudgetLedger')
      await folder.run('npx', ['tsc'])
    },
    installMs,
  )
})

it('TRUST 29: the template describes every binding and secret that it asks for', async () => {
  const { cloudflare } = JSON.parse(await readFile(join(template, 'package.json'), 'utf8'))
  const wrangler = await readFile(join(template, 'wrangler.toml'), 'utf8')
  const secrets = await readFile(join(template, '.dev.vars.example'), 'utf8')
  const asked = [
    ...[...wrangler.matchAll(/^([A-Z][A-Z_]+) = /gm)].map(([, name]) => name),
    ...[...wrangler.matchAll(/^name = "([A-Z_]+)"/gm)].map(([, name]) => name),
    ...[...secrets.matchAll(/^([A-Z][A-Z_]+)=/gm)].map(([, name]) => name),
  ]
  expect(asked.length).toBeGreaterThan(4)
  expect(Object.keys(cloudflare.bindings).toSorted()).toEqual(asked.toSorted())
})
