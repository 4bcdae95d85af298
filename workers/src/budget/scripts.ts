/**
 * The ledger's verbs as Redis scripts: the rules of the core's `reserve`, `settle`, `release`, `renew`,
 * `readBalances` and `writeOff`, each in one script and so in one round trip, and atomic.
 *
 * They are written to be read next to the pure rules; a differential fuzz holds the two to the same answers. Every
 * reply is a list of words: what happened, then numbers as text.
 */
import { books } from './script-books.ts'
import { calendar } from './script-calendar.ts'
import { limits, rates } from './script-rates.ts'
import { closings, records } from './script-records.ts'

const reserve = `
local id, amount, lease_ms = take(), count(), count()
${limits}

local function used_of(cap, sums)
  return sums.settled + sums.reserved + (cap.counts_expired and sums.expired or 0)
end

local function fits_without_holds(cap, sums)
  return cap.limit > 0 and sums.settled + (cap.counts_expired and sums.expired or 0) + amount <= cap.limit
end

local function terms_of()
  local words = { int(amount) }
  for _, cap in ipairs(caps) do words[#words + 1] = cap.terms end
  if limited then words[#words + 1] = limit_scope .. '|' .. limit_words end
  return string.sub(redis.sha1hex(table.concat(words, ';')), 1, 16)
end

local function granted(repeated, lease_ends)
  local tightest, least, passed = nil, nil, {}
  for _, cap in ipairs(caps) do
    local remaining = cap.limit - used_of(cap, sums_of(cap))
    if not cap.hard then
      if remaining < 0 then passed[#passed + 1] = balance(cap) end
    elseif not least or math.max(0, remaining) < least then
      tightest, least = cap, math.max(0, remaining)
    end
  end
  write()
  return { 'granted', repeated, int(lease_ends), tightest and balance(tightest) or '', limited and rates_now() or '',
    unpack(passed) }
end

local function in_the_way()
  local found = {}
  for _, cap in ipairs(caps) do
    local sums = sums_of(cap)
    local inexact = sums.settled + sums.reserved + sums.expired + amount > SAFE
    if inexact or (cap.hard and (cap.limit == 0 or used_of(cap, sums) + amount > cap.limit)) then
      cap.in_flight = fits_without_holds(cap, sums)
      found[#found + 1] = cap
    end
  end
  return found
end

-- The cap that keeps the call out longest: nobody shall be told to retry what cannot pass.
local function denied(blocking)
  local named
  for _, cap in ipairs(blocking) do
    if not cap.in_flight then
      if not named or (cap.ends or SAFE) > (named.ends or SAFE) then named = cap end
    end
  end
  write()
  if named then return { 'exhausted', balance(named) } end
  return { 'in-flight', balance(blocking[1]) }
end

local terms = terms_of()
local before = read_record(id)
if before then
  if before.state ~= 'held' then return { 'closed' } end
  if before.terms ~= terms then return { 'conflict' } end
  place(before.reserved_at)
  for _, scope in ipairs(scopes) do sweep(scope) end
  return granted('1', before.lease_ends)
end

place(now)
for _, scope in ipairs(scopes) do scope.more = sweep(scope) end
local blocking = in_the_way()
-- Further batches only where a cap would refuse, and no more of them than a reserve may take time for.
for _ = 2, 16 do
  local swept = false
  for _, cap in ipairs(blocking) do
    if cap.scope.more then
      cap.scope.more = sweep(cap.scope)
      swept = true
    end
  end
  if not swept then break end
  blocking = in_the_way()
end
if #blocking > 0 then return denied(blocking) end
local limit = limited and limit_in_the_way()
if limit then
  write()
  return { 'rate-limited', limit[1], limit[2], int(limit[3]), rates_now() }
end

local windows = open_windows()
local lease_ends = now + lease_ms
for _, window in ipairs(windows) do
  window.name = window.scope.name
  add(window.scope, window.fields, { reserved = amount })
  redis.call('ZADD', window.scope.leases, int(lease_ends), member_of(id, amount, window.fields))
  if lease_ends < window.scope.next_lapse then
    window.scope.next_lapse = lease_ends
    window.scope.next_changed = true
  end
end
if limited then take_rate(id, lease_ends) end
save({ state = 'held', amount = amount, charged = 0, reserved_at = now, lease_ends = lease_ends, terms = terms,
  windows = windows, limit_scope = limited and limit_scope, limit_tokens = limited and limited.tokens })
return granted('0', lease_ends)
`

