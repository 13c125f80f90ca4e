#!lua flags=allow-oom
--[[
  Gives a lease back, when the caller still holds it.

  KEYS[1] lease   string
  ARGV[1] holder  worker id

  Returns '1' or '0'. A key of another type is not the caller's lease.
]]
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return '0' end
redis.call('DEL', KEYS[1])
return '1'
