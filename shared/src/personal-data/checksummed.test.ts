import { describe, expect, it } from 'vitest'
import { detect } from './detect.ts'

/** Published examples of each issuing office, or numbers made by its rule. */
const numbers: readonly (readonly [kind: string, detail: string, text: string, number: string])[] = [
  ['card', 'visa', 'my card is 4111 1111 1111 1111 today', '4111 1111 1111 1111'],
  ['card', 'visa', 'lost 4532686979246803.', '4532686979246803'],
  ['card', 'mastercard', 'mc 5555-5555-5555-4444', '5555-5555-5555-4444'],
  ['card', 'mastercard', 'new range 2223003122003222', '2223003122003222'],
  ['card', 'amex', 'amex 3782 822463 10005', '3782 822463 10005'],
  ['card', 'jcb', '3530111333300000', '3530111333300000'],
  ['card', 'diners', '3056 930902 5904', '3056 930902 5904'],
  ['card', 'discover', '6011111111111117', '6011111111111117'],
  ['card', 'maestro', 'the limit for card 503890547220?', '503890547220'],
  ['iban', 'iban', 'to DE89 3704 0044 0532 0130 00 PLEASE', 'DE89 3704 0044 0532 0130 00'],
  ['iban', 'iban', 'GB29NWBK60161331926819', 'GB29NWBK60161331926819'],
  ['iban', 'iban', 'iban fr1420041010050500013m02606, thanks', 'fr1420041010050500013m02606'],
  ['national-id', 'us-ssn', 'SSN: 710-31-0236', '710-31-0236'],
  ['national-id', 'us-ssn', 'social security number 710310236', '710310236'],
  ['health-id', 'uk-nhs', 'NHS number 943 476 5919', '943 476 5919'],
  ['tax-id', 'de-tax-id', 'Steuer-ID 86 095 742 719', '86 095 742 719'],
  ['national-id', 'fr-nir', 'sécu 2 55 08 14 168 025 38', '2 55 08 14 168 025 38'],
  ['national-id', 'es-dni', 'DNI 12345678Z', '12345678Z'],
  ['national-id', 'es-nie', 'NIE X1234567L', 'X1234567L'],
  ['tax-id', 'it-codice-fiscale', 'CF RSSMRA85T10A562S', 'RSSMRA85T10A562S'],
  ['national-id', 'nl-bsn', 'mijn BSN is 111222333', '111222333'],
  ['national-id', 'pl-pesel', 'PESEL 44051401359', '44051401359'],
  ['national-id', 'se-personnummer', 'personnummer 811218-9876', '811218-9876'],
  ['national-id', 'no-fodselsnummer', 'fnr 01010750160', '01010750160'],
  ['national-id', 'fi-hetu', 'hetu 131052-308T', '131052-308T'],
  ['national-id', 'be-national-number', '85.07.30-033.28', '85.07.30-033.28'],
  ['national-id', 'ch-ahv', 'AHV 756.9217.0769.85', '756.9217.0769.85'],
  ['national-id', 'cz-rodne-cislo', 'rodné číslo 736028/5163', '736028/5163'],
  ['national-id', 'in-aadhaar', 'aadhaar 2341 2341 2346', '2341 2341 2346'],
  ['tax-id', 'br-cpf', 'CPF 111.444.777-35', '111.444.777-35'],
  ['tax-id', 'br-cnpj', 'CNPJ 11.222.333/0001-81', '11.222.333/0001-81'],
  ['tax-id', 'au-tfn', 'TFN 123 456 782', '123 456 782'],
  ['health-id', 'au-medicare', 'medicare 2123 45670 1', '2123 45670 1'],
  ['national-id', 'ca-sin', 'my SIN is 046-454-286', '046-454-286'],
  ['national-id', 'cn-resident-id', '身份证11010519491231002X。', '11010519491231002X'],
  ['national-id', 'jp-my-number', 'マイナンバー 123456789018', '123456789018'],
  ['national-id', 'tr-kimlik', 'kimlik 10000000146', '10000000146'],
  ['national-id', 'za-id', 'ID 8001015009087', '8001015009087'],
  ['tax-id', 'ar-cuit', 'CUIT 20-12345678-6', '20-12345678-6'],
  ['national-id', 'mx-curp', 'CURP HEGG560427MVZRRL04', 'HEGG560427MVZRRL04'],
  ['national-id', 'cl-rut', 'RUT 12.345.678-5', '12.345.678-5'],
  ['national-id', 'sg-nric', 'NRIC S1234567D', 'S1234567D'],
  ['national-id', 'tw-id', 'A123456789', 'A123456789'],
  ['national-id', 'hk-id', 'HKID A123456(3)', 'A123456(3)'],
  ['wallet', 'base58', 'btc 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  [
    'wallet',
    'bech32',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  ],
  [
    'wallet',
    'ethereum',
    'eth 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  ],
]

describe('a number with a check digit', () => {
  it.each(numbers)('is found as %s (%s) where the check holds: %s', (kind, detail, text, number) => {
    const found = detect(text).map((finding) => ({
      ...finding,
      text: text.slice(finding.start, finding.end),
    }))
    expect(found).toContainEqual(expect.objectContaining({ kind, detail, text: number }))
  })

  it('is not found under its name where one digit is another', () => {
    const wrong: string[] = []
    for (const [, detail, text, number] of numbers) {
      // Rules without a check digit: areas and groups for the SSN; a letter's place for the NRIC's first.
      if (detail === 'us-ssn' || detail === 'au-medicare') continue
      const last = number.search(/\d(?=\D*$)/)
      const other = (Number(number[last]) + 1) % 10
      const changed = `${number.slice(0, last)}${other}${number.slice(last + 1)}`
      const sharing = detect(text.replace(number, changed)).filter((finding) => finding.detail === detail)
      if (sharing.length > 0) wrong.push(`${detail} ${changed}`)
    }
    expect(wrong).toEqual([])
  })

  it('is found in the digits of other scripts and in full width, at its own place', () => {
    for (const text of [
      '卡号４５３２６８６９７９２４６８０３。',
      'بطاقة ٤٥٣٢٦٨٦٩٧٩٢٤٦٨٠٣',
      'कार्ड ४५३२ ६८६९ ७९२४ ६८०३',
      '𝟒𝟓𝟑𝟐𝟔𝟖𝟔𝟗𝟕𝟗𝟐𝟒𝟔𝟖𝟎𝟑',
      'card 4532\u00a06869\u00a07924\u00a06803',
      'card 4532\u200b6869\u200b7924\u200b6803',
    ]) {
      const [card, ...more] = detect(text)
      expect(card).toMatchObject({ kind: 'card', detail: 'visa' })
      expect(text.slice(card!.start, card!.end)).toMatch(/^[\p{Nd}\s\u200b\u00ad]+$/u)
      expect(more).toEqual([])
    }
  })

  it('is no part of a longer number or word', () => {
    for (const text of [
      '94532686979246803',
      'x4532686979246803',
      '4532686979246803-77',
      '12.4532686979246803',
      'order_4532686979246803',
    ]) {
      expect(detect(text).filter(({ kind }) => kind === 'card')).toEqual([])
    }
  })

  it('of nine digits is nothing without a word beside it', () => {
    expect(detect('we sold 111222333 units')).toEqual([])
    expect(detect('the sum was 046454286')).toEqual([])
  })
})
