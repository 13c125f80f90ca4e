#!lua flags=allow-oom
--[[
  One bounded step through occurrences or server events that arrived in a range, without a session or with one whose recording is gone: an erasure by
  time finds them here only. With the last step words of the problem go that came from such an occurrence.

  KEYS[1] entries  stream: a problem's occurrences, or server events
  Built from the base: the rows of the sessions found, the problem.
  ARGV[1] base, ARGV[2] fingerprint  '' = server events
  ARGV[3] since, ARGV[4] until       ms; '-' and '+' = without bound
  ARGV[5] from     where to begin in the stream: since, or what the step before returned
  ARGV[6] count    entries to look at
  ARGV[7] mode     erase, or count: nothing is written

  Returns {entries, where to go on ('' = done)}.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"

local base, fingerprint, count, erases = ARGV[1], ARGV[2], tonumber(ARGV[6]), ARGV[7] == 'erase'
local found = redis.pcall('XRANGE', KEYS[1], ARGV[5], ARGV[4], 'COUNT', count)
if failure(found) then return wrongType(KEYS[1]) end

local function isAttached(session)
  return session and session ~= '' and redis.call('EXISTS', sessionKey(base, session), heldReportsKey(base, session)) > 0
end
local unattached = 0
for _, entry in ipairs(found) do
  if not isAttached(fieldOf(entry[2], 'session')) then
    unattached = unattached + 1
    if erases then redis.call('XDEL', KEYS[1], entry[1]) end
  end
end
if #found == count then return { digits(unattached), '(' .. found[count][1] } end

-- What gave the title, and the newest, which gave the message: received in the range (µs), it gives them no more.
local key = problemKey(base, fingerprint)
local part = erases and fingerprint ~= '' and redis.pcall('HMGET', key, 'title_received', 'title_session', 'received', 'message_session', 'first_received')
if part and not failure(part) then
  local since, till = tonumber(ARGV[3]) or 0, tonumber(ARGV[4]) or math.huge
  local function goes(received, session)
    local ms = math.floor((tonumber(received or '') or -1) / 1000)
    return ms >= since and ms <= till and not isAttached(session)
  end
  if goes(part[1] or part[5], part[2]) then redis.call('HDEL', key, 'title', 'title_session', 'title_received') end
  if goes(part[3], part[4]) then redis.call('HDEL', key, 'message', 'message_session') end
end
return { digits(unattached), '' }
