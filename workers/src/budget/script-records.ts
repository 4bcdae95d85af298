/**
 * The records of holds in Redis, for the Lua of every verb that has one: `records` reads and saves them, `closings`
 * is what the verbs that end a hold share. They stand on `books`.
 */
export const records = `
local record_key = KEYS[#KEYS]

local function member_of(id, amount, fields) return string.format('%s>%.0f>%s', id, amount, fields) end

local function read_record(id)
  local text = redis.call('GET', record_key)
  if not text then return nil end
  local words = {}
  for word in string.gmatch(text, '%S+') do words[#words + 1] = word end
  local record = { id = id, state = words[1], amount = tonumber(words[3]), charged = tonumber(words[4]),
    reserved_at = tonumber(words[5]), lease_ends = tonumber(words[6]), terms = words[7], windows = {} }
  if tonumber(words[2]) <= now then return nil end
  if record.state == 'held' and record.lease_ends <= now then record.state = 'lapsed' end
  for i = 8, #words do
    local counted_in, tokens = string.match(words[i], '^>([^>]+)>(%d+)$')
    if counted_in then
      record.limit_scope, record.limit_tokens = counted_in, tonumber(tokens)
      if counted_in ~= limit_scope then record.elsewhere = true end
    else
      local name, fields = string.match(words[i], '^([^>]+)>(.+)$')
      local scope = scope_named[name]
      local member = member_of(id, record.amount, fields)
      record.windows[#record.windows + 1] = { name = name, scope = scope, fields = fields, member = member }
      if not scope then record.elsewhere = true
      elseif record.state == 'held' and not redis.call('ZSCORE', scope.leases, member) then record.state = 'lapsed' end
    end
  end
  return record
end

local function save(record)
  local kept_ms = tombstone_ms
  if record.state == 'held' then kept_ms = record.lease_ends - now + expired_ms end
  local words = { string.format('%s %.0f %.0f %.0f %.0f %.0f %s', record.state, now + kept_ms, record.amount,
    record.charged, record.reserved_at, record.lease_ends, record.terms) }
  if record.state ~= 'settled' then
    for _, window in ipairs(record.windows) do words[#words + 1] = window.name .. '>' .. window.fields end
  end
  if record.limit_scope and record.state == 'held' then
    words[#words + 1] = string.format('>%s>%.0f', record.limit_scope, record.limit_tokens)
  end
  redis.call('SET', record_key, table.concat(words, ' '), 'PX', int(kept_ms))
end
`

export const closings = `
-- A caller may hand over a hold with other caps than it was reserved with: then it must ask again, with these keys.
local function scopes_of(record)
  local reply = { 'elsewhere' }
  for _, window in ipairs(record.windows) do reply[#reply + 1] = window.name end
  if record.limit_scope then reply[#reply + 1] = '>' .. record.limit_scope end
  return reply
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
