#!lua flags=allow-oom
--[[
  Removes source maps of a release: one, or all.

  KEYS[1] releases  hash: release -> bytes stored, newest upload or use (ms), deadline (ms; 0 = none)
  KEYS[2] files     hash: file -> bytes of the map, bytes stored, when it was uploaded (ms)
  Built from the base: the maps.
  ARGV[1] base      of the project
  ARGV[2] release, ARGV[3] file   as in key names; no file ('') means all

  Returns how many were removed.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/sourceMaps.lua"

local base, release, file = ARGV[1], ARGV[2], ARGV[3]
local record = redis.pcall('HGET', KEYS[1], release)
if failure(record) then return wrongType(KEYS[1]) end
local names = redis.pcall('HKEYS', KEYS[2])
if failure(names) then return wrongType(KEYS[2]) end
local removed = 0
for _, name in ipairs(names) do
  if file == '' or file == name then
    redis.call('UNLINK', sourceMapKey(base, release, name))
    removed = removed + 1
  end
end
if removed == #names then
  redis.call('HDEL', KEYS[1], release)
  redis.call('UNLINK', KEYS[2])
elseif removed > 0 then
  local counted = string.match(redis.call('HGET', KEYS[2], file) or '', '^%d+ (%d+) ')
  local stored, at, deadline = releaseRecord(record)
  redis.call('HDEL', KEYS[2], file)
  redis.call('HSET', KEYS[1], release, digits(math.max(0, stored - tonumber(counted or '0'))) .. ' ' .. digits(at) .. ' ' .. digits(deadline))
end
return removed
