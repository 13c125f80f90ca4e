#!lua flags=allow-oom
--[[
  Writes down what somebody decided about a problem, in its home shard. The last call stands.

  KEYS[1] status   hash
  ARGV[1] status   open, resolved or ignored
  ARGV[2] count    occurrences there are now, over all shards
  ARGV[3] until count, ARGV[4] until s   of ignored: so many more occurrences, or until then; '' = without
  ARGV[5] by       who, '' = nobody to name

  Returns when it was set (µs).
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local status = ARGV[1]
if failure(redis.pcall('HLEN', KEYS[1])) then return wrongType(KEYS[1]) end
local time = redis.call('TIME')
local setAt = time[1] .. string.format('%06d', tonumber(time[2]))

redis.call('HDEL', KEYS[1], 'resolved_at', 'until_count', 'count_at', 'until', 'by')
redis.call('HSET', KEYS[1], 'status', status, 'set_at', setAt)
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'by', ARGV[5]) end
if status == 'resolved' then
  redis.call('HSET', KEYS[1], 'resolved_at', seconds(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)))
  redis.call('HDEL', KEYS[1], 'regressed_at', 'regressed_release')
elseif status == 'ignored' then
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'until_count', ARGV[3], 'count_at', ARGV[2]) end
  if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'until', ARGV[4]) end
end
return setAt
