#!lua flags=allow-oom
--[[
  Notes that a worker lives and forgets those not seen for a while. A script, because a plain ZADD is refused above `maxmemory`.

  KEYS[1] workers  sorted set: worker ids by last sign of life (ms of the server's clock)
  ARGV[1] worker   id, or '' only to read
  ARGV[2] time     ms after which a silent worker is forgotten
  ARGV[3] leaving  '1' when the worker says goodbye

  Returns the ids of the live workers, sorted.
  Errors: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"

if failure(redis.pcall('ZCARD', KEYS[1])) then return wrongType(KEYS[1]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
if ARGV[3] == '1' then
  redis.call('ZREM', KEYS[1], ARGV[1])
elseif ARGV[1] ~= '' then
  redis.call('ZADD', KEYS[1], now, ARGV[1])
end
local live = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(live)
return live
