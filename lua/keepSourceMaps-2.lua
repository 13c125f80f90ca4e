#!lua flags=allow-oom
--[[
  A release's source maps were used: they live for the whole retention again.

  KEYS[1] releases   hash: release -> bytes stored, newest upload or use (ms), deadline (ms; 0 = none)
  KEYS[2] files      hash: file -> bytes of the map, bytes stored, when it was uploaded (ms)
  Built from the base: the maps of the release.
  ARGV[1] base       of the project
  ARGV[2] release    as in key names
  ARGV[3] retention  ms, 0 = for ever; ARGV[4] step: by which a deadline may be off (ms)

  Returns the deadline (ms, 0 = none), or nothing when there are none.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/sourceMaps.lua"

local known = redis.pcall('HGETALL', KEYS[1])
if failure(known) then return wrongType(KEYS[1]) end
local names = redis.pcall('HKEYS', KEYS[2])
if failure(names) then return wrongType(KEYS[2]) end
if #names == 0 then return false end
local stored, _, deadline = releaseRecord(redis.call('HGET', KEYS[1], ARGV[2]))
local now = timeMs()
deadline = keepRelease(ARGV[1], ARGV[2], KEYS[2], names, deadline, now, tonumber(ARGV[3]), tonumber(ARGV[4]))
writeRelease(KEYS[1], known, ARGV[2], stored, now, deadline)
return digits(deadline)
