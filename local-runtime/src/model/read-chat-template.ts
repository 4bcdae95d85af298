/**
 * The chat template that a folder keeps in a file of its own, `chat_template.jinja`, as newer repositories
 * do. It goes before the one in `tokenizer_config.json`, as where the models come from. The tokenizer library
 * does not look for it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Null where there is none, and the tokenizer's own counts. */
export async function readChatTemplate(folder: string): Promise<string | null> {
  return readFile(join(folder, 'chat_template.jinja'), 'utf8').catch(() => null)
}
