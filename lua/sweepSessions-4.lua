#!lua flags=allow-oom
--[[
  One bounded step through the sessions of a project, oldest first: takes out of the indexes whose row has expired, and removes those whose row
  has outlived retention (kept without expiry before retention was set). A row can expire up to an hour before its score says so, because
  the deadline moves in steps: that hour is looked through too. Sessions under a legal hold are passed over.

  KEYS[1] sessions sorted set  KEYS[2] sessions:created sorted set  KEYS[3] sessions:events sorted set
  KEYS[4] outcomes hash
  Built from the base: row, windows, chunks and data keys of the sessions found, the `by:` indexes of their rows, the index of holds.
  ARGV[1] base     of the project
  ARGV[2] cutoff   s: older sessions are past retention
  ARGV[3] offset   living sessions already passed over
  ARGV[4] count    sessions to look at

  Returns {swept, next offset ('' = done)}.
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

local STEP = 3600
local base, cutoff, offset = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local held = heldKey(base)
local fault = notSortedSet({ KEYS[1], KEYS[2], KEYS[3], held })
if fault then return wrongType(fault) end
local counterFault = outcomesFault(KEYS[4])
if counterFault then return counterFault end

local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', digits(cutoff + STEP), 'WITHSCORES', 'LIMIT', offset, ARGV[4])
local swept = 0
for i = 1, #found, 2 do
  local session = found[i]
  local updated = redis.pcall('HGET', sessionKey(base, session), 'updated_at')
  -- A row without that field is no row of ours; the score decides.
  local at = type(updated) == 'string' and tonumber(updated) or tonumber(found[i + 1])
  if redis.call('EXISTS', sessionKey(base, session)) == 0 or (at < cutoff and not isHeld(base, session)) then
    local indexes = indexesOf(base, session, hasReports(base, session))
    -- An index of another type is not this session's fault: the others are cleaned all the same.
    local sound = { KEYS[1], KEYS[2], KEYS[3], held }
    for _, key in ipairs(indexes) do
      if not notSortedSet({ key }) then sound[#sound + 1] = key end
    end
    removeSession(base, session, sound)
    swept = swept + 1
  else
    offset = offset + 1
  end
end
if swept > 0 then redis.call('HINCRBY', KEYS[4], 'swept_sessions', swept) end
return { digits(swept), #found < 2 * tonumber(ARGV[4]) and '' or digits(offset) }
