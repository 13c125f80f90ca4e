#!lua flags=allow-oom
--[[
  Removes one shard's part of a problem, and in its home shard, when asked, what was decided about it and its data key.

  KEYS[1] problem  hash  KEYS[2] problems  sorted set  KEYS[3] status  hash  KEYS[4] data key  string
  Built from the base: the other keys of the part, the links of its sessions.
  ARGV[1] base, ARGV[2] fingerprint
  ARGV[3] cutoff   µs: only when nothing was received since; '' = whatever its age
  ARGV[4] home     'home' = status and data key go, too

  Returns {state, occurrences}: state is removed, absent (only leftovers went) or kept (something was received since).
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/removeProblem.lua"

if failure(redis.pcall('ZCARD', KEYS[2])) then return wrongType(KEYS[2]) end
local received = redis.pcall('HGET', KEYS[1], 'received')
-- A key of another type at the problem's name is no problem of ours, and goes.
if type(received) == 'string' and ARGV[3] ~= '' and (tonumber(received) or 0) >= tonumber(ARGV[3]) then return { 'kept', '0' } end
local existed, occurrences = removeProblem(ARGV[1], ARGV[2])
if ARGV[4] == 'home' then redis.call('UNLINK', KEYS[3], KEYS[4]) end
return { existed and 'removed' or 'absent', digits(occurrences) }
