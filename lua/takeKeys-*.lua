#!lua flags=allow-oom
--[[
  Gives the wrapped keys of these names, each put there if nobody did before. Of two that come together both get the same.

  KEYS[i] wrapped key  string
  ARGV[1] '1' when nobody else moves the keys' deadlines: those of keys that exist are moved too, but never nearer, nor put on a key kept for ever
  ARGV[2...] per key: candidate, deadline in ms ('' = none)

  Returns the value of each key; '' for a key of another type, which stays as it is.
]]
--- @include "includes/replies.lua"

local reply = {}
for i = 1, #KEYS do
  local candidate, deadline = ARGV[2 * i], ARGV[2 * i + 1]
  local value = redis.pcall('GET', KEYS[i])
  if failure(value) then
    value = ''
  elseif not value then
    value = candidate
    if deadline == '' then redis.call('SET', KEYS[i], value) else redis.call('SET', KEYS[i], value, 'PXAT', deadline) end
  elseif ARGV[1] == '1' then
    if deadline == '' then redis.call('PERSIST', KEYS[i]) else redis.call('PEXPIREAT', KEYS[i], deadline, 'GT') end
  end
  reply[i] = value
end
return reply
