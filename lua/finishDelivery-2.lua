#!lua flags=allow-oom
--[[
  Notes how an attempt went, and when the next one is. Only whoever still holds the delivery may.

  KEYS[1] due       sorted set: `<project> <id> <channel>` by when (ms)
  KEYS[2] delivery  hash
  ARGV[1] member    `<project> <id> <channel>`
  ARGV[2] deadline  as `takeDelivery` gave it
  ARGV[3] state     ARGV[4] attempts  ARGV[5] answer
  ARGV[6] delay     s until the next attempt; '' = there is none

  Returns 1, or 0 with nothing written when another took it meanwhile.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local held = redis.pcall('ZSCORE', KEYS[1], ARGV[1])
if failure(held) then return wrongType(KEYS[1]) end
local known = redis.pcall('HLEN', KEYS[2])
if failure(known) then return wrongType(KEYS[2]) end
if not held or tonumber(held) ~= tonumber(ARGV[2]) then return 0 end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- One that has expired meanwhile has nothing left to deliver.
local next = ''
if ARGV[6] ~= '' and known > 0 then
  next = digits(now + tonumber(ARGV[6]) * 1000)
  redis.call('ZADD', KEYS[1], next, ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
end
if known > 0 then
  redis.call('HSET', KEYS[2], 'state', ARGV[3], 'attempts', ARGV[4], 'answer', ARGV[5], 'tried_at', digits(now), 'next', next)
end
return 1
