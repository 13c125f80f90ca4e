#!lua flags=allow-oom
--[[
  Removes one window of a session; with the last one the session goes, as removed by reason `deleted`; its occurrences and server events stay. `updated_at` stays: retention goes on as before.

  KEYS[1] row      hash        KEYS[2] windows          hash        KEYS[3] tombstone       string
  KEYS[4] sessions sorted set  KEYS[5] sessions:created sorted set  KEYS[6] sessions:events sorted set
  KEYS[7] chunks   stream
  Built from the base: the other windows' chunks and the data key when the session goes, the index of holds, the `by:` indexes of the row.
  ARGV[1] base, ARGV[2] session, ARGV[3] window
  ARGV[4] keep     seconds a tombstone lives

  Returns window (removed), session (it was the last), absent, or held (a legal hold: nothing is touched).
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADROW <message>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/windowRecord.lua"
--- @include "includes/streamId.lua"
--- @include "includes/reports.lua"
--- @include "includes/removeSession.lua"

local base, session, window = ARGV[1], ARGV[2], ARGV[3]
local rev = redis.pcall('HGET', KEYS[1], 'rev')
if failure(rev) then return wrongType(KEYS[1]) end
local flat = redis.pcall('HGETALL', KEYS[2])
if failure(flat) then return wrongType(KEYS[2]) end
local indexes = indexesOf(base, session, hasReports(base, session))
for i = 4, 6 do indexes[#indexes + 1] = KEYS[i] end
indexes[#indexes + 1] = heldKey(base)
local fault = notSortedSet(indexes)
if fault then return wrongType(fault) end

local ok, windows, names = pcall(parseWindows, flat)
if not ok then return redis.error_reply('SENTIERO BADROW ' .. messageOf(windows)) end
local understood, revision = pcall(integer, rev, 0)
if not understood then return redis.error_reply('SENTIERO BADROW ' .. messageOf(revision)) end
if not windows[window] then return 'absent' end
if isHeld(base, session) then return 'held' end

if #names == 1 then
  removeSession(base, session, indexes)
  redis.call('SET', KEYS[3], 'deleted ' .. redis.call('TIME')[1], 'EX', ARGV[4])
  return 'session'
end

local total, first, last = { chunks = 0, events = 0, bytes = 0 }, nil, nil
for _, name in ipairs(names) do
  local w = windows[name]
  if name ~= window then
    for field in pairs(total) do total[field] = total[field] + w[field] end
    first, last = math.min(first or w.t0, w.t0), math.max(last or w.t1, w.t1)
  end
end
redis.call('UNLINK', KEYS[7])
redis.call('HDEL', KEYS[2], window, window .. ':batches')
if rev then
  redis.call('HSET', KEYS[1], 'rev', digits(revision + 1), 'window_count', digits(#names - 1), 'chunk_count', digits(total.chunks),
    'event_count', digits(total.events), 'byte_count', digits(total.bytes), 'first_event_at', digits(first), 'last_event_at', digits(last))
  redis.call('ZADD', KEYS[6], 'XX', digits(total.events), session)
end
return 'window'
