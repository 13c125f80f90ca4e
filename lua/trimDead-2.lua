#!lua flags=allow-oom
--[[
  One bounded step of trimming dead letters past retention: at most the first hour of them. Their count moves from `dead` to `dropped`.

  KEYS[1] dead     stream  KEYS[2] outcomes hash
  ARGV[1] cutoff   ms: older letters go

  Returns {dropped, '1' when there may be more else '0'}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/outcomes.lua"

local oldest = redis.pcall('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)
if failure(oldest) then return wrongType(KEYS[1]) end
local fault = outcomesFault(KEYS[2])
if fault then return fault end
if not oldest[1] then return { '0', '0' } end

local cutoff = tonumber(ARGV[1])
local step = math.min(cutoff, tonumber(string.match(oldest[1][1], '^%d+')) + 3600000)
local dropped = redis.call('XTRIM', KEYS[1], 'MINID', '=', digits(step))
if dropped > 0 then
  redis.call('HINCRBY', KEYS[2], 'dead', -dropped)
  redis.call('HINCRBY', KEYS[2], 'dropped', dropped)
end
return { digits(dropped), step < cutoff and '1' or '0' }
