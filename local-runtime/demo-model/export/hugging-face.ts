/**
 * The files beside the weights, as the Hugging Face libraries expect them: configuration, tokenizer, chat template.
 */

import { exponential } from '../network/exact.ts'
import type { Shape } from '../network/parameters.ts'
import { PIECE_PATTERN } from '../tokenizer/pieces.ts'
import { SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/tokenizer.ts'

/**
 * Content may be a string or OpenAI's list of parts. Unknown roles are read as the user's, `developer` as the system's.
 * A `<|` in the content is pulled apart, so that nobody can type a special token. A blank before what a person wrote
 * gives its first word the form that it has within a sentence.
 */
const CHAT_TEMPLATE = `{{- bos_token -}}
{%- for message in messages -%}
  {%- if message['role'] == 'assistant' -%}{%- set role = 'assistant' -%}
  {%- elif message['role'] in ['system', 'developer'] -%}{%- set role = 'system' -%}
  {%- else -%}{%- set role = 'user' -%}
  {%- endif -%}
  {{- '<|' + role + '|>' + ('' if role == 'assistant' else ' ') -}}
  {%- if message['content'] is string -%}
    {{- message['content'] | trim | replace('<|', '< |') -}}
  {%- elif message['content'] is iterable -%}
    {%- for part in message['content'] -%}
      {%- if part['type'] == 'text' -%}{{- part['text'] | trim | replace('<|', '< |') -}}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{- '<|end|>' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}`

/** Each file's name and text. */
export function huggingFaceFiles(shape: Shape, tokenizer: Tokenizer): Map<string, string> {
  const begin = tokenizer.special('<|begin|>')
  const end = tokenizer.special('<|end|>')
  const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`
  return new Map([
    [
      'config.json',
      json({
        architectures: ['LlamaForCausalLM'],
        model_type: 'llama',
        hidden_size: shape.hidden,
        num_hidden_layers: shape.layers,
        num_attention_heads: shape.heads,
        num_key_value_heads: shape.keyValueHeads,
        head_dim: shape.headSize,
        intermediate_size: shape.feedForward,
        vocab_size: shape.vocabulary,
        max_position_embeddings: shape.contextTokens,
        rms_norm_eps: shape.normEpsilon,
        rope_theta: Math.round(exponential(shape.lnRopeBase)),
        hidden_act: 'silu',
        tie_word_embeddings: true,
        torch_dtype: 'float32',
        bos_token_id: begin,
        eos_token_id: end,
        pad_token_id: end,
        use_cache: true,
      }),
    ],
    [
      'generation_config.json',
      json({ bos_token_id: begin, eos_token_id: end, pad_token_id: end, do_sample: false }),
    ],
    [
      'tokenizer_config.json',
      json({
        tokenizer_class: 'PreTrainedTokenizerFast',
        bos_token: '<|begin|>',
        eos_token: '<|end|>',
        pad_token: '<|end|>',
        padding_side: 'left',
        clean_up_tokenization_spaces: false,
        model_input_names: ['input_ids', 'attention_mask'],
        model_max_length: shape.contextTokens,
        chat_template: CHAT_TEMPLATE,
      }),
    ],
    ['tokenizer.json', json(tokenizerFile(tokenizer))],
  ])
}

function tokenizerFile(tokenizer: Tokenizer): unknown {
  const special = new Set<string>(SPECIAL_TOKENS)
  const vocabulary = tokenizer.vocabulary
    .map((token, number) => [token, number] as const)
    .filter(([token]) => !special.has(token))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content) => ({
      id: tokenizer.special(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: PIECE_PATTERN }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
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
      vocab: Object.fromEntries(vocabulary),
      merges: tokenizer.merges,
    },
  }
}
