#!lua flags=allow-oom
--[[
  Opens a resolved problem that came back, in its home shard.

  KEYS[1] status     hash
  ARGV[1] received   µs: when its newest occurrence was received, in any shard
  ARGV[2] at         s: when it came back; ARGV[3] release ('' = unknown)

  Returns 1 when it was resolved, and received is later than that; else 0 with nothing written.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"

local found = redis.pcall('HMGET', KEYS[1], 'status', 'set_at')
if failure(found) then return wrongType(KEYS[1]) end
if found[1] ~= 'resolved' or tonumber(ARGV[1]) <= (tonumber(found[2] or '') or 0) then return 0 end
redis.call('HSET', KEYS[1], 'status', 'open', 'regressed_at', ARGV[2], 'regressed_release', ARGV[3])
redis.call('HDEL', KEYS[1], 'resolved_at')
return 1
