#!lua flags=allow-oom
--[[
  Takes the least recently updated session of a project that has too many in this shard. One per call: a session can be large.
  Sessions under a legal hold neither go nor count.
  The row is read and removed in one step, so no write can come between; a commit computed from it finds its `rev` gone and starts afresh.

  KEYS[1] sessions sorted set  KEYS[2] sessions:created sorted set  KEYS[3] sessions:events sorted set
  KEYS[4] outcomes hash
  Built from the base: row, windows, chunks and data key of the session found, the `by:` indexes of its row, the index of holds.
  ARGV[1] base     of the project
  ARGV[2] limit    sessions the shard may hold
  ARGV[3...]       sessions being written: never taken

  Returns {kind, session, excess left}: kind is evicted, swept (an index entry without a row) or none.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/windowRecord.lua"
--- @include "includes/streamId.lua"
--- @include "includes/reports.lua"
--- @include "includes/outcomes.lua"
--- @include "includes/removeSession.lua"

local PAGE = 100
local base, limit = ARGV[1], tonumber(ARGV[2])
local held = heldKey(base)
local fault = notSortedSet({ KEYS[1], KEYS[2], KEYS[3], held })
if fault then return wrongType(fault) end
local counterFault = outcomesFault(KEYS[4])
if counterFault then return counterFault end
local heldCount = redis.call('ZCARD', held)
local excess = redis.call('ZCARD', KEYS[1]) - heldCount - limit
if excess <= 0 then return { 'none', '', '0' } end

local written = {}
for i = 3, #ARGV do written[ARGV[i]] = true end
local last = heldCount + #ARGV - 2
for from = 0, last, PAGE do
  for _, session in ipairs(redis.call('ZRANGE', KEYS[1], from, math.min(last, from + PAGE - 1))) do
    if not written[session] and not isHeld(base, session) then
      local indexes = indexesOf(base, session, hasReports(base, session))
      local wrong = notSortedSet(indexes)
      if wrong then return wrongType(wrong) end
      for i = 1, 3 do indexes[#indexes + 1] = KEYS[i] end
      indexes[#indexes + 1] = held
      local removed = removeSession(base, session, indexes)
      local kind = #removed > 0 and 'evicted' or 'swept'
      redis.call('HINCRBY', KEYS[4], kind .. '_sessions', 1)
      return { kind, session, digits(excess - 1) }
    end
  end
end
return { 'none', '', digits(excess) }
