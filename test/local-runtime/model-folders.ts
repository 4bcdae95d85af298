/** Model folders for tests: one to ask, and one that never ends by itself. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@nearside/local-runtime'

export const modelFolder: string = process.env.NEARSIDE_TEST_MODEL ?? defaultSettings.model

/** A copy of the model that knows no end of a turn, so that it speaks until it is stopped. */
export function endlessModel(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'endless-model-'))
  cpSync(modelFolder, folder, { recursive: true })
  // It is another model now, and model.json would say so.
  rmSync(join(folder, 'model.json'), { force: true })
  for (const file of ['config.json', 'generation_config.json']) {
    const path = join(folder, file)
    const settings = JSON.parse(readFileSync(path, 'utf8')) as object
    writeFileSync(path, JSON.stringify({ ...settings, eos_token_id: [] }))
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A copy whose template teaches tools, as Qwen's does: a model without sense, but one that knows how calls are spelt. */
export function toolModel(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tool-model-'))
  cpSync(modelFolder, folder, { recursive: true })
  rmSync(join(folder, 'model.json'), { force: true })
  const path = join(folder, 'tokenizer_config.json')
  const settings = JSON.parse(readFileSync(path, 'utf8')) as { readonly chat_template: string }
  const taught = `{%- if tools -%}{{- '<|system|> Tools: ' + (tools | tojson) + ' Call: <tool_call>{}</tool_call><|end|>' -}}{%- endif -%}`
  writeFileSync(path, JSON.stringify({ ...settings, chat_template: taught + settings.chat_template }))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