const settle = `
local id, actual, used_tokens = take(), count(), count()
local record = read_record(id)
if record and record.state == 'settled' then
  return { 'repeated', int(record.charged), int(math.max(0, record.charged - record.amount)) }
end

-- A release that came first left a record that knows no windows: there never was a hold.
if not record or record.terms == '-' then
  place(now)
  charge(open_windows(), actual, actual)
  close(record_without_hold(), 'settled', actual)
  write()
  return { 'unreserved', int(actual), int(actual) }
end

if record.elsewhere then return scopes_of(record) end
local outcome = record.state == 'held' and 'settled' or 'late'
local overrun = math.max(0, actual - record.amount)
free(record)
if record.limit_scope then correct(record, 0, used_tokens and used_tokens - record.limit_tokens or 0) end
charge(record.windows, actual, overrun)
close(record, 'settled', actual)
write()
return { outcome, int(actual), int(overrun) }
`

const release = `
local id = take()
local record = read_record(id)
if not record then
  close(record_without_hold(), 'released', 0)
  return { 'unknown' }
end
if record.state == 'settled' then return { 'charged' } end
if record.state == 'released' or record.state == 'written-off' then return { 'repeated' } end

if record.elsewhere then return scopes_of(record) end
local outcome = record.state == 'held' and 'released' or 'late'
free(record)
if record.limit_scope then correct(record, -1, -record.limit_tokens) end
close(record, 'released', 0)
write()
return { outcome }
`

const renew = `
local id, lease_ms = take(), count()
local record = read_record(id)
if not record then return { 'unknown' } end
if record.state == 'lapsed' then return { 'lapsed' } end
if record.state ~= 'held' then return { 'closed' } end

if record.elsewhere then return scopes_of(record) end
record.lease_ends = math.max(record.lease_ends, now + lease_ms)
for _, window in ipairs(record.windows) do
  redis.call('ZADD', window.scope.leases, 'XX', int(record.lease_ends), window.member)
  -- A stream may outlive the end that the set was given when its window opened.
  local left, needed = redis.call('PTTL', window.scope.leases), record.lease_ends - now + 86400000
  if left >= 0 and left < needed then redis.call('PEXPIRE', window.scope.leases, int(needed)) end
end
if record.limit_scope then
  redis.call('ZADD', open_key, 'XX', int(record.lease_ends), id)
  redis.call('PEXPIRE', open_key, 172800000)
end
save(record)
return { 'renewed', int(record.lease_ends) }
`

const read = `
place(now)
for _, scope in ipairs(scopes) do sweep(scope) end
local reply = { 'balances' }
for _, cap in ipairs(caps) do reply[#reply + 1] = balance(cap) end
write()
return reply
`

const writeOff = `
local id = take()
local record = read_record(id)
if not record then return { 'unknown' } end
if record.state == 'written-off' then return { 'repeated' } end
if record.state == 'settled' or record.state == 'released' then return { 'closed' } end
if record.elsewhere then return scopes_of(record) end
if record.state == 'held' then return { 'open' } end

free(record)
close(record, 'written-off', 0)
write()
return { 'written-off' }
`

export type ScriptName = 'reserve' | 'settle' | 'release' | 'renew' | 'read' | 'writeOff'

/**
 * Upstash locks its whole database for a script, except for one that says by this flag that its KEYS are all it
 * touches. Redis itself knows no such flag and refuses it.
 */
export const upstashFlag = '#!lua flags=allow-key-locking\n'

/** What a verb stands on. Only reserve makes holds and only some verbs end them; a renewal needs no calendar. */
const parts: Readonly<Record<ScriptName, readonly string[]>> = {
  reserve: [calendar, books, rates, records, reserve],
  settle: [calendar, books, rates, records, closings, settle],
  release: [books, rates, records, closings, release],
  renew: [books, rates, records, closings, renew],
  read: [calendar, books, read],
  writeOff: [books, rates, records, closings, writeOff],
}

export function scriptOf(name: ScriptName): string {
  return parts[name].join('').trimStart()
}
