#!lua flags=allow-oom
--[[
  Remembers when Redis last rewrote its append-only file, and tells whether to ask for it now. What was deleted before a rewrite began is no longer in
  the file after it, so a rewrite counts from the last look before it began.

  KEYS[1] aof      hash: run, rewrites, watched_since, seen_at, begun_after, rewritten_at (ms)
  KEYS[2] claim    string: somebody asked for a rewrite a moment ago
  ARGV[1] run      id of this run of Redis
  ARGV[2] rewrites begun in this run
  ARGV[3] running  '1' while one is in progress
  ARGV[4] ok       '1' when the last one succeeded
  ARGV[5] started  ms: when this run began
  ARGV[6] interval s between two rewrites; 0 only watches

  Returns {'1' when the caller should ask for a rewrite else '0', rewritten_at or ''}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local FIELDS = { 'run', 'rewrites', 'seen_at', 'begun_after', 'rewritten_at' }
-- After an attempt that came to nothing another one waits so long, ms.
local MOST_CLAIM = 600000

local values = redis.pcall('HMGET', KEYS[1], unpack(FIELDS))
if failure(values) then return wrongType(KEYS[1]) end
local known = {}
for i = 2, #FIELDS do
  local ok, number = pcall(integer, values[i], nil)
  known[FIELDS[i]] = ok and number or nil
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rewrites, interval = tonumber(ARGV[2]), tonumber(ARGV[6]) * 1000

local begun, rewritten = known.begun_after, known.rewritten_at
local counted = values[1] == ARGV[1] and known.rewrites or 0
-- A rewrite of an earlier run ended with it.
if values[1] ~= ARGV[1] then begun = nil end
if rewrites > counted then begun = math.max(known.seen_at or 0, tonumber(ARGV[5])) end
if begun and ARGV[3] ~= '1' then
  if ARGV[4] == '1' then rewritten = begun end
  begun = nil
end

redis.call('HSET', KEYS[1], 'run', ARGV[1], 'rewrites', digits(rewrites), 'seen_at', digits(now))
redis.call('HSETNX', KEYS[1], 'watched_since', digits(now))
for field, value in pairs({ begun_after = begun or false, rewritten_at = rewritten or false }) do
  if value then redis.call('HSET', KEYS[1], field, digits(value)) else redis.call('HDEL', KEYS[1], field) end
end

local isDue = interval > 0 and ARGV[3] ~= '1' and (not rewritten or now - rewritten >= interval)
local claimed = isDue and redis.call('SET', KEYS[2], digits(now), 'NX', 'PX', digits(math.min(interval, MOST_CLAIM)))
return { claimed and '1' or '0', rewritten and digits(rewritten) or '' }
