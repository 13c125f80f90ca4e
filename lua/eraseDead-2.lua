#!lua flags=allow-oom
--[[
  One bounded step through the dead letters, removing those of the given sessions: their count moves from `dead` to `erased`.

  KEYS[1] dead     stream  KEYS[2] outcomes hash
  ARGV[1] from     id to begin with, `(id` to begin after it, '-' for the first
  ARGV[2] count    letters to look at
  ARGV[3] project
  ARGV[4...]       sessions

  Returns {erased, last id looked at ('' = done)}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"
--- @include "includes/outcomes.lua"

local fault = outcomesFault(KEYS[2])
if fault then return fault end
local letters = redis.pcall('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
if failure(letters) then return wrongType(KEYS[1]) end
local sessions, erased = {}, 0
for i = 4, #ARGV do sessions[ARGV[i]] = true end
for _, letter in ipairs(letters) do
  if fieldOf(letter[2], 'project') == ARGV[3] and sessions[fieldOf(letter[2], 'session') or ''] then
    erased = erased + redis.call('XDEL', KEYS[1], letter[1])
  end
end
if erased > 0 then
  redis.call('HINCRBY', KEYS[2], 'dead', -erased)
  redis.call('HINCRBY', KEYS[2], 'erased', erased)
end
return { digits(erased), #letters == tonumber(ARGV[2]) and letters[#letters][1] or '' }
