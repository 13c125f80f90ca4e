#!lua flags=allow-oom
--[[
  One bounded step through one `by:` index, oldest first: takes out sessions whose row is gone (and of a user's index: that left
  no occurrences or server events either), and the index's name when nothing is left.

  KEYS[1] index    sorted set  KEYS[2] indexes  set
  Built from the base: the rows of the sessions found.
  ARGV[1] base     of the project
  ARGV[2] token    the index's name in `indexes`
  ARGV[3] cutoff   s: older sessions are past retention
  ARGV[4] offset   living sessions already passed over
  ARGV[5] count    sessions to look at

  Returns {swept, next offset ('' = done)}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

-- As in sweepSessions: a row can expire an hour before its score says so.
local STEP = 3600
local base, offset = ARGV[1], tonumber(ARGV[4])
if failure(redis.pcall('ZCARD', KEYS[1])) then return wrongType(KEYS[1]) end
if failure(redis.pcall('SCARD', KEYS[2])) then return wrongType(KEYS[2]) end

local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', digits(tonumber(ARGV[3]) + STEP), 'LIMIT', offset, ARGV[5])
local swept = 0
local isUser = string.find(ARGV[2], '^user:')
for _, session in ipairs(found) do
  if redis.call('EXISTS', sessionKey(base, session), isUser and reportsKey(base, session) or sessionKey(base, session)) == 0 then
    redis.call('ZREM', KEYS[1], session)
    swept = swept + 1
  end
end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[2]) end
return { digits(swept), #found < tonumber(ARGV[5]) and '' or digits(offset + #found - swept) }
