#!lua flags=allow-oom
--[[
  Ends a legal hold: the session expires again as retention says. What is past it goes with the next sweep, or by itself a minute later.

  KEYS[1] row      hash  KEYS[2] windows  hash  KEYS[3] held  sorted set
  Built from the base: the chunks of each window, the data key; the session's reports and the copies of what they list, which go.
  Reports, and the data key for their sake, live as long as what they list may: or an erasure would no longer find it.
  ARGV[1] base     of the project
  ARGV[2] session  id
  ARGV[3] retention  s after the last update; 0 keeps it for ever
  ARGV[4] errors     s reports are kept from now on; 0 keeps them for ever

  Returns {state, deadline, deadline of the data key}: state is released, free (it was not held) or absent; deadlines are ms since 1970, '' = none.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADROW <message>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"
--- @include "includes/reports.lua"
--- @include "includes/holdKeys.lua"

local base, session, retention, errors = ARGV[1], ARGV[2], tonumber(ARGV[3]) * 1000, tonumber(ARGV[4]) * 1000
local row = redis.pcall('HMGET', KEYS[1], 'rev', 'held', 'updated_at')
if failure(row) then return wrongType(KEYS[1]) end
if failure(redis.pcall('ZCARD', KEYS[3])) then return wrongType(KEYS[3]) end
local keys = expiringKeys(base, session)
if not keys then return wrongType(KEYS[2]) end
local understood, revision = pcall(integer, row[1], 0)
if not understood then return redis.error_reply('SENTIERO BADROW ' .. messageOf(revision)) end
local updated = tonumber(row[3] or '0')
if not updated then return redis.error_reply('SENTIERO BADROW updated_at') end

if not row[2] then
  redis.call('ZREM', KEYS[3], session)
  return { redis.call('EXISTS', KEYS[1]) == 1 and 'free' or 'absent', '', '' }
end
redis.call('ZREM', KEYS[3], session)
redis.call('HDEL', KEYS[1], 'held')
redis.call('UNLINK', heldReportsKey(base, session))
redis.call('HSET', KEYS[1], 'rev', digits(revision + 1))
local time = redis.call('TIME')
local nowMs = time[1] * 1000
local deadline = retention > 0 and math.max(milliseconds(updated) + retention, nowMs + 60000) or 0
if deadline > 0 then
  redis.call('HSET', KEYS[1], 'expires_at', digits(deadline))
  for _, key in ipairs(keys) do redis.call('PEXPIREAT', key, digits(deadline)) end
end
local keyEnds = deadline
if hasReports(base, session) then
  local ends = errors > 0 and math.max(deadline, nowMs + errors) or 0
  if ends > 0 then redis.call('PEXPIREAT', reportsKey(base, session), digits(ends)) else redis.call('PERSIST', reportsKey(base, session)) end
  -- Chunks kept for ever need their key for ever.
  keyEnds = deadline > 0 and ends or 0
  if keyEnds > 0 then redis.call('PEXPIREAT', keyKey(base, session), digits(keyEnds)) else redis.call('PERSIST', keyKey(base, session)) end
end
return { 'released', deadline > 0 and digits(deadline) or '', keyEnds > 0 and digits(keyEnds) or '' }
