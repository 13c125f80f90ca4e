#!lua flags=allow-oom
--[[
  Notes the settings a process starts with and tells which are others than at the last start.

  KEYS[1] settings hash
  ARGV    name, value, name, value, …

  Returns name, value before ('' = none), value now for each that changed, one flat list; none when all are as they were.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO ARGUMENTS
]]
--- @include "includes/replies.lua"

if #ARGV % 2 ~= 0 then return redis.error_reply('SENTIERO ARGUMENTS') end
if failure(redis.pcall('HLEN', KEYS[1])) then return wrongType(KEYS[1]) end
local changed = {}
for i = 1, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[1], ARGV[i])
  if before ~= ARGV[i + 1] then
    for _, value in ipairs({ ARGV[i], before or '', ARGV[i + 1] }) do changed[#changed + 1] = value end
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return changed
