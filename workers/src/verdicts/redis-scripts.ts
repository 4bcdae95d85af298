/**
 * A book of verdicts in Redis. All keys are in the judge's own slot:
 *
 *   {judge}:v           a hash: kind → "heardAt epoch offset below verdicts good near reference"
 *   {judge}:v:<kind>    a list: one "at good near reference" for each verdict that counts, the newest last
 *   {judge}:v-moves     a list: the log of moves, each as JSON, the newest last
 *
 * The sums in the hash are those of the list, changed together, so that a verdict costs the same however many count. Where
 * they disagree, as when a full server has dropped one key and not the other, or where what is kept cannot be read, the
 * count begins anew. Offsets are in millionths. The time is Redis' own; everything is forgotten by itself.
 */
const head = `#!lua flags=allow-key-locking
local function read(kept)
  local pattern = '^(%d+) (%d+) (%-?%d+) ([01]) (%d+) (%d+) (%d+) (%d+)$'
  local heard, epoch, offset, below, verdicts, good, near, reference = string.match(kept or '', pattern)
  if not heard then return nil end
  return { heard = tonumber(heard), epoch = tonumber(epoch), offset = offset, below = below,
    tonumber(verdicts), tonumber(good), tonumber(near), tonumber(reference) }
end
local function told(kind)
  return string.format('%d %s %s %d %d %d %d', kind.epoch, kind.offset, kind.below, kind[1], kind[2], kind[3], kind[4])
end
local function write(name, kind)
  redis.call('HSET', KEYS[1], name, string.format('%d ', kind.heard) .. told(kind))
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** Answers in one line the name, whether it was counted, and how it stands: no client takes that for JSON and reads it. */
export const addScript: string = `${head}
local name, list = ARGV[1], KEYS[2]
local epoch, window, keep = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call('HGET', KEYS[1], name)
if not kept then
  local all, room = redis.call('HGETALL', KEYS[1]), tonumber(ARGV[5])
  for at = 1, #all, 2 do
    local each = read(all[at + 1])
    if each and each.heard + keep > now then room = room - 1 else redis.call('HDEL', KEYS[1], all[at]) end
  end
  if room < 1 then
    name, list = ARGV[6], KEYS[3]
    kept = redis.call('HGET', KEYS[1], name)
  end
end
local kind = read(kept)
if not kind or kind.heard + keep <= now then
  kind = { heard = now, epoch = 0, offset = '0', below = '0', 0, 0, 0, 0 }
end
if kind.epoch ~= epoch then return name .. ' moved ' .. told(kind) end
if redis.call('LLEN', list) ~= kind[1] then
  redis.call('DEL', list)
  kind[1], kind[2], kind[3], kind[4] = 0, 0, 0, 0
end
redis.call('RPUSH', list, string.format('%d ', now) .. ARGV[7])
kind[1] = kind[1] + 1
local function count(words, sign)
  local good, near, reference = string.match(words, '(%d+) (%d+) (%d+)$')
  kind[2] = kind[2] + sign * good
  kind[3] = kind[3] + sign * near
  kind[4] = kind[4] + sign * reference
end
count(ARGV[7], 1)
while true do
  local oldest = redis.call('LINDEX', list, 0)
  if kind[1] <= window and tonumber(string.match(oldest, '^%d+')) + keep > now then break end
  redis.call('LPOP', list)
  kind[1] = kind[1] - 1
  count(oldest, -1)
end
kind.heard = now
write(name, kind)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', list, ARGV[4])
return name .. ' counted ' .. told(kind)`

/** Answers `changed`, or `behind` where somebody else has changed it. */
export const changeScript: string = `${head}
local kind = read(redis.call('HGET', KEYS[1], ARGV[1]))
if not kind or kind.epoch ~= tonumber(ARGV[2]) or kind.below ~= ARGV[3] then return 'behind' end
if ARGV[8] == '0' then
  kind.below = ARGV[4]
else
  kind = { heard = kind.heard, epoch = kind.epoch + 1, offset = ARGV[4], below = '0', 0, 0, 0, 0 }
  redis.call('DEL', KEYS[2])
  redis.call('RPUSH', KEYS[3], ARGV[5])
  redis.call('LTRIM', KEYS[3], -tonumber(ARGV[6]), -1)
  redis.call('PEXPIRE', KEYS[3], ARGV[7])
end
write(ARGV[1], kind)
return 'changed'`

/** Answers a line for each kind: its name, and how it stands. */
export const readScript: string = `${head}
local all, said = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #all, 2 do
  local kind = read(all[at + 1])
  if kind and kind.heard + tonumber(ARGV[1]) > now then
    said[#said + 1] = all[at] .. ' ' .. told(kind)
  end
end
return said`

export const movesScript: string = `#!lua flags=allow-key-locking
return redis.call('LRANGE', KEYS[1], 0, -1)`
