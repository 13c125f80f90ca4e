#!lua flags=allow-oom
--[[
  Begins the quiet period of a rule and a problem. The notice that began it may come again: nothing is lost between this and the deliveries.

  KEYS[1] sent    string: the notice that was told; its life is the quiet period
  ARGV[1] notice  id
  ARGV[2] quiet   s, at least 1

  Returns 1 when this notice is to be told, else 0.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"

local sent = redis.pcall('GET', KEYS[1])
if failure(sent) then return wrongType(KEYS[1]) end
if sent then return sent == ARGV[1] and 1 or 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
