#!lua flags=allow-oom
--[[
  Tells one shard's part of a problem what was decided. Resolved: marks it, so that the next occurrence is known as a regression; one that came
  between the decision and this call is a regression already and leaves its notice here. Any other status takes the mark away.
  Calls may come out of order: an older decision than the last one is passed over.

  KEYS[1] problem  hash  KEYS[2] alerts  stream
  ARGV[1] project, ARGV[2] fingerprint
  ARGV[3] status   open, resolved or ignored
  ARGV[4] set at   µs

  Returns marked, regressed, cleared, outdated or absent (there is no such part).
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local MOST_NOTICES = 10000
local setAt = tonumber(ARGV[4])
local part = redis.pcall('HMGET', KEYS[1], 'received', 'decided_at', 'release')
if failure(part) then return wrongType(KEYS[1]) end
if failure(redis.pcall('XLEN', KEYS[2])) then return wrongType(KEYS[2]) end
local received = tonumber(part[1] or '')
if not received then return 'absent' end
if (tonumber(part[2] or '') or 0) > setAt then return 'outdated' end

redis.call('HSET', KEYS[1], 'decided_at', ARGV[4])
if ARGV[3] ~= 'resolved' then
  redis.call('HDEL', KEYS[1], 'resolved')
  return 'cleared'
end
redis.call('HDEL', KEYS[1], 'regressed_at', 'regressed_release')
if received <= setAt then
  redis.call('HSET', KEYS[1], 'resolved', '1')
  return 'marked'
end
redis.call('HDEL', KEYS[1], 'resolved')
local receivedMs = math.floor(received / 1000)
redis.call('HSET', KEYS[1], 'regressed_at', seconds(receivedMs), 'regressed_release', part[3] or '')
redis.call('XADD', KEYS[2], 'MAXLEN', '~', MOST_NOTICES, '*', 'kind', 'regression', 'project', ARGV[1], 'fingerprint', ARGV[2], 'session', '',
  'window', '', 'at', digits(receivedMs))
return 'regressed'
