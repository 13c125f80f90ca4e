#!lua flags=allow-oom
--[[
  Removes this shard's part of a problem that is one too many, and in its home shard, when asked, what was decided about it and the data key of its
  occurrences without a session; unless it was received again since it was found to be the one to go.

  KEYS[1] problem  hash  KEYS[2] problems  sorted set  KEYS[3] status  hash  KEYS[4] data key  string  KEYS[5] outcomes  hash
  Built from the base: the other keys of the part, the links of its sessions.
  ARGV[1] base     of the project
  ARGV[2] fingerprint
  ARGV[3] received µs: the newest arrival it may have
  ARGV[4] home     'home' = decision and data key go, too

  Returns evicted, kept (received since) or absent.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/outcomes.lua"
--- @include "includes/removeProblem.lua"

if failure(redis.pcall('ZCARD', KEYS[2])) then return wrongType(KEYS[2]) end
local fault = outcomesFault(KEYS[5])
if fault then return fault end
local received = redis.pcall('HGET', KEYS[1], 'received')
if type(received) == 'string' and (tonumber(received) or 0) > tonumber(ARGV[3]) then return 'kept' end
local existed = removeProblem(ARGV[1], ARGV[2])
if ARGV[4] == 'home' then redis.call('UNLINK', KEYS[3], KEYS[4]) end
if not existed then return 'absent' end
redis.call('HINCRBY', KEYS[5], 'evicted_problems', 1)
return 'evicted'
