/**
 * The tests as projects, one for each thing that must be running: nothing, workerd, Redis, a model, an example's server.
 *
 * Workspaces are read as TypeScript through their `source` condition, so nothing is built between edit and test.
 * Projects that start processes run one file at a time, after the unit tests: on two cores a second file would
 * take the time that the first one's deadlines are measured in. `NEARSIDE_LONG=1` gives soaks and fuzzes their full
 * length, and the time for it.
 */
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config'

const long = process.env.NEARSIDE_LONG === '1'
const conditions = ['source', 'module', 'node', 'development|production']

type Project = {
  readonly name: string
  readonly include: readonly string[]
  /** Ends what hangs; it is no measure of speed, and a machine with much else to do stays far below it. */
  readonly timeoutMs: number
  readonly maxWorkers: number
}

const projects: readonly Project[] = [
  {
    name: 'unit',
    include: ['{shared,workers,local-runtime,scripts}/src/**/*.test.ts'],
    timeoutMs: 120_000,
    maxWorkers: 2,
  },
  // Everything in test/ that is not another project's: what has no project of its own must not go unrun.
  {
    name: 'workerd',
    include: ['test/*.test.ts', 'test/!(redis|local-runtime|packages)/**/*.test.ts'],
    timeoutMs: 240_000,
    maxWorkers: 1,
  },
  { name: 'redis', include: ['test/redis/**/*.test.ts'], timeoutMs: 240_000, maxWorkers: 1 },
  {
    name: 'local-runtime',
    include: ['test/local-runtime/**/*.test.ts', 'local-runtime/demo-model/**/*.test.ts'],
    timeoutMs: 240_000,
    maxWorkers: 1,
  },
  // What npm installs takes its time.
  { name: 'packages', include: ['test/packages/**/*.test.ts'], timeoutMs: 600_000, maxWorkers: 1 },
  { name: 'examples', include: ['examples/**/*.test.ts'], timeoutMs: 240_000, maxWorkers: 1 },
]

export default defineConfig({
  test: {
    watch: false,
    allowOnly: false,
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'reports/vitest.json' }]] : ['default'],
    projects: projects.map(projectConfig),
  },
})

function projectConfig(project: Project, order: number): TestProjectConfiguration {
  const timeoutMs = long ? project.timeoutMs * 30 : project.timeoutMs
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
    test: {
      name: project.name,
      include: [...project.include],
      exclude: [...configDefaults.exclude, '**/dist/**'],
      environment: 'node',
      // It has TypeScript under `source` too, which Node does not read below node_modules.
      server: { deps: { inline: ['ai', /@ai-sdk\//, 'eventsource-parser'] } },
      pool: 'forks',
      maxWorkers: project.maxWorkers,
      sequence: { groupOrder: order },
      // What is waited for comes at once, and late where the machine has much else to do.
      expect: { poll: { timeout: Math.min(timeoutMs / 4, 60_000) } },
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  }
}
