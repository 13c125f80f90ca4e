-- Removes a session: row, windows, data key, every chunk stream, and its places in the indexes. The caller has found the indexes to be sorted sets,
-- and the session not to be held. What it left of problems and server events stays, and then its data key, too, for it opens them;
-- an erasure takes both (removeReports) before.
-- What lies at the session's own names goes whatever its type: erasure must not be stopped by it.
-- Returns the names of the keys that existed, the chunks and the events they held.
-- Needs: keys, replies, windowRecord, reports.
local function windowsOf(base, session)
  local flat = redis.pcall('HGETALL', windowsKey(base, session))
  local names, chunks, events = {}, 0, 0
  if failure(flat) then return names, chunks, events end
  for i = 1, #flat, 2 do
    if not string.find(flat[i], ':', 1, true) then
      names[#names + 1] = flat[i]
      -- A record that cannot be read still names a stream to remove.
      local ok, window = pcall(parseWindow, flat[i + 1])
      if ok then chunks, events = chunks + window.chunks, events + window.events end
    end
  end
  return names, chunks, events
end

-- Whether a legal hold protects the session. A row of another type holds nothing.
local function isHeld(base, session) return redis.pcall('HEXISTS', sessionKey(base, session), 'held') == 1 end

-- The `by:` indexes a row says it is in.
-- keepsUsers: without those of its users, by which an erasure still finds what the session left.
local function indexesOf(base, session, keepsUsers)
  local by = redis.pcall('HGET', sessionKey(base, session), 'by')
  local keys = {}
  if type(by) == 'string' then
    for token in string.gmatch(by, '%S+') do
      if not (keepsUsers and string.find(token, '^user:')) then keys[#keys + 1] = byKey(base, token) end
    end
  end
  return keys
end

-- The first of the keys that is neither absent nor a sorted set, or nil.
local function notSortedSet(keys)
  for _, key in ipairs(keys) do
    if failure(redis.pcall('ZCARD', key)) then return key end
  end
  return nil
end

local function removeSession(base, session, indexes)
  local names, chunks, events = windowsOf(base, session)
  local keys = { sessionKey(base, session), windowsKey(base, session) }
  if not hasReports(base, session) then
    keys[#keys + 1] = keyKey(base, session)
  elseif redis.call('PTTL', keyKey(base, session)) == -1 then
    -- Of a recording kept for ever: from now on the key opens its reports only, and ends with them.
    local left = redis.call('PTTL', reportsKey(base, session))
    if left > 0 then redis.call('PEXPIRE', keyKey(base, session), left) end
  end
  for _, name in ipairs(names) do keys[#keys + 1] = eventsKey(base, session, name) end
  local removed = {}
  for _, key in ipairs(keys) do
    if redis.call('UNLINK', key) == 1 then removed[#removed + 1] = key end
  end
  for _, key in ipairs(indexes) do redis.call('ZREM', key, session) end
  return removed, chunks, events
end
