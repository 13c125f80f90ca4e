#!lua flags=no-writes,allow-oom
--[[
  How many occurrences and server events of a session there are.

  KEYS[1] reports  hash
  Built from the base: the streams they lie in.
  ARGV[1] base, ARGV[2] session

  Returns {occurrences, server events}; 0 for keys of another type.
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"
--- @include "includes/reports.lua"

local function count(key, ids)
  local present = 0
  for _, id in ipairs(ids) do
    local found = redis.pcall('XRANGE', key, id, id)
    if not failure(found) and found[1] then present = present + 1 end
  end
  return present
end
local links, events = reportsOf(ARGV[1], ARGV[2])
local occurrences = 0
for _, link in ipairs(links) do occurrences = occurrences + count(occurrencesKey(ARGV[1], link.fingerprint), link.ids) end
return { digits(occurrences), digits(count(trackKey(ARGV[1]), events)) }
