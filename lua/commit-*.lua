#!lua flags=allow-oom
--[[
  Applies a micro-batch of ingest entries: the longest prefix whose revisions hold. All of it or nothing reaches the keys of one entry.

  KEYS[1] lease    string         KEYS[2] applied  string
  KEYS[3] inflight hash           KEYS[4] ingest   stream
  KEYS[5] outcomes hash           KEYS[6] dead     stream
  KEYS[7] projects set            KEYS[8] alerts   stream
  then per project: sessions, sessions:created, sessions:events (sorted sets), indexes (set)
  then per session: row (hash), windows (hash), tombstone (string), data key (string); a report without a session stands under
  `.` and its fingerprint, which is no session's id
  then per entry:   chunks of its window (stream)
  Built from a project's base (includes/keys.lua): the other windows' chunks, `by:` indexes, the index of holds, all keys of problems and
  server events.

  ARGV, in order (lists are a count and then the values):
    holder, applied ('' = none), partition, retention s (0 = keep), limits per session: events, bytes, windows, and sessions per project (0 = none),
    retention of errors s, occurrences per problem, server events per project (0 = none)
    projects, sessions, entries: how many of each
    per project  base, name
    per session  project number, id, wrapped data key its chunks are sealed with ('' = not to be looked for here)
    per entry    id, session number, window, digest (8 characters or ''), sequence (-1 = none), received ms,
                 revision (a number, '' = no row seen, 'chained' = on an earlier entry of this call), disposition, reason
                 disposition: store, report, filtered, expired, dead
    and if store body, version (1 clear, 2 sealed), n, t0 ms, t1 ms, full (0/1), has errors (0/1), list of row field, value (last wins), list of row field, value (kept when
                 present), list of `meta:<key>`, JSON, list of index tokens `<dimension>:<value>`
    and if store or report the count of problems and for each: fingerprint, origin, class, title, message, group, platform, release, count,
                 first ms, last ms, list of facet `<dimension>:<value>`, count, list of bucket, count, list of occurrence at ms, version, document;
                 when there was one: errors left out
    and if report list of server event name, level, at ms, version, payload

  Returns {applied count, '' or 'rev' (why it stopped), then per applied entry: outcome, rev after ('' = no row), then per project: sessions over the limit,
  those under a legal hold not counted, and problems of this shard when one was new, else 0}.
  Errors, with nothing written: SENTIERO LEASE <holder>, SENTIERO APPLIED <id>, SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>, SENTIERO ARGUMENTS,
  SENTIERO DEAD <message> (the first entry should go to `dead`, which takes no more; met later, the call stops before that entry as for `rev`).
  An entry whose own keys or values are not as they should be ends as `dead` with the reason commit_error.
]]
--- @include "includes/keys.lua"
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/streamId.lua"
--- @include "includes/windowRecord.lua"
--- @include "includes/outcomes.lua"
--- @include "includes/batchFields.lua"
--- @include "includes/deadLetter.lua"
--- @include "includes/trimPlan.lua"
--- @include "includes/commitArguments.lua"
--- @include "includes/sessionState.lua"
--- @include "includes/trendBuckets.lua"

local FIXED_KEYS, PROJECT_KEYS, SESSION_KEYS = 8, 4, 4
local METADATA_KEYS = 50
local CONFLICT, UNBURIED = {}, {}

local header, projects, sessions, entries = {}, {}, {}, {}

-- What is kept may expire early by one step: little of its retention, and never before what goes on moves it.
local function stepOf(retention) return math.min(3600000, math.max(1000, math.floor(retention / 24))) end

local function readArguments()
  header.holder, header.applied, header.partition, header.retention = take(), take(), take(), takeInteger() * 1000
  header.deadlineStep = stepOf(header.retention)
  header.limits = { events = takeInteger(), bytes = takeInteger(), windows = takeInteger() }
  header.maxSessions = takeInteger()
  header.errorsRetention, header.maxOccurrences, header.maxServerEvents = takeInteger() * 1000, takeInteger(), takeInteger()
  header.errorsStep = stepOf(header.errorsRetention)
  -- How much longer than a session its data key lives, for its errors; -1: for ever.
  header.keyExtra = header.errorsRetention == 0 and -1 or math.max(0, header.errorsRetention - header.retention)
  local projectCount, sessionCount, entryCount = takeInteger(), takeInteger(), takeInteger()
  local key = FIXED_KEYS
  for i = 1, projectCount do
    projects[i] = {
      base = take(), name = take(), sessions = KEYS[key + 1], created = KEYS[key + 2], events = KEYS[key + 3], indexes = KEYS[key + 4],
      indexKeys = {},
    }
    key = key + PROJECT_KEYS
  end
  for i = 1, sessionCount do
    sessions[i] = {
      project = projects[takeInteger()], id = take(), key = KEYS[key + 1], windowsKey = KEYS[key + 2], erasedKey = KEYS[key + 3],
      dataKey = KEYS[key + 4], wrapped = take(), row = {}, windows = {},
    }
    key = key + SESSION_KEYS
  end
  for i = 1, entryCount do
    entries[i] = takeEntry(i)
    entries[i].eventsKey = KEYS[key + i]
  end
  if key + entryCount ~= #KEYS or position ~= #ARGV or entryCount == 0 or entryCount > 1000 then error('SENTIERO ARGUMENTS', 0) end
