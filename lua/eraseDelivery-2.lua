#!lua flags=allow-oom
--[[
  Takes what a delivery tells out of it; that there was one, and how it went, stays in the log. One that still waits is not made any more.

  KEYS[1] due       sorted set: `<project> <id> <channel>` by when (ms)
  KEYS[2] delivery  hash
  ARGV[1] member    of `due`
  ARGV[2] answer    what the log says of one that waited

  Returns 1 when the delivery was there, else 0.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"

if failure(redis.pcall('ZCARD', KEYS[1])) then return wrongType(KEYS[1]) end
local state = redis.pcall('HGET', KEYS[2], 'state')
if failure(state) then return wrongType(KEYS[2]) end
if not state then return 0 end

redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], 'title', 'body', 'subject', 'text', 'sessions')
if state == 'queued' or state == 'retrying' then
  redis.call('HSET', KEYS[2], 'state', 'failed', 'answer', ARGV[2], 'next', '')
end
return 1
