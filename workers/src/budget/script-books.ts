/**
 * The books of one tenant in Redis, for the Lua of every verb: how rows are read, changed, swept and written back.
 *
 * Three kinds of key, all with the tenant as their hash tag, so that they share a slot of a Redis Cluster and one
 * lock at Upstash; a script touches none that is not among its KEYS:
 *
 *     {tenant}:b:<scope>   hash: window → `settled reserved expired overrun charges forget`; `next`: no lease ends earlier
 *     {tenant}:l:<scope>   sorted set: `id>amount>window,window` by the end of its lease, while it is held
 *     {tenant}:r:<id>      `state forget amount charged reserved lease terms`, then `scope>window,window` for each
 *
 * A window is the first letter of its kind and its first instant. A hold lies in the lease set of each of its
 * scopes for as long as that scope counts it as reserved: who finds it there takes it from reserved, who does not
 * takes it from expired. So each scope is swept by itself, and a clock that is put back brings no lapsed hold
 * to life again. Keys expire in Redis' time when nobody needs them any more; what is past by the script's own clock
 * is not seen, whether or not it has gone. Numbers are written by `%.0f`: Lua's own `tostring` rounds to 14 digits.
 *
 * KEYS: sums and leases of each scope, then the record, if the verb has one. ARGV: the time (empty for Redis' own),
 * how long things are kept, the zones, the caps, the verb's own. Every script makes its functions anew each time it is
 * run, so a verb carries only the parts that it needs.
 */
