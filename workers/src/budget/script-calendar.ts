/**
 * Calendar windows in Lua: the twin of the core's `windowAt`, for a Redis that picks the window by its own clock.
 *
 * Lua in Redis knows neither dates nor time zones. A zone comes as the core's table, rows of `since` and `offset`;
 * the days of a month are counted as if the year began in March, so that the leap day comes last.
 */
export const calendar = `
local HOUR, DAY = 3600000, 86400000

local function month_of(day)
  local z = day + 719468
  local era = math.floor(z / 146097)
  local of_era = z - era * 146097
  local year = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524)
    - math.floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local from_march = math.floor((5 * of_year + 2) / 153)
  return (era * 400 + year - 1970) * 12 + from_march + 2
end

local function first_day(month)
  local march_years = 1970 * 12 + month - 2
  local year = math.floor(march_years / 12)
  local from_march = march_years - year * 12
  local era = math.floor(year / 400)
  local of_era = year - era * 400
  return era * 146097 + of_era * 365 + math.floor(of_era / 4) - math.floor(of_era / 100)
    + math.floor((153 * from_march + 2) / 5) - 719468
end

local function row_at(zone, at)
  local found = 1
  for i = 2, #zone do
    if zone[i].since <= at then found = i end
  end
  return found
end

local function first_instant(zone, wall)
  for i = 1, #zone do
    local shown = wall - zone[i].offset
    if i > 1 and shown < zone[i].since then shown = zone[i].since end
    if not zone[i + 1] or shown < zone[i + 1].since then return shown end
  end
end

local function span_at(zone, at, span, wall_start)
  while first_instant(zone, wall_start(span + 1)) <= at do span = span + 1 end
  return first_instant(zone, wall_start(span)), first_instant(zone, wall_start(span + 1))
end

local function start_of_day(day) return day * DAY end
local function start_of_month(month) return first_day(month) * DAY end

local function window_at(window, zone, at)
  if window == 'total' then return 0, nil end
  local index = row_at(zone, at)
  local row, nxt = zone[index], zone[index + 1]
  if window == 'hour' then
    local starts = math.floor((at + row.offset) / HOUR) * HOUR - row.offset
    local ends = starts + HOUR
    if nxt and nxt.since < ends then ends = nxt.since end
    if index > 1 and starts < row.since then starts = row.since end
    return starts, ends
  end
  local day = math.floor((at + row.offset) / DAY)
  if window == 'day' then return span_at(zone, at, day, start_of_day) end
  return span_at(zone, at, month_of(day), start_of_month)
end
`
