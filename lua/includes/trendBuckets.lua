-- The names of the times occurrences are counted by: `m<yyyymmddhhmm>`, `h<yyyymmddhh>`, `d<yyyymmdd>`, UTC.
-- The civil date of a day number, in years that begin in March (Hinnant, "chrono-compatible low-level date algorithms").
local function civilDate(day)
  local shifted = day + 719468
  local era = math.floor(shifted / 146097)
  local dayOfEra = shifted - era * 146097
  local year = math.floor((dayOfEra - math.floor(dayOfEra / 1460) + math.floor(dayOfEra / 36524) - math.floor(dayOfEra / 146096)) / 365)
  local dayOfYear = dayOfEra - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local march = math.floor((5 * dayOfYear + 2) / 153)
  local month = march < 10 and march + 3 or march - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, dayOfYear - math.floor((153 * march + 2) / 5) + 1
end

local function bucketName(kind, ms)
  local name = string.format('%s%04d%02d%02d', kind, civilDate(math.floor(ms / 86400000)))
  local minutes = math.floor(ms / 60000) % 1440
  if kind == 'd' then return name end
  name = name .. string.format('%02d', math.floor(minutes / 60))
  return kind == 'h' and name or name .. string.format('%02d', minutes % 60)
end

-- How long each is kept, ms; clocks of senders may be ahead by so much.
local BUCKET_LIVES, CLOCK_SKEW = { m = 7200000, h = 604800000, d = 7776000000 }, 3600000
local bounds

-- The first and the last name of each kind that are counted.
local function bucketBounds(ms)
  if bounds then return bounds end
  bounds = {}
  for kind, life in pairs(BUCKET_LIVES) do bounds[kind] = { first = bucketName(kind, ms - life), last = bucketName(kind, ms + CLOCK_SKEW) } end
  return bounds
end
