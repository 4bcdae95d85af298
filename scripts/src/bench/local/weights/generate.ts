/** A folder with one generated model in both formats: `model.gguf`, and `onnx-model/` as the Hugging Face libraries lay it out. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DimensionName, dimensions, normEpsilon, ropeBase } from './dimensions.ts'
import { chatTemplate, merge, specialId, specialTokens, vocabularyOf } from './vocabulary.ts'
import { writeGguf } from './write-gguf.ts'
import { writeOnnx } from './write-onnx.ts'

export type ModelFiles = { readonly gguf: string; readonly folder: string }

/** Takes what is there whole already. */
export function generateModel(into: string, name: DimensionName): ModelFiles {
  const files = { gguf: join(into, 'model.gguf'), folder: join(into, 'onnx-model') }
  const size = dimensions[name]
  mkdirSync(into, { recursive: true })
  if (!existsSync(files.gguf)) {
    writeGguf(`${files.gguf}.part`, size)
    renameSync(`${files.gguf}.part`, files.gguf)
  }
  if (!existsSync(join(files.folder, 'tokenizer.json'))) {
    writeOnnx(files.folder, size)
    for (const [file, contents] of Object.entries(hubFiles(name))) {
      writeFileSync(join(files.folder, file), JSON.stringify(contents))
    }
  }
  return files
}

/** `tokenizer.json` last: where it lies, all lies. */
function hubFiles(name: DimensionName): Readonly<Record<string, unknown>> {
  const size = dimensions[name]
  const { vocabulary } = size
  const begin = specialId(vocabulary, '<|begin|>')
  const end = specialId(vocabulary, '<|end|>')
  const special = new Set<string>(specialTokens)
  const words = vocabularyOf(vocabulary).filter((token) => !special.has(token))
  return {
    'config.json': {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      hidden_size: size.hidden,
      num_hidden_layers: size.layers,
      num_attention_heads: size.heads,
      num_key_value_heads: size.keyValueHeads,
      head_dim: size.headSize,
      intermediate_size: size.feedForward,
      vocab_size: vocabulary,
      max_position_embeddings: size.contextTokens,
      rms_norm_eps: normEpsilon,
      rope_theta: ropeBase,
      hidden_act: 'silu',
      tie_word_embeddings: true,
      bos_token_id: begin,
      eos_token_id: end,
      'transformers.js_config': { use_external_data_format: { 'model_q4.onnx': 1 } },
    },
    'generation_config.json': { bos_token_id: begin, eos_token_id: end, do_sample: false },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: '<|begin|>',
      eos_token: '<|end|>',
      pad_token: '<|end|>',
      clean_up_tokenization_spaces: false,
      model_max_length: size.contextTokens,
      chat_template: chatTemplate,
    },
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: specialTokens.map((content) => ({
        id: specialId(vocabulary, content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: null,
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(words.map((token, id) => [token, id])),
        merges: [merge],
      },
    },
  }
}
