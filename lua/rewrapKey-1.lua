#!lua flags=allow-oom
--[[
  Replaces a wrapped key, if it is still the one that was read. Its expiry stays.

  KEYS[1] wrapped key  string
  ARGV[1] as read
  ARGV[2] new

  Returns 1, or 0 when it is another one or none by now.
]]
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
