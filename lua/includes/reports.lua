-- What a session left of problems and server events, as `reports:<sid>` lists it (docs/errors.md).
-- Needs: keys, replies, streamId.

-- Returns links {fingerprint, token or nil, ids} and the ids of server events; nothing for a key of another type.
local function reportsOf(base, session)
  local flat = redis.pcall('HGETALL', reportsKey(base, session))
  local links, events = {}, {}
  if failure(flat) then return links, events end
  for i = 1, #flat, 2 do
    local fingerprint = string.match(flat[i], '^p:(.+)$')
    local link = { fingerprint = fingerprint, ids = {} }
    for word in string.gmatch(flat[i + 1], '%S+') do
      if string.match(word, '^%d+%-%d+$') then link.ids[#link.ids + 1] = word elseif word ~= '-' then link.token = word end
    end
    if fingerprint then links[#links + 1] = link elseif flat[i] == 'track' then events = link.ids end
  end
  return links, events
end

local function hasReports(base, session) return redis.call('EXISTS', reportsKey(base, session)) == 1 end

-- Deletes entries of one stream; one of another type holds none of ours. Returns how many were there.
local function deleteEntries(key, ids)
  local deleted = 0
  for _, id in ipairs(ids) do
    local reply = redis.pcall('XDEL', key, id)
    if not failure(reply) then deleted = deleted + reply end
  end
  return deleted
end

-- Takes a session out of a problem: its user, its place, and texts that came from it. The problem and its counts of occurrences stay.
local function leaveProblem(base, session, link)
  local users, key = usersKey(base, link.fingerprint), problemKey(base, link.fingerprint)
  redis.pcall('ZREM', affectedKey(base, link.fingerprint), session)
  local score = link.token and redis.pcall('ZSCORE', users, link.token)
  if type(score) == 'string' then
    if tonumber(score) > 1 then redis.call('ZINCRBY', users, -1, link.token) else redis.call('ZREM', users, link.token) end
  end
  local part = redis.pcall('HMGET', key, 'sessions', 'title_session', 'message_session')
  if failure(part) then return end
  local sessions = tonumber(part[1] or '')
  if sessions and sessions > 0 then redis.call('HSET', key, 'sessions', string.format('%d', sessions - 1)) end
  -- Without a title readers show the class; the next occurrence gives new texts.
  if part[2] == session then redis.call('HDEL', key, 'title', 'title_session') end
  if part[3] == session then redis.call('HDEL', key, 'message', 'message_session') end
end

-- Removes all of it, the copies of a hold included. Returns the names of the keys that existed, occurrences and server events.
local function removeReports(base, session)
  local links, events = reportsOf(base, session)
  local occurrences = 0
  for _, link in ipairs(links) do
    occurrences = occurrences + deleteEntries(occurrencesKey(base, link.fingerprint), link.ids)
    leaveProblem(base, session, link)
  end
  local serverEvents, removed = deleteEntries(trackKey(base), events), {}
  for _, key in ipairs({ reportsKey(base, session), heldReportsKey(base, session) }) do
    if redis.call('UNLINK', key) == 1 then removed[#removed + 1] = key end
  end
  return removed, occurrences, serverEvents
end

-- Copies what is not yet copied to where no limit takes it: `id` (where it lies), `fingerprint` ('' = a server event) and its fields.
-- The caller has found the copies to be a stream.
local function copyReports(base, session)
  local copies, known = heldReportsKey(base, session), {}
  for _, entry in ipairs(redis.call('XRANGE', copies, '-', '+')) do
    known[(fieldOf(entry[2], 'fingerprint') or '') .. ' ' .. (fieldOf(entry[2], 'id') or '')] = true
  end
  local function copy(key, fingerprint, ids)
    for _, id in ipairs(ids) do
      local found = not known[fingerprint .. ' ' .. id] and redis.pcall('XRANGE', key, id, id)
      if found and not failure(found) and found[1] then
        redis.call('XADD', copies, '*', 'id', id, 'fingerprint', fingerprint, unpack(found[1][2]))
      end
    end
  end
  local links, events = reportsOf(base, session)
  for _, link in ipairs(links) do copy(occurrencesKey(base, link.fingerprint), link.fingerprint, link.ids) end
  copy(trackKey(base), '', events)
end
