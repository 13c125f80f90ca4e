#!lua flags=allow-oom
--[[
  Takes deliveries that are due, for a while: whoever takes them finishes them by then, or they are due again. Of one channel only a few at a time,
  and none of those named: a receiver that is slow delays nobody else's.

  KEYS[1] due    sorted set: `<project> <id> <channel>` by when (ms)
  ARGV[1] lease  ms
  ARGV[2] most   how many
  ARGV[3] each   how many of one channel
  ARGV[4...]     `<project> <channel>` of which none is taken

  Returns {member, deadline (ms), …}; the deadline is what `finishDelivery` wants to see.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

-- Members looked at.
local REACH = 2000

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.pcall('ZRANGEBYSCORE', KEYS[1], '-inf', digits(now), 'LIMIT', 0, REACH)
if failure(due) then return wrongType(KEYS[1]) end
local most, each, counts = tonumber(ARGV[2]), tonumber(ARGV[3]), {}
for i = 4, #ARGV do counts[ARGV[i]] = each end
local deadline, taken = digits(now + tonumber(ARGV[1])), {}
for _, member in ipairs(due) do
  if #taken >= 2 * most then break end
  local project, id, channel = string.match(member, '^(%S+) (%S+) ?(%S*)$')
  local name = project and project .. ' ' .. (channel ~= '' and channel or id) or member
  local count = counts[name] or 0
  if count < each then
    counts[name] = count + 1
    redis.call('ZADD', KEYS[1], deadline, member)
    taken[#taken + 1] = member
    taken[#taken + 1] = deadline
  end
end
return taken
