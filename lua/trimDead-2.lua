#!lua flags=allow-oom
--[[
  One bounded step of trimming dead letters past retention, oldest first: at most 100 of them, fewer once 4 MiB of letters were read.
  Their count moves from `dead` to `dropped`.

  KEYS[1] dead     stream  KEYS[2] outcomes hash
  ARGV[1] cutoff   ms: older letters go

  Returns {dropped, '1' when there may be more else '0'}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/outcomes.lua"

local STEP, MOST_LETTERS, MOST_BYTES = 4, 100, 4194304
if failure(redis.pcall('XLEN', KEYS[1])) then return wrongType(KEYS[1]) end
local fault = outcomesFault(KEYS[2])
if fault then return fault end

-- `(cutoff` is before every letter of that ms.
local till, dropped, bytes, mayBeMore = '(' .. digits(tonumber(ARGV[1])) .. '-0', 0, 0, true
while mayBeMore and dropped < MOST_LETTERS and bytes < MOST_BYTES do
  -- XRANGE copies the letters it finds: their bodies are what a step costs.
  local letters = redis.call('XRANGE', KEYS[1], '-', till, 'COUNT', STEP)
  local ids = {}
  for i, letter in ipairs(letters) do
    ids[i] = letter[1]
    for _, value in ipairs(letter[2]) do bytes = bytes + #value end
  end
  if #ids > 0 then dropped = dropped + redis.call('XDEL', KEYS[1], unpack(ids)) end
  mayBeMore = #ids == STEP
end
if dropped > 0 then
  redis.call('HINCRBY', KEYS[2], 'dead', -dropped)
  redis.call('HINCRBY', KEYS[2], 'dropped', dropped)
end
return { digits(dropped), mayBeMore and '1' or '0' }
