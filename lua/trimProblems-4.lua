#!lua flags=allow-oom
--[[
  One bounded step through the problems of a project in this shard: occurrences, places of sessions, and with the first step server events and names
  of releases and environments, that are older than a time go. Names problems that received nothing since, for the caller to look at the other shards.

  KEYS[1] problems  sorted set  KEYS[2] problems:releases  sorted set  KEYS[3] problems:environments  sorted set  KEYS[4] track  stream
  Built from the base: the parts of the problems found, their occurrences and sessions.
  ARGV[1] base, ARGV[2] cutoff  ms since 1970
  ARGV[3] offset   problems already looked at
  ARGV[4] count    problems to look at

  Returns {occurrences, server events, next offset ('' = done), fingerprint...}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local base, cutoff, offset, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
for i = 1, 3 do
  if failure(redis.pcall('ZCARD', KEYS[i])) then return wrongType(KEYS[i]) end
end
if failure(redis.pcall('XLEN', KEYS[4])) then return wrongType(KEYS[4]) end

local function trim(key)
  local trimmed = redis.pcall('XTRIM', key, 'MINID', '=', digits(cutoff))
  return failure(trimmed) and 0 or trimmed
end
local before = '(' .. seconds(cutoff)
local occurrences, events, quiet = 0, 0, {}
if offset == 0 then
  events = trim(KEYS[4])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', before)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', before)
end
local found = redis.call('ZRANGE', KEYS[1], offset, offset + count - 1)
for _, fingerprint in ipairs(found) do
  local received = redis.pcall('HGET', problemKey(base, fingerprint), 'received')
  occurrences = occurrences + trim(occurrencesKey(base, fingerprint))
  if type(received) == 'string' and (tonumber(received) or 0) >= cutoff * 1000 then
    redis.pcall('ZREMRANGEBYSCORE', affectedKey(base, fingerprint), '-inf', before)
  else
    -- Its sessions stay until it goes: their links must go with it.
    quiet[#quiet + 1] = fingerprint
  end
end
local reply = { digits(occurrences), digits(events), #found < count and '' or digits(offset + #found) }
for _, fingerprint in ipairs(quiet) do reply[#reply + 1] = fingerprint end
return reply
