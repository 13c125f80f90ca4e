#!lua flags=allow-oom
--[[
  Queues a delivery, due now, unless it was queued before.

  KEYS[1] delivery  hash
  KEYS[2] due       sorted set: `<project> <id>` by when (ms)
  KEYS[3] log       sorted set: ids by when they were made (ms)
  ARGV[1] member    `<project> <id>`
  ARGV[2] id
  ARGV[3] life      s the delivery is kept
  ARGV[4] newest    ids the log keeps
  ARGV[5...]        field, value: what is delivered

  Returns 1 when it is new, else 0.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
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
for i = 5, #ARGV do fields[#fields + 1] = ARGV[i] end
callList(fields)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZADD', KEYS[3], now, ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[4]))
redis.call('EXPIRE', KEYS[3], ARGV[3])
return 1
