/**
 * Keys and tokens: by the prefix that their issuer gives them, by their shape, or by the word that stands before them.
 *
 * Issuers put prefixes there so that scanners find what leaked; the lengths are theirs. What has no prefix is a secret when
 * a word says so and it looks drawn at random, or like a password: letters with digits or signs, no ordinary word.
 */
import type { Finding } from './finding.ts'
import { isHinted } from './hints.ts'

const issued: readonly (readonly [detail: string, pattern: string])[] = [
  ['anthropic-key', String.raw`sk-ant-[\w-]{20,200}`],
  ['openai-key', 'sk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{20,200}'],
  ['stripe-key', '(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,200}'],
  ['github-token', 'gh[pousr]_[A-Za-z0-9]{36,255}'],
  ['github-token', String.raw`github_pat_\w{22,255}`],
  ['gitlab-token', String.raw`gl(?:pat|dt|rt|ptt|cbt|ft|soat)-[\w-]{20,200}`],
  ['slack-token', String.raw`xox[abeoprs]-[\w-]{10,250}`],
  ['slack-token', String.raw`xapp-\d-[\w-]{10,250}`],
  ['aws-access-key', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}'],
  ['google-key', String.raw`AIza[\w-]{35}`],
  ['google-token', String.raw`ya29\.[\w-]{20,500}`],
  ['google-secret', String.raw`GOCSPX-[\w-]{28}`],
  ['sendgrid-key', String.raw`SG\.[\w-]{16,32}\.[\w-]{16,64}`],
  ['twilio-key', '(?:AC|SK)[0-9a-f]{32}'],
  ['mailgun-key', 'key-[0-9a-f]{32}'],
  ['mailchimp-key', String.raw`[0-9a-f]{32}-us\d{1,2}`],
  ['npm-token', 'npm_[A-Za-z0-9]{36}'],
  ['pypi-token', String.raw`pypi-[\w-]{50,300}`],
  ['hugging-face-token', 'hf_[A-Za-z0-9]{30,60}'],
  ['digitalocean-token', 'do[opr]_v1_[0-9a-f]{64}'],
  ['shopify-token', 'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}'],
  ['square-token', String.raw`(?:EAAA|sq0[a-z]{3}-)[\w-]{22,100}`],
  ['telegram-token', String.raw`\d{8,10}:AA[\w-]{33}`],
  ['discord-token', String.raw`[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}`],
  ['vault-token', String.raw`hv[sbr]\.[\w-]{24,200}`],
  ['groq-key', 'gsk_[A-Za-z0-9]{40,60}'],
  ['perplexity-key', 'pplx-[A-Za-z0-9]{40,60}'],
  ['databricks-token', 'dapi[0-9a-f]{32}'],
  ['linear-key', 'lin_api_[A-Za-z0-9]{32,48}'],
  ['new-relic-key', 'NRAK-[A-Z0-9]{27}'],
  ['jwt', String.raw`eyJ[\w-]{8,2000}\.eyJ[\w-]{4,4000}\.[\w-]{0,1000}`],
]

/** One reading for all issuers; the group that matched says which one it was. */
const issuedPattern = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${issued.map(([, pattern]) => `(${pattern})`).join('|')})(?![A-Za-z0-9_])`,
  'g',
)

const namedSecret =
  /(?<![A-Za-z?&])(?:pass(?:word|wd|phrase|code)?|pwd|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|secret(?:[ _-]?key)?|api[ _-]?(?:key|token|secret)|access[ _-]?(?:key|token)|client[ _-]?secret|auth[ _-]?token|bearer|private[ _-]?key|credentials?|token)["'`\]]{0,2}(?: (?:is|was|for \w{1,20} is|to|as)|\s{0,3}(?:=>|:=|[:=]))?\s{0,3}["'`]?([^\s"'`<>]{6,200})/gi

export function findSecrets(text: string): readonly Finding[] {
  return [...findIssued(text), ...findNamed(text)]
}

/** No issuer's key is without sixteen such characters in a row. */
const issuedHint = /[\w-]{16}/

function findIssued(text: string): readonly Finding[] {
  if (!issuedHint.test(text)) return []
  const findings: Finding[] = []
  for (const match of text.matchAll(issuedPattern)) {
    const which = match.findIndex((group, i) => i > 0 && group !== undefined)
    const detail = issued[which - 1]?.[0] ?? 'token'
    findings.push({
      kind: 'secret',
      detail,
      start: match.index,
      end: match.index + match[0].length,
      basis: 'form',
    })
  }
  return findings
}

const namedHint = [
  'pass',
  'pwd',
  'kennwort',
  'contraseña',
  'senha',
  'wachtwoord',
  'secret',
  'api',
  'key',
  'token',
  'bearer',
  'credential',
  'mot de',
]

function findNamed(text: string): readonly Finding[] {
  if (!isHinted(text, text.toLowerCase(), namedHint)) return []
  const findings: Finding[] = []
  for (const { 0: match, 1: value = '', index } of text.matchAll(namedSecret)) {
    const secret = value.replace(/[.,;:)\]}]+$/, '')
    const start = index + match.length - value.length
    if (looksSecret(secret)) {
      findings.push({ kind: 'secret', detail: 'named', start, end: start + secret.length, basis: 'word' })
    }
  }
  return findings
}

/** A word, a path, a variable or a call is none; letters with digits or signs among them are. */
function looksSecret(value: string): boolean {
  if (value.length < 6 || /^[$%{<[(*]|^\w+\(|^https?:|^process\.|^os\.|^env\.|\.\w+\(/.test(value))
    return false
  if (/^[xX*•.]+$/.test(value)) return false
  const hasLetter = /\p{L}/u.test(value)
  const hasDigit = /\d/.test(value)
  const hasSign = /[^\p{L}\d._-]/u.test(value)
  if (!hasLetter) return hasDigit && (hasSign || value.length >= 8) && !/^[\d.,:/-]+$/.test(value)
  return (
    hasDigit || (hasSign && /[!@#$%^&*+?~]/.test(value)) || (value.length >= 20 && /[a-z][A-Z]/.test(value))
  )
}
