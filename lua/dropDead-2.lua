#!lua flags=allow-oom
--[[
  Drops dead letters for good: their count moves from `dead` to `dropped`.

  KEYS[1] dead     stream  KEYS[2] outcomes hash
  ARGV[1...]       ids of letters

  Returns how many were there.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>, SENTIERO ARGUMENTS
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/outcomes.lua"

if failure(redis.pcall('XLEN', KEYS[1])) then return wrongType(KEYS[1]) end
local fault = outcomesFault(KEYS[2])
if fault then return fault end
if #ARGV == 0 or #ARGV > 1000 then return redis.error_reply('SENTIERO ARGUMENTS') end
for i = 1, #ARGV do
  if not string.match(ARGV[i], '^%d+%-%d+$') then return redis.error_reply('SENTIERO ARGUMENTS') end
end
local dropped = redis.call('XDEL', KEYS[1], unpack(ARGV))
if dropped > 0 then
  redis.call('HINCRBY', KEYS[2], 'dead', -dropped)
  redis.call('HINCRBY', KEYS[2], 'dropped', dropped)
end
return digits(dropped)
