#!lua flags=allow-oom
--[[
  Extends the leases the caller still holds. A lease that ran out is not taken again: what the worker knew of the partition is then out of date.

  KEYS    leases   strings, all of one shard
  ARGV[1] holder   worker id
  ARGV[2] time     lease time in ms

  Returns '1' (extended) or '0' (lost) per key. A key of another type counts as lost.
]]
local held = {}
for i, key in ipairs(KEYS) do
  if redis.pcall('GET', key) == ARGV[1] then
    redis.call('PEXPIRE', key, ARGV[2])
    held[i] = '1'
  else
    held[i] = '0'
  end
end
return held