end

-- The partition's own keys: an error here is the operator's to mend and condemns no entry.
local function partitionFault()
  local held = redis.pcall('GET', KEYS[1])
  if failure(held) then return wrongType(KEYS[1]) end
  local applied = redis.pcall('GET', KEYS[2])
  if failure(applied) then return wrongType(KEYS[2]) end
  local last = redis.pcall('HGET', KEYS[3], 'last')
  if failure(last) then return wrongType(KEYS[3]) end
  header.inflightLast = last and string.match(last, '^%d+%-%d+$')
  if failure(redis.pcall('XLEN', KEYS[4])) then return wrongType(KEYS[4]) end
  local fault = outcomesFault(KEYS[5])
  if fault then return fault end
  if failure(redis.pcall('XLEN', KEYS[6])) then return wrongType(KEYS[6]) end
  if held ~= header.holder then return redis.error_reply('SENTIERO LEASE ' .. (held or '')) end
  if (applied or '') ~= header.applied then return redis.error_reply('SENTIERO APPLIED ' .. (applied or '')) end
  return nil
end

-- Index writes of the whole call, one command per index at its end: the indexes are shared by sessions, and were found to be of the right type.
local additions, additionKeys, checkedTypes = {}, {}, {}

local function checkType(command, key)
  if not checkedTypes[key] then
    read(command, key)
    checkedTypes[key] = true
  end
end

