#!lua flags=allow-oom
--[[
  Takes deliveries that are due, for a while: whoever takes them finishes them by then, or they are due again.

  KEYS[1] due    sorted set: `<project> <id>` by when (ms)
  ARGV[1] lease  ms
  ARGV[2] most   how many

  Returns {member, deadline (ms), …}; the deadline is what `finishDelivery` wants to see.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.pcall('ZRANGEBYSCORE', KEYS[1], '-inf', digits(now), 'LIMIT', 0, ARGV[2])
if failure(due) then return wrongType(KEYS[1]) end
local deadline, taken = digits(now + tonumber(ARGV[1])), {}
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], deadline, member)
  taken[#taken + 1] = member
  taken[#taken + 1] = deadline
end
return taken
