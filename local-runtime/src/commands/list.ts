/** `nearside-runtime list`: the models that are here; with `--catalogue` those that have a short name. */
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { sizeText } from '../store/disk.ts'
import { listModels } from '../store/installed.ts'
import { modelsFolder } from '../store/places.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words } from './words.ts'

export const listGrammar: Grammar = {
  command: 'list',
  usage: 'no model',
  positionals: [0, 0],
  values: [],
  switches: ['catalogue'],
}

export async function list(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> {
  const asJson = words.flags.json === true
  if (words.flags.catalogue === true) {
    const catalogue = loadCatalogue()
    output.out(asJson ? jsonLine(catalogue) : catalogueText(catalogue))
    return 0
  }
  const folder = modelsFolder(textFlag(words, 'models'), env)
  const models = await listModels(folder)
  if (asJson) output.out(jsonLine({ folder, models }))
  else if (models.length === 0) {
    output.out(
      `No models in ${folder}. nearside-runtime pull smollm2-135m fetches one; list --catalogue names more.\n`,
    )
  } else {
    const rows = models.map(({ id, format, bytes, linkedTo, record }) => [
      id,
      format ?? 'nothing to load',
      sizeText(bytes),
      linkedTo === null ? (record?.licence ?? record?.source.repository ?? '') : `-> ${linkedTo}`,
    ])
    output.out(table([['MODEL', 'FORMAT', 'SIZE', 'LICENCE OR PLACE'], ...rows]))
  }
  return 0
}

function catalogueText({ dated, models }: ReturnType<typeof loadCatalogue>): string {
  const rows = models.map((model) => {
    const usual = model.variants.find(({ quantisation }) => quantisation === model.default)
    const size = usual?.approximateMegabytes ?? null
    return [
      model.alias,
      model.variants.map(({ quantisation }) => quantisation).join(' '),
      size === null ? '' : `about ${sizeText(size * 1e6)}`,
      `${Math.round(model.contextTokens / 1_024)}k`,
      model.licence,
    ]
  })
  return `${table([['NAME', 'QUANTISATIONS', `SIZE OF THE FIRST`, 'CONTEXT', 'LICENCE'], ...rows])}As of ${dated}.\n`
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
