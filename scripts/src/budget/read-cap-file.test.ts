import { expect, it } from 'vitest'
import { readCapFile } from './read-cap-file.ts'

const head = 'tenant,scope,window,usd,kind,zone'

it('reads a CSV file with its columns in any order, comments and empty lines passed over', () => {
  const text = `# caps of the spring\nscope,tenant,usd,window\n\naccount,acme,5,day\nteam:web,acme,12.50,month\r\naccount,globex,1,day\n`
  expect([...readCapFile(text, 'caps.csv')]).toEqual([
    [
      'acme',
      [
        { scope: 'account', window: 'day', limit: 5_000_000_000, kind: 'hard' },
        { scope: 'team:web', window: 'month', limit: 12_500_000_000, kind: 'hard' },
      ],
    ],
    ['globex', [{ scope: 'account', window: 'day', limit: 1_000_000_000, kind: 'hard' }]],
  ])
})

it('reads a JSON list of the same', () => {
  const list = [
    { tenant: 'acme', scope: 'key:a', window: 'hour', usd: 0.5, kind: 'soft', zone: 'Asia/Kolkata' },
  ]
  expect(readCapFile(JSON.stringify(list), 'caps.json').get('acme')).toEqual([
    { scope: 'key:a', window: 'hour', limit: 500_000_000, kind: 'soft', timeZone: 'Asia/Kolkata' },
  ])
})

it.each([
  ['', 'f holds no caps'],
  [head, 'f holds no caps'],
  ['tenant,scope,usd\na,b,1', 'f, line 1 names no column window'],
  [`${head}\nacme,account,day,5`, 'f, line 2 has 4 cells where the first line names 6'],
  [`${head}\nacme,account,day,five,,`, 'f, line 2: usd is dollars such as 5'],
  [`${head}\nacme,account,week,5,,`, 'f, line 2: cap.window is one of hour, day, month, total'],
  [`${head}\nacme,acc ount,day,5,,`, 'f, line 2: cap.scope is 1 to 128'],
  [`${head}\na}b,account,day,5,,`, 'f, line 2: tenant is 1 to 128'],
  [`${head}\nacme,account,day,5,firm,`, 'f, line 2: cap.kind is one of hard, soft'],
  [`${head}\nacme,account,day,5,,Mars/Base`, 'f, line 2: cap.timeZone is the name of a time zone'],
  [`${head}\nacme,account,day,10000000,,`, 'f, line 2: usd is dollars'],
  [`${head}\n\nacme,account,day,5,,\nacme,account,day,6,,`, 'f, line 4 sets the same cap as f, line 3'],
  ['tenant,scope,window,usd,colour\na,b,day,1,red', 'f, line 2, colour is none of'],
  ['[1]', 'f, entry 1 is an object'],
  ['[', 'f is no JSON'],
  ['[{"tenant":"a","scope":"b","window":"day"}]', 'f, entry 1, usd is missing'],
  ['[{"tenant":"a","scope":"b","window":"day","usd":null}]', 'f, entry 1, usd is a text or a number'],
])('refuses %j with the line or entry and the field', (text, message) => {
  expect(() => readCapFile(text, 'f')).toThrow(message)
})
