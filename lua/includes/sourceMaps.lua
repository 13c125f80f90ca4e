-- What is known of a release's source maps: `<bytes stored> <newest upload or use, ms> <deadline, ms; 0 = none>`. Its files share the deadline.
local function releaseRecord(text)
  local stored, at, deadline = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  return tonumber(stored or '0'), tonumber(at or '0'), tonumber(deadline or '0')
end

local function timeMs()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function expireAt(key, deadline)
  if deadline > 0 then redis.call('PEXPIREAT', key, digits(deadline)) else redis.call('PERSIST', key) end
end

-- Gives everything of a release its new deadline when the old one is off by a step or more; returns the one it has then.
local function keepRelease(base, release, files, names, deadline, now, retention, step)
  local wanted = retention > 0 and now + retention or 0
  if deadline == wanted or (deadline > 0 and wanted > 0 and math.abs(wanted - deadline) < step) then return deadline end
  for _, name in ipairs(names) do expireAt(sourceMapKey(base, release, name), wanted) end
  expireAt(files, wanted)
  return wanted
end

-- Writes down what is known of a release, forgets those whose time has come, and lets the whole list live as long as its longest.
local function writeRelease(releases, known, release, stored, now, deadline)
  local longest = deadline
  for index = 1, #known, 2 do
    if known[index] ~= release then
      local _, _, other = releaseRecord(known[index + 1])
      if other > 0 and other <= now then
        redis.call('HDEL', releases, known[index])
      elseif other == 0 or longest == 0 then
        longest = 0
      else
        longest = math.max(longest, other)
      end
    end
  end
  redis.call('HSET', releases, release, digits(stored) .. ' ' .. digits(now) .. ' ' .. digits(deadline))
  expireAt(releases, longest)
end