export const books = `
local SAFE = 9007199254740991
local cursor = 5
local function take() cursor = cursor + 1 return ARGV[cursor] end
local function count() return tonumber(take()) end
local function int(n) return string.format('%.0f', n) end

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local tombstone_ms, expired_ms = tonumber(ARGV[2]), tonumber(ARGV[3])
local past_window_ms, sweep_batch = tonumber(ARGV[4]), tonumber(ARGV[5])

local scopes, scope_named = {}, {}
for i = 1, math.floor(#KEYS / 2) do
  local name = string.match(KEYS[2 * i - 1], '^{[^}]*}:b:(.*)$')
  -- What follows the scopes is the limits' own.
  if not name then break end
  scopes[i] = { name = name, sums = KEYS[2 * i - 1], leases = KEYS[2 * i], counters = {} }
  scope_named[name] = scopes[i]
end

local zones = {}
for i = 1, count() do
  local zone = {}
  for since, offset in string.gmatch(take(), '(-?%d+):(-?%d+)') do
    zone[#zone + 1] = { since = tonumber(since), offset = tonumber(offset) }
  end
  zones[i] = zone
end

local caps = {}
for i = 1, count() do
  local scope, window, limit, kind, counts, zone =
    string.match(take(), '^(%d+) (%a+) (%d+) (%a+) (%a+) (%d+)$')
  scope = scopes[tonumber(scope)]
  caps[i] = { index = i, scope = scope, window = window, limit = tonumber(limit), hard = kind == 'hard',
    counts_expired = counts == 'all', zone = zones[tonumber(zone)],
    terms = table.concat({ scope.name, window, limit, kind, counts }, '|') }
end

local ROW = '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$'
local ROW_END = ' (%d+)$'

local function keep(scope, field, text)
  local sums = false
  if text then
    local settled, reserved, expired, overrun, charges, forget = string.match(text, ROW)
    sums = { settled = tonumber(settled), reserved = tonumber(reserved), expired = tonumber(expired),
      overrun = tonumber(overrun), charges = tonumber(charges), forget = tonumber(forget) }
  end
  scope.counters[field] = sums
  return sums
end

local function counter(scope, field)
  local sums = scope.counters[field]
  if sums == nil then sums = keep(scope, field, redis.call('HGET', scope.sums, field)) end
  if sums and (sums.forget == 0 or sums.forget > now) then return sums end
  return nil
end

local function open(scope, field, ends)
  if counter(scope, field) then return end
  local forget = ends and ends + past_window_ms or 0
  scope.counters[field] =
    { settled = 0, reserved = 0, expired = 0, overrun = 0, charges = 0, forget = forget, changed = true }
  scope.opened = true
end

-- What a forgotten window said, nobody asks any more.
local function add(scope, fields, delta)
  for field in string.gmatch(fields, '[^,]+') do
    local sums = counter(scope, field)
    if sums then
      for name, amount in pairs(delta) do sums[name] = sums[name] + amount end
      sums.settled = math.min(sums.settled, SAFE)
      sums.overrun = math.min(sums.overrun, SAFE)
      sums.changed = true
    end
  end
end

-- Moves one batch of a scope's lapsed holds from reserved to expired; says whether more may be waiting.
local function sweep(scope)
  if scope.next_lapse and scope.next_lapse > now then return false end
  local lapsed = redis.call('ZRANGEBYSCORE', scope.leases, '-inf', int(now), 'LIMIT', 0, sweep_batch)
  for _, member in ipairs(lapsed) do
    local amount, fields = string.match(member, '>(%d+)>(.+)$')
    add(scope, fields, { reserved = -amount, expired = tonumber(amount) })
  end
  if #lapsed > 0 then redis.call('ZREM', scope.leases, unpack(lapsed)) end
  local first = redis.call('ZRANGE', scope.leases, 0, 0, 'WITHSCORES')
  local none = not first[1] or first[1] == '-'
  scope.next_lapse = none and SAFE or tonumber(first[2])
  scope.next_changed = true
  return #lapsed == sweep_batch
end

-- A set of leases is never empty, so that it keeps its own end: later than any lease of its scope's last window.
local function tidy(scope)
  local rows = redis.call('HGETALL', scope.sums)
  local last = 0
  for i = 1, #rows, 2 do
    local forget = tonumber(string.match(rows[i + 1], ROW_END))
    if forget == 0 then last = math.huge
    elseif forget and forget <= now then redis.call('HDEL', scope.sums, rows[i])
    elseif forget then last = math.max(last, forget) end
  end
  redis.call('ZADD', scope.leases, '+inf', '-')
  if last == math.huge then
    redis.call('PERSIST', scope.sums)
    redis.call('PERSIST', scope.leases)
  else
    redis.call('PEXPIRE', scope.sums, int(last - now))
    redis.call('PEXPIRE', scope.leases, int(last - now + expired_ms + 86400000))
  end
end

local function write()
  for _, scope in ipairs(scopes) do
    local rows = {}
    for field, sums in pairs(scope.counters) do
      if sums and sums.changed then
        rows[#rows + 1] = field
        rows[#rows + 1] = string.format('%.0f %.0f %.0f %.0f %.0f %.0f', sums.settled, sums.reserved,
          sums.expired, sums.overrun, sums.charges, sums.forget)
      end
    end
    if scope.next_changed and (#rows > 0 or scope.is_known) then
      rows[#rows + 1] = 'next'
      rows[#rows + 1] = int(scope.next_lapse)
    end
    -- Lua takes some thousand values from a table at once, and a sweep may change as many windows.
    for i = 1, #rows, 1000 do
      redis.call('HSET', scope.sums, unpack(rows, i, math.min(i + 999, #rows)))
    end
    if scope.opened then tidy(scope) end
  end
end

-- Finds the window of each cap at that time, and fetches the sums of all windows of a scope at once.
local function place(at)
  local spans = {}
  for _, cap in ipairs(caps) do
    local of_zone = spans[cap.zone] or {}
    spans[cap.zone] = of_zone
    local span = of_zone[cap.window]
    if not span then
      local starts, ends = window_at(cap.window, cap.zone, at)
      span = { field = string.sub(cap.window, 1, 1) .. int(starts), ends = ends }
      of_zone[cap.window] = span
    end
    cap.field, cap.ends = span.field, span.ends
    local asked = cap.scope.asked or { 'next' }
    asked[#asked + 1] = cap.field
    cap.scope.asked = asked
  end
  for _, scope in ipairs(scopes) do
    if scope.asked then
      local texts = redis.call('HMGET', scope.sums, unpack(scope.asked))
      scope.next_lapse = tonumber(texts[1] or nil)
      scope.is_known = scope.next_lapse ~= nil
      for i = 2, #texts do
        if scope.counters[scope.asked[i]] == nil then keep(scope, scope.asked[i], texts[i]) end
      end
      scope.asked = nil
    end
  end
end

-- The windows of the placed caps by scope, each once: two caps of one scope and window share their sums.
local function open_windows()
  local opened, seen = {}, {}
  for _, cap in ipairs(caps) do
    open(cap.scope, cap.field, cap.ends)
    local name = cap.scope.name
    if not seen[name] then
      seen[name] = { scope = cap.scope, fields = cap.field, [cap.field] = true }
      opened[#opened + 1] = seen[name]
    elseif not seen[name][cap.field] then
      seen[name][cap.field] = true
      seen[name].fields = seen[name].fields .. ',' .. cap.field
    end
  end
  return opened
end

local NOTHING = { settled = 0, reserved = 0, expired = 0, overrun = 0, charges = 0 }
local function sums_of(cap) return counter(cap.scope, cap.field) or NOTHING end

local function balance(cap)
  local sums = sums_of(cap)
  return string.format('%.0f %.0f %.0f %.0f %.0f %.0f %.0f', cap.index, sums.settled, sums.reserved,
    sums.expired, sums.overrun, sums.charges, cap.ends or 0)
end
`