-- value: the member's score, or true in a plain set.
local function add(key, member, value)
  local members = additions[key]
  if not members then
    members = {}
    additions[key] = members
    additionKeys[#additionKeys + 1] = key
  end
  members[member] = value
end

local function remove(key, member)
  if additions[key] then additions[key][member] = nil end
end

local function writeIndex(key)
  local list = { 'SADD', key }
  for member, value in pairs(additions[key]) do
    if value ~= true then
      list[1] = 'ZADD'
      list[#list + 1] = digits(value)
    end
    list[#list + 1] = member
  end
  return #list == 2 or redis.pcall(unpack(list))
end

local counters = {}
local function count(name, by) counters[name] = (counters[name] or 0) + by end

local nowMs, nowMicroseconds

--- @include "includes/sessionPlan.lua"
--- @include "includes/sessionWrite.lua"
--- @include "includes/problemPlan.lua"
--- @include "includes/problemWrite.lua"

-- A chained entry stands on what an earlier one of this call did, or, when that one left the session alone, on the revision it named.
local function revisionHolds(state, entry)
  if state.touched then return entry.revision == 'chained' or integer(entry.revision) == state.rev end
  local revision = entry.revision
  if revision == 'chained' then revision = state.named end
  if revision == nil then return false end
  return state.rev == integer(revision)
end

-- A key that was removed or replaced since the chunk was sealed would leave it unreadable. Whoever made the new one has told no revision.
local function keyHolds(state)
  if state.wrapped ~= '' and state.keyHolds == nil then state.keyHolds = redis.pcall('GET', state.dataKey) == state.wrapped end
  return state.wrapped == '' or state.keyHolds
end

-- The row of the entry's session, known and as the entry says; else an outcome.
local function open(state, entry)
  if not state then error('no such session number', 0) end
  if state.broken then return CONFLICT end
  loadRow(state, entry)
  if state.erased then return 'erased' end
  if not revisionHolds(state, entry) or not keyHolds(state) then return CONFLICT end
  return nil
end

-- What a server reported, or a browser's errors, beside what the session gets.
local function addReports(state, entry, by)
  if header.errorsRetention > 0 and entry.received + header.errorsRetention <= nowMs then return 'expired' end
  entry.reports = planReports(state, entry, by)
  if not entry.reports then return 'duplicate' end
  appendReports(entry.reports, entry)
  return 'stored'
end

-- All was checked and what could raise is done: the counts stand, at most something beside them is missing.
local function finishReports(state, entry)
  if entry.reports and not pcall(writeReports, state, entry, entry.reports) then count('index_errors', 1) end
end

local function storeReport(state, entry)
  local refused = open(state, entry)
  if refused then return refused end
  local mark = #entry.problems > 0 and planMark(state)
  local outcome = addReports(state, entry, state.row.by)
  finishReports(state, entry)
  if mark and outcome == 'stored' then writeMark(state, mark) end
  return outcome
end

local function storeEntry(entry)
  local state = sessions[entry.session]
  if entry.disposition == 'report' then return storeReport(state, entry) end
  local refused = open(state, entry)
  if refused then return refused end
  state.touched = true
  -- A server's report may have come before the session's first batch.
  if not state.rev and read('HGET', reportsKey(state.project.base, state.id), 'errors') then entry.chunk.hasErrors = true end
  local outcome, plan = prepare(state, entry)
  if plan then
    if plan.record and #entry.problems > 0 then addReports(state, entry, plan.by) end
    write(state, entry, plan)
    finishReports(state, entry)
    remember(state, entry, plan)
    if plan.record then noteIndexes(state, plan) end
    if plan.trim then
      count('trimmed_chunks', #plan.trim.drops)
      count('trimmed_events', plan.trim.events)
    end
  end
  return outcome
end

-- The message of a `dead` stream that takes no letter. The entry stays in its partition then: it must not be lost.
local buryFault

local function bury(entry, reason, detail)
  local ok, letter = pcall(copyToDead, KEYS[6], KEYS[4], KEYS[3], header.partition, entry.id, reason, detail, nowMs)
  if ok and not failure(letter) then return 'dead' end
  buryFault = messageOf(letter)
  return UNBURIED
end

local function applyEntry(entry)
  local named = sessions[entry.session]
  if named and entry.revision ~= 'chained' then named.named = entry.revision end
  if entry.disposition == 'filtered' or entry.disposition == 'expired' then return entry.disposition end
  if entry.disposition == 'dead' then
    -- An erased session leaves no letters either.
    if named and redis.call('EXISTS', named.erasedKey) == 1 and redis.call('EXISTS', named.key) == 0 then return 'erased' end
    return bury(entry, entry.reason, '')
  end
  local ok, result = pcall(storeEntry, entry)
  if ok then return result end
  local state = sessions[entry.session]
  -- What this call believes of the session may be wrong now: its next entry is computed afresh.
  if state then
    state.broken = true
    pcall(takeBack, state, entry)
    if entry.reports then pcall(takeBackReports, entry.reports) end
  end
  return bury(entry, 'commit_error', messageOf(result))
end

local function forgetEntries(appliedCount)
  local ids, alone = { 'XDEL', KEYS[4] }, { 'HDEL', KEYS[3] }
  for i = 1, appliedCount do
    ids[i + 2] = entries[i].id
    alone[i + 2] = 'alone:' .. entries[i].id
  end
  local lastId = entries[appliedCount].id
  redis.call('SET', KEYS[2], lastId)
  callList(ids)
  if header.inflightLast and not isBefore(lastId, header.inflightLast) then
    redis.call('DEL', KEYS[3])
  elseif header.inflightLast then
    callList(alone)
  end
end

-- Entries are written by now: whatever raises in one step, the others happen, or the entries would be written again.
local function finish(appliedCount)
  if appliedCount > 0 then pcall(forgetEntries, appliedCount) end
  for _, key in ipairs(additionKeys) do
    -- The session is stored whatever happens here; only its place in a list would be missing.
    local ok, reply = pcall(writeIndex, key)
    if not ok or failure(reply) then count('index_errors', 1) end
  end
  for name, by in pairs(counters) do redis.pcall('HINCRBY', KEYS[5], name, digits(by)) end
end

local understood, message = pcall(readArguments)
if not understood then return redis.error_reply('SENTIERO ARGUMENTS ' .. messageOf(message)) end
local fault = partitionFault()
if fault then return fault end
for i = 1, #entries do
  -- Order is compared below; a malformed id must be met before anything is written.
  if not pcall(isBefore, entries[i].id, header.inflightLast or '0-0') then return redis.error_reply('SENTIERO ARGUMENTS id') end
end

local time = redis.call('TIME')
nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
nowMicroseconds = time[1] * 1000000 + time[2]

local reply = { '0', '' }
local appliedCount = 0
for i, entry in ipairs(entries) do
  local outcome = applyEntry(entry)
  if outcome == UNBURIED and i == 1 then return redis.error_reply('SENTIERO DEAD ' .. buryFault) end
  if outcome == CONFLICT or outcome == UNBURIED then
    reply[2] = 'rev'
    break
  end
  appliedCount = i
  count(outcome, 1)
  local state = sessions[entry.session]
  reply[#reply + 1] = outcome
  reply[#reply + 1] = state and not state.broken and state.rev and digits(state.rev) or ''
end
finish(appliedCount)
reply[1] = digits(appliedCount)
for _, project in ipairs(projects) do
  local sessionCount = header.maxSessions > 0 and redis.pcall('ZCARD', project.sessions) or 0
  if type(sessionCount) ~= 'number' then sessionCount = 0 end
  local heldCount = sessionCount > header.maxSessions and redis.pcall('ZCARD', heldKey(project.base)) or 0
  if type(heldCount) ~= 'number' then heldCount = 0 end
  reply[#reply + 1] = digits(math.max(0, sessionCount - heldCount - header.maxSessions))
  local problemCount = project.hasNewProblem and redis.pcall('ZCARD', problemsKey(project.base)) or 0
  reply[#reply + 1] = digits(type(problemCount) == 'number' and problemCount or 0)
end
return reply
