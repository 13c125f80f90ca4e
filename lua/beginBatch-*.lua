#!lua flags=allow-oom
--[[
  Announces a micro-batch before it is worked on: who dies in it leaves the range behind. Tells what the batch must be computed from.

  KEYS[1] lease     string
  KEYS[2] applied   string
  KEYS[3] inflight  hash
  then per session of the batch: row (hash), tombstone (string)
  ARGV[1] holder    worker id
  ARGV[2] applied   id the batch builds on ('' = none)
  ARGV[3] first, ARGV[4] last  ids of the batch
  ARGV[5] alone     '1': one entry of a range left in flight. The range stays, the entry's attempts are counted

  Returns {attempts, then per session: rev ('' = no row), '1' when a tombstone stands, '2' when a hold does, else '0'}. attempts counts this one; '0' unless alone.
  A row of another type reads as no row: the commit finds it and sends the entry to `dead`.
  Errors: SENTIERO LEASE <holder>, SENTIERO APPLIED <id>, SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local held = redis.pcall('GET', KEYS[1])
if failure(held) then return wrongType(KEYS[1]) end
local applied = redis.pcall('GET', KEYS[2])
if failure(applied) then return wrongType(KEYS[2]) end
local attempts = redis.pcall('HGET', KEYS[3], 'alone:' .. ARGV[3])
if failure(attempts) then return wrongType(KEYS[3]) end
if held ~= ARGV[1] then return redis.error_reply('SENTIERO LEASE ' .. (held or '')) end
if (applied or '') ~= ARGV[2] then return redis.error_reply('SENTIERO APPLIED ' .. (applied or '')) end

local reply = { '0' }
for i = 4, #KEYS, 2 do
  local row = redis.pcall('HMGET', KEYS[i], 'rev', 'held')
  if failure(row) then row = {} end
  reply[#reply + 1] = row[1] or ''
  reply[#reply + 1] = redis.call('EXISTS', KEYS[i + 1]) == 1 and '1' or (row[2] and '2') or '0'
end

if ARGV[5] == '1' then
  local ok, count = pcall(integer, attempts, 0)
  count = (ok and count or 0) + 1
  redis.call('HSET', KEYS[3], 'alone:' .. ARGV[3], digits(count))
  if redis.call('HEXISTS', KEYS[3], 'last') == 0 then redis.call('HSET', KEYS[3], 'first', ARGV[3], 'last', ARGV[4]) end
  reply[1] = digits(count)
else
  redis.call('HSET', KEYS[3], 'first', ARGV[3], 'last', ARGV[4])
end
return reply
