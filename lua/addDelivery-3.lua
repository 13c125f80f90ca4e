#!lua flags=allow-oom
--[[
  Queues a delivery, due now, unless it was queued before.

  KEYS[1] delivery  hash
  KEYS[2] due       sorted set: `<project> <id> <channel>` by when (ms)
  KEYS[3] log       sorted set: ids by when they were made (ms)
  ARGV[1] member    `<project> <id> <channel>`
  ARGV[2] id
  ARGV[3] life      s the delivery is kept
  ARGV[4] newest    deliveries the log keeps; older ones go, unless they still wait
  ARGV[5] base      of the project's keys, for the deliveries that go
  ARGV[6...]        field, value: what is delivered

  Returns 1 when it is new, else 0.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local known = redis.pcall('HLEN', KEYS[1])
if failure(known) then return wrongType(KEYS[1]) end
if failure(redis.pcall('ZCARD', KEYS[2])) then return wrongType(KEYS[2]) end
if failure(redis.pcall('ZCARD', KEYS[3])) then return wrongType(KEYS[3]) end
if known > 0 then return 0 end

local time = redis.call('TIME')
local now = digits(time[1] * 1000 + math.floor(time[2] / 1000))
local fields = { 'HSET', KEYS[1], 'state', 'queued', 'attempts', '0', 'at', now, 'next', now }
for i = 6, #ARGV do fields[#fields + 1] = ARGV[i] end
callList(fields)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZADD', KEYS[3], now, ARGV[2])
local excess = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[4])
for _, id in ipairs(excess > 0 and redis.call('ZRANGE', KEYS[3], 0, excess - 1) or {}) do
  local key = alertDeliveryKey(ARGV[5], id)
  local state = redis.pcall('HGET', key, 'state')
  if state ~= 'queued' and state ~= 'retrying' then
    redis.call('UNLINK', key)
    redis.call('ZREM', KEYS[3], id)
  end
end
redis.call('EXPIRE', KEYS[3], ARGV[3])
return 1
