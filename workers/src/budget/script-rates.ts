/**
 * Limits in Redis, for the Lua of the verbs that take of them or give back: the twin of the core's `rate.ts`.
 *
 * Two keys a scope, with the tenant as their hash tag, among KEYS only where the hold is counted under limits, right
 * before its record:
 *
 *     {tenant}:q:<scope>   `second:requests:tokens` for each second that still counts, the earliest first
 *     {tenant}:o:<scope>   sorted set: the ids of open holds by the end of their lease
 *
 * What is made here is made only where there are limits: functions that nobody calls cost every reserve their making.
 *
 * A record names the scope and the tokens it was counted under, so that whoever ends it finds what to correct.
 */
export const rates = `
local RATE_WINDOW, RATE_SECOND = 60000, 1000
local quota_key, open_key = KEYS[#KEYS - 2], KEYS[#KEYS - 1]
local limit_scope = quota_key and string.match(quota_key, '^{[^}]*}:q:(.*)$')

local slot_end, bounded, read_slots, change_slots, correct

if limit_scope then
  slot_end = function(slot) return (slot.second + 1) * RATE_SECOND + RATE_WINDOW end
  bounded = function(count) return math.min(math.max(0, count), SAFE) end

  read_slots = function()
    local slots = {}
    for second, requests, tokens in string.gmatch(redis.call('GET', quota_key) or '', '(%d+):(%d+):(%d+)') do
      local slot = { second = tonumber(second), requests = tonumber(requests), tokens = tonumber(tokens) }
      if slot_end(slot) > now then slots[#slots + 1] = slot end
    end
    return slots
  end

  local function write_slots(slots)
    local words, last = {}, nil
    for _, slot in ipairs(slots) do
      if slot.requests > 0 or slot.tokens > 0 then
        words[#words + 1] = string.format('%.0f:%.0f:%.0f', slot.second, slot.requests, slot.tokens)
        last = slot
      end
    end
    if not last then redis.call('DEL', quota_key)
    else redis.call('SET', quota_key, table.concat(words, ' '), 'PX', int(slot_end(last) - now)) end
  end

  -- A second that is forgotten is opened again by no verb but the one that takes.
  change_slots = function(slots, at, requests, tokens, opens)
    local second, found = math.floor(at / RATE_SECOND), nil
    for _, slot in ipairs(slots) do
      if slot.second == second then found = slot end
    end
    if not found then
      if not opens then return end
      found = { second = second, requests = 0, tokens = 0 }
      slots[#slots + 1] = found
      table.sort(slots, function(a, b) return a.second < b.second end)
    end
    found.requests = bounded(found.requests + requests)
    found.tokens = bounded(found.tokens + tokens)
    write_slots(slots)
  end

  -- What the verb that first ends a hold corrects, and the place that it leaves; the scopes must be the same.
  correct = function(record, requests, tokens)
    change_slots(read_slots(), record.reserved_at, requests, tokens, false)
    redis.call('ZREM', open_key, record.id)
  end
end
`

export const limits = `
local limited, rates_now, limit_in_the_way, take_rate
local limit_words = take()
if limit_words ~= '' then
  local tokens, requests_limit, tokens_limit, concurrent =
    string.match(limit_words, '^(%d+)|([%d-]+)|([%d-]+)|([%d-]+)$')
  limited = { tokens = tonumber(tokens), requests_limit = tonumber(requests_limit),
    tokens_limit = tonumber(tokens_limit), concurrent = tonumber(concurrent), slots = read_slots() }

  local function rate_sum(kind)
    local sum = 0
    for _, slot in ipairs(limited.slots) do sum = sum + slot[kind] end
    return bounded(sum)
  end

  local function rate_reset(kind)
    local ms = 0
    for _, slot in ipairs(limited.slots) do
      if slot[kind] > 0 then ms = slot_end(slot) - now end
    end
    return ms
  end

  rates_now = function()
    return string.format('%.0f %.0f %.0f %.0f', rate_sum('requests'), rate_sum('tokens'), rate_reset('requests'),
      rate_reset('tokens'))
  end

  -- Zero where waiting never helps.
  local function passes_in(kind, room)
    if room < 0 then return 0 end
    local left = rate_sum(kind)
    for _, slot in ipairs(limited.slots) do
      left = left - slot[kind]
      if left <= room then return slot_end(slot) - now end
    end
    return 0
  end

  local function rated(kind, most, asked)
    if not most or rate_sum(kind) + asked <= most then return nil end
    return { kind, int(asked), passes_in(kind, most - asked) }
  end

  -- The limit that keeps the attempt out longest: nobody shall be told to retry what cannot pass.
  limit_in_the_way = function()
    local requests = rated('requests', limited.requests_limit, 1)
    local tokens = rated('tokens', limited.tokens_limit, limited.tokens)
    if requests and tokens then
      local longer = requests[3] ~= 0 and (tokens[3] == 0 or tokens[3] > requests[3])
      return longer and tokens or requests
    end
    if requests or tokens then return requests or tokens end
    if not limited.concurrent then return nil end
    if redis.call('ZCOUNT', open_key, '(' .. int(now), '+inf') < limited.concurrent then return nil end
    return { 'concurrent', '1', 0 }
  end

  take_rate = function(id, lease_ends)
    change_slots(limited.slots, now, 1, limited.tokens, true)
    local lapsed = redis.call('ZRANGEBYSCORE', open_key, '-inf', int(now), 'LIMIT', 0, sweep_batch)
    if #lapsed > 0 then redis.call('ZREM', open_key, unpack(lapsed)) end
    redis.call('ZADD', open_key, int(lease_ends), id)
    -- A day is the longest lease there is.
    redis.call('PEXPIRE', open_key, 172800000)
  end
end
`
