#!lua flags=allow-oom
--[[
  One bounded step through a partition, removing the batches of the given sessions that wait in it; they end as `erased`. Only while nobody owns the
  partition: its owner may be working on them, and ends them itself, for a tombstone stands. Then, and when only asked to look, they are counted.
  A step ends early once 4 MiB of batches were read.

  KEYS[1] lease    string  KEYS[2] ingest  stream  KEYS[3] inflight  hash  KEYS[4] outcomes  hash
  ARGV[1] from     id to begin with, `(id` to begin after it, '-' for the first
  ARGV[2] till     last id to look at, '+' for all
  ARGV[3] mode     erase or look
  ARGV[4] project
  ARGV[5...]       sessions

  Returns {holder ('' = nobody owns the partition), erased, found (not erased), id of the last found ('' = none), last id looked at ('' = done)}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"
--- @include "includes/outcomes.lua"

-- XRANGE copies the bodies it finds: they are what a step costs.
local STEP, MOST_ENTRIES, MOST_BYTES = 4, 64, 4194304
local holder = redis.pcall('GET', KEYS[1])
if failure(holder) then return wrongType(KEYS[1]) end
if failure(redis.pcall('XLEN', KEYS[2])) then return wrongType(KEYS[2]) end
if failure(redis.pcall('HLEN', KEYS[3])) then return wrongType(KEYS[3]) end
local fault = outcomesFault(KEYS[4])
if fault then return fault end

local sessions = {}
for i = 5, #ARGV do sessions[ARGV[i]] = true end
local from, ids, seen, bytes, isMore = ARGV[1], {}, 0, 0, true
while isMore and seen < MOST_ENTRIES and bytes < MOST_BYTES do
  local entries = redis.call('XRANGE', KEYS[2], from, ARGV[2], 'COUNT', STEP)
  for _, entry in ipairs(entries) do
    for _, value in ipairs(entry[2]) do bytes = bytes + #value end
    if fieldOf(entry[2], 'project') == ARGV[4] and sessions[fieldOf(entry[2], 'session') or ''] then ids[#ids + 1] = entry[1] end
    from = '(' .. entry[1]
  end
  seen = seen + #entries
  isMore = #entries == STEP
end

local erased = 0
if #ids > 0 and not holder and ARGV[3] == 'erase' then
  erased = redis.call('XDEL', KEYS[2], unpack(ids))
  redis.call('HINCRBY', KEYS[4], 'erased', erased)
  for _, id in ipairs(ids) do redis.call('HDEL', KEYS[3], 'alone:' .. id) end
end
local found = #ids - erased
return { holder or '', digits(erased), digits(found), found > 0 and ids[#ids] or '', isMore and string.sub(from, 2) or '' }
