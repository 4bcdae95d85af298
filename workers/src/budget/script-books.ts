/**
 * The books of one tenant in Redis, for the Lua of every verb: how rows are read, changed, swept and written back.
 *
 * Three kinds of key, all with the tenant as their hash tag, so that they share a slot of a Redis Cluster and one
 * lock at Upstash; a script touches none that is not among its KEYS:
 *
 *     {tenant}:b:<scope>   hash: window → `settled reserved expired overrun charges forget`
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
 * how long things are kept, the zones, the caps, the verb's own.
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
  scopes[i] = { name = name, sums = KEYS[2 * i - 1], leases = KEYS[2 * i], counters = {} }
  scope_named[name] = scopes[i]
end
local record_key = KEYS[#KEYS]

local zones = {}
for i = 1, count() do
  local zone = {}
  for j = 1, count() do
    zone[j] = { since = tonumber(ARGV[cursor + 1]), offset = tonumber(ARGV[cursor + 2]) }
    cursor = cursor + 2
  end
  zones[i] = zone
end

local caps = {}
for i = 1, count() do
  caps[i] = {
    index = i,
    scope = scopes[tonumber(ARGV[cursor + 1])],
    window = ARGV[cursor + 2],
    limit = tonumber(ARGV[cursor + 3]),
    hard = ARGV[cursor + 4] == 'hard',
    counts_expired = ARGV[cursor + 5] == 'all',
    zone = zones[tonumber(ARGV[cursor + 6])],
  }
  cursor = cursor + 6
end

local function counter(scope, field)
  local known = scope.counters[field]
  if known == nil then
    local text = redis.call('HGET', scope.sums, field)
    known = false
    if text then
      local n = {}
      for word in string.gmatch(text, '%S+') do n[#n + 1] = tonumber(word) end
      known = { settled = n[1], reserved = n[2], expired = n[3], overrun = n[4], charges = n[5], forget = n[6] }
    end
    scope.counters[field] = known
  end
  if known and (known.forget == 0 or known.forget > now) then return known end
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
  local lapsed = redis.call('ZRANGEBYSCORE', scope.leases, '-inf', int(now), 'LIMIT', 0, sweep_batch)
  if #lapsed == 0 then return false end
  for _, member in ipairs(lapsed) do
    local amount, fields = string.match(member, '>(%d+)>(.+)$')
    add(scope, fields, { reserved = -amount, expired = tonumber(amount) })
  end
  redis.call('ZREM', scope.leases, unpack(lapsed))
  return #lapsed == sweep_batch
end

local function tidy(scope)
  local rows = redis.call('HGETALL', scope.sums)
  local past, last = {}, 0
  for i = 1, #rows, 2 do
    local forget = tonumber(string.match(rows[i + 1], '%d+$'))
    if forget == 0 then last = math.huge
    elseif forget <= now then past[#past + 1] = rows[i]
    else last = math.max(last, forget) end
  end
  for _, field in ipairs(past) do redis.call('HDEL', scope.sums, field) end
  if last == math.huge then redis.call('PERSIST', scope.sums)
  else redis.call('PEXPIRE', scope.sums, int(last - now)) end
end

local function write()
  for _, scope in ipairs(scopes) do
    for field, sums in pairs(scope.counters) do
      if sums and sums.changed then
        local text = table.concat({ int(sums.settled), int(sums.reserved), int(sums.expired), int(sums.overrun),
          int(sums.charges), int(sums.forget) }, ' ')
        redis.call('HSET', scope.sums, field, text)
      end
    end
    if scope.opened then tidy(scope) end
  end
end

-- Each cap with the window it stands in at that time, and with its sums there as soon as they are asked for.
local function place(at)
  for _, cap in ipairs(caps) do
    local starts, ends = window_at(cap.window, cap.zone, at)
    cap.field = string.sub(cap.window, 1, 1) .. int(starts)
    cap.ends = ends
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
  return table.concat({ int(cap.index), int(sums.settled), int(sums.reserved), int(sums.expired),
    int(sums.overrun), int(sums.charges), int(cap.ends or 0) }, ' ')
end

local function member_of(id, amount, fields) return id .. '>' .. int(amount) .. '>' .. fields end

local function read_record(id)
  local text = redis.call('GET', record_key)
  if not text then return nil end
  local words = {}
  for word in string.gmatch(text, '%S+') do words[#words + 1] = word end
  local record = { state = words[1], amount = tonumber(words[3]), charged = tonumber(words[4]),
    reserved_at = tonumber(words[5]), lease_ends = tonumber(words[6]), terms = words[7], windows = {} }
  if tonumber(words[2]) <= now then return nil end
  if record.state == 'held' and record.lease_ends <= now then record.state = 'lapsed' end
  for i = 8, #words do
    local name, fields = string.match(words[i], '^([^>]+)>(.+)$')
    local scope = scope_named[name]
    local member = member_of(id, record.amount, fields)
    record.windows[#record.windows + 1] = { name = name, scope = scope, fields = fields, member = member }
    if not scope then record.elsewhere = true
    elseif record.state == 'held' and not redis.call('ZSCORE', scope.leases, member) then record.state = 'lapsed' end
  end
  return record
end

-- A caller may hand over a hold with other caps than it was reserved with: then it must ask again, with these keys.
local function scopes_of(record)
  local reply = { 'elsewhere' }
  for _, window in ipairs(record.windows) do reply[#reply + 1] = window.name end
  return reply
end

local function save(record)
  local kept_ms = tombstone_ms
  if record.state == 'held' then kept_ms = record.lease_ends - now + expired_ms end
  local words = { record.state, int(now + kept_ms), int(record.amount), int(record.charged),
    int(record.reserved_at), int(record.lease_ends), record.terms }
  if record.state ~= 'settled' then
    for _, window in ipairs(record.windows) do words[#words + 1] = window.name .. '>' .. window.fields end
  end
  redis.call('SET', record_key, table.concat(words, ' '), 'PX', int(kept_ms))
end

local function close(record, state, charged)
  record.state = state
  record.charged = charged
  save(record)
end

local function record_without_hold()
  return { amount = 0, charged = 0, reserved_at = now, lease_ends = now, terms = '-', windows = {} }
end

-- Takes back what a record still has set aside, in every scope from where that scope counts it.
local function free(record)
  if record.state ~= 'held' and record.state ~= 'lapsed' then return end
  for _, window in ipairs(record.windows) do
    local is_reserved = redis.call('ZREM', window.scope.leases, window.member) == 1
    add(window.scope, window.fields, { [is_reserved and 'reserved' or 'expired'] = -record.amount })
  end
end

local function charge(windows, actual, overrun)
  for _, window in ipairs(windows) do
    add(window.scope, window.fields, { settled = actual, charges = 1, overrun = overrun })
  end
end
`
