#!lua flags=allow-oom
--[[
  Puts a session under a legal hold: nothing of it expires, and neither retention nor limits nor a deletion take anything of it. A hold that stands
  gets the new reason.

  KEYS[1] row      hash  KEYS[2] windows  hash  KEYS[3] held  sorted set: sessions by when their hold began (s)
  Built from the base: the chunks of each window, the data key; the session's reports, and copies of what they list.
  ARGV[1] base     of the project
  ARGV[2] session  id
  ARGV[3] reason   text

  Returns held or absent (there is no such session).
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADROW <message>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"
--- @include "includes/reports.lua"
--- @include "includes/holdKeys.lua"

local base, session = ARGV[1], ARGV[2]
local row = redis.pcall('HMGET', KEYS[1], 'rev', 'held')
if failure(row) then return wrongType(KEYS[1]) end
if failure(redis.pcall('ZCARD', KEYS[3])) then return wrongType(KEYS[3]) end
local keys = expiringKeys(base, session)
if not keys then return wrongType(KEYS[2]) end
if failure(redis.pcall('XLEN', heldReportsKey(base, session))) then return wrongType(heldReportsKey(base, session)) end
local understood, revision = pcall(integer, row[1], 0)
if not understood then return redis.error_reply('SENTIERO BADROW ' .. messageOf(revision)) end
if not row[1] then return 'absent' end

local since = row[2] and string.match(row[2], '^%d+') or redis.call('TIME')[1]
redis.call('HSET', KEYS[1], 'held', since .. ' ' .. ARGV[3], 'rev', digits(revision + 1))
redis.call('HDEL', KEYS[1], 'expires_at')
redis.call('ZADD', KEYS[3], since, session)
for _, key in ipairs(keys) do redis.call('PERSIST', key) end
redis.call('PERSIST', reportsKey(base, session))
copyReports(base, session)
return 'held'
