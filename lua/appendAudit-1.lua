#!lua flags=allow-oom
--[[
  Appends a line to the audit stream, if the newest one is still the one the line's hash was made from; then takes away lines past their time.

  KEYS[1] audit    stream
  ARGV[1] last     id of the newest line the caller knows ('' = none)
  ARGV[2] line     JSON
  ARGV[3] from     ms: lines older than that go, at most 100 per call, never the new one ('' = all stay)

  Returns {'1', id of the new line}, or {'0', id of the newest line ('' = none), that line}: make the line anew from that one.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO ARGUMENTS
]]
--- @include "includes/replies.lua"
--- @include "includes/streamId.lua"

local MOST = 100
if #ARGV ~= 3 or not string.match(ARGV[3], '^%d*$') then return redis.error_reply('SENTIERO ARGUMENTS') end
local newest = redis.pcall('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if failure(newest) then return wrongType(KEYS[1]) end
local last = newest[1]
if (last and last[1] or '') ~= ARGV[1] then return { '0', last and last[1] or '', last and fieldOf(last[2], 'line') or '' } end

local id = redis.call('XADD', KEYS[1], '*', 'line', ARGV[2])
if ARGV[3] ~= '' then
  for _, old in ipairs(redis.call('XRANGE', KEYS[1], '-', '(' .. ARGV[3] .. '-0', 'COUNT', MOST)) do
    if old[1] ~= id then redis.call('XDEL', KEYS[1], old[1]) end
  end
end
return { '1', id }
