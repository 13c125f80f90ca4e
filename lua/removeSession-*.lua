#!lua flags=allow-oom
--[[
  Removes a session with all its windows, its occurrences and server events, and leaves a tombstone, so that late batches cannot revive it.

  KEYS[1] row      hash        KEYS[2] windows          hash        KEYS[3] tombstone       string
  KEYS[4] sessions sorted set  KEYS[5] sessions:created sorted set  KEYS[6] sessions:events sorted set
  KEYS[7...]       further indexes the session was found in and must leave, sorted sets
  Built from the base: the chunks of each window, the data key, the index of holds, the `by:` indexes of the row; what `reports` lists: occurrences,
  server events, and the problems they belong to, which stay without the session's texts.
  ARGV[1] base     of the project
  ARGV[2] session  id
  ARGV[3] reason   erased, deleted or purged: the tombstone's text
  ARGV[4] keep     seconds the tombstone lives
  ARGV[5] since, ARGV[6] until  ms, inclusive, '' = open: the session goes only when its `updated_at` is between them
  ARGV[7] mark     'mark' = only leave the tombstone of a session that would go: it can still be found until a second call takes it

  Returns {state, chunks, events, occurrences, server events, key...}: state is removed, absent (nothing was there; a tombstone is left unless bounds are given), kept (out of
  the bounds), held (a legal hold: nothing is touched) or marked; the keys are those that existed. Index entries of an absent session go too.
  Errors, with nothing written: SENTIERO WRONGTYPE <key> of an index
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/windowRecord.lua"
--- @include "includes/streamId.lua"
--- @include "includes/reports.lua"
--- @include "includes/removeSession.lua"

local base, session, since, till = ARGV[1], ARGV[2], ARGV[5], ARGV[6]
local bounded = since ~= '' or till ~= ''
local indexes = indexesOf(base, session)
for i = 4, #KEYS do indexes[#indexes + 1] = KEYS[i] end
indexes[#indexes + 1] = heldKey(base)
local fault = notSortedSet(indexes)
if fault then return wrongType(fault) end

if bounded then
  local updated = redis.pcall('HGET', KEYS[1], 'updated_at')
  if type(updated) == 'string' and tonumber(updated) then
    local ms = milliseconds(updated)
    if (since ~= '' and ms < tonumber(since)) or (till ~= '' and ms > tonumber(till)) then return { 'kept', '0', '0', '0', '0' } end
  end
end

if isHeld(base, session) then return { 'held', '0', '0', '0', '0' } end

if ARGV[7] == 'mark' then
  if bounded and redis.call('EXISTS', KEYS[1]) == 0 then return { 'absent', '0', '0', '0', '0' } end
  redis.call('SET', KEYS[3], ARGV[3] .. ' ' .. redis.call('TIME')[1], 'EX', ARGV[4])
  return { 'marked', '0', '0', '0', '0' }
end

local reports, occurrences, serverEvents = removeReports(base, session)
local removed, chunks, events = removeSession(base, session, indexes)
for _, key in ipairs(reports) do removed[#removed + 1] = key end
if #removed > 0 or not bounded then
  redis.call('SET', KEYS[3], ARGV[3] .. ' ' .. redis.call('TIME')[1], 'EX', ARGV[4])
end
local reply = { #removed > 0 and 'removed' or 'absent', digits(chunks), digits(events), digits(occurrences), digits(serverEvents) }
for _, key in ipairs(removed) do reply[#reply + 1] = key end
return reply
