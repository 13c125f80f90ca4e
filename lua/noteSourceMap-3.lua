#!lua flags=allow-oom
--[[
  Enters a source map that was just stored into the list of its release.

  KEYS[1] releases   hash: release -> bytes stored, newest upload or use (ms), deadline (ms; 0 = none)
  KEYS[2] files      hash: file -> bytes of the map, bytes stored, when it was uploaded (ms)
  KEYS[3] map        string
  Built from the base: the other maps of the release, when its deadline moves.
  ARGV[1] base       of the project
  ARGV[2] release, ARGV[3] file   as in key names
  ARGV[4] bytes      of the map; ARGV[5] bytes it counts for
  ARGV[6] retention  ms, 0 = for ever; ARGV[7] step: by which a deadline may be off (ms)

  Returns when it was uploaded and the release's deadline (both ms, 0 = none), or nothing when the map is gone again.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/sourceMaps.lua"

local base, release, file, counted = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
local known = redis.pcall('HGETALL', KEYS[1])
if failure(known) then return wrongType(KEYS[1]) end
local names = redis.pcall('HKEYS', KEYS[2])
if failure(names) then return wrongType(KEYS[2]) end
if redis.call('EXISTS', KEYS[3]) == 0 then return false end
local stored, _, deadline = releaseRecord(redis.call('HGET', KEYS[1], release))
local before = string.match(redis.call('HGET', KEYS[2], file) or '', '^%d+ (%d+) ')
-- The files may have expired and the release not be forgotten yet.
if #names == 0 then stored = 0 end

local now = timeMs()
redis.call('HSET', KEYS[2], file, ARGV[4] .. ' ' .. ARGV[5] .. ' ' .. digits(now))
deadline = keepRelease(base, release, KEYS[2], names, #names == 0 and -1 or deadline, now, tonumber(ARGV[6]), tonumber(ARGV[7]))
expireAt(KEYS[2], deadline)
expireAt(KEYS[3], deadline)
writeRelease(KEYS[1], known, release, math.max(0, stored - tonumber(before or '0')) + counted, now, deadline)
return { digits(now), digits(deadline) }
