-- Writes what problemPlan worked out: first what may raise and can be taken back, the entries of streams; then the rest.
-- Needs: keys, replies, integers, sessionState, problemPlan, and of the commit: header, nowMs, nowMicroseconds, add, count.
local AFFECTED_SESSIONS, NAMES, NOTICES, HELD_REPORTS = 1000, 100, 10000, 10000

local function append(added, key, ...)
  local id = redis.pcall('XADD', key, '*', ...)
  if failure(id) then error(failure(id) .. ' (' .. key .. ')', 0) end
  added[#added + 1] = { key = key, id = id }
  return id
end

-- A legal hold keeps a copy no limit takes.
local function keepCopy(plan, ...)
  if not plan.heldKey or plan.heldCount >= HELD_REPORTS then return end
  append(plan.added, plan.heldKey, ...)
  plan.heldCount = plan.heldCount + 1
end

-- Raises when a stream takes no entry.
local function appendReports(plan, entry)
  plan.added = {}
  for _, problem in ipairs(plan.problems) do
    local drafts = problem.isUnlinked and {} or problem.delta.occurrences
    for i = math.max(1, #drafts - 3 * SESSION_OCCURRENCES + 1), #drafts, 3 do
      local at, version, body = drafts[i], drafts[i + 1], drafts[i + 2]
      local id = append(plan.added, problem.occurrencesKey, 'v', version, 'at', at, 'session', plan.session, 'window', entry.window, 'z', body)
      problem.added[#problem.added + 1] = id
      keepCopy(plan, 'id', id, 'fingerprint', problem.fingerprint, 'v', version, 'at', at, 'session', plan.session, 'window', entry.window,
        'z', body)
    end
  end
  for _, planned in ipairs(plan.events) do
    local e = planned.event
    planned.id = append(plan.added, planned.key, 'v', e.version, 'name', e.name, 'level', e.level, 'at', digits(e.at), 'session', plan.session,
      'z', e.body)
    keepCopy(plan, 'id', planned.id, 'v', e.version, 'name', e.name, 'level', e.level, 'at', digits(e.at), 'session', plan.session, 'z', e.body)
  end
end

local function takeBackReports(plan)
  for _, one in ipairs(plan.added or {}) do
    redis.pcall('XDEL', one.key, one.id)
    -- Nothing would end an empty stream of a problem there is not.
    if redis.pcall('XLEN', one.key) == 0 and redis.pcall('PTTL', one.key) == -1 then redis.pcall('UNLINK', one.key) end
  end
end

local function trimStream(key, most)
  if header.errorsRetention > 0 then redis.call('XTRIM', key, 'MINID', digits(nowMs - header.errorsRetention)) end
  if most > 0 then redis.call('XTRIM', key, 'MAXLEN', '=', digits(most)) end
end

-- The ids with those added, the newest `most`; what is no more named must go: an erasure would not find it.
local function withIds(streamKey, ids, added, most)
  for _, id in ipairs(added) do ids[#ids + 1] = id end
  local drop = { 'XDEL', streamKey }
  for i = 1, #ids - most do drop[#drop + 1] = ids[i] end
  if #drop > 2 then callList(drop) end
  return table.concat(ids, ' ', math.max(1, #ids - most + 1))
end

local function expireAt(key, deadline)
  if deadline > 0 then redis.call('PEXPIREAT', key, digits(deadline)) else redis.call('PERSIST', key) end
end

local function noteNames(key, names)
  if #names == 0 then return end
  for _, name in ipairs(names) do redis.call('ZADD', key, seconds(nowMs), name) end
  redis.call('ZREMRANGEBYRANK', key, 0, -NAMES - 1)
  if header.errorsRetention > 0 then redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. seconds(nowMs - header.errorsRetention)) end
end

local function notify(state, entry, plan, problem)
  local kind = problem.isNew and 'new' or (problem.isRegression and 'regression')
  if not kind then return end
  local reply = redis.pcall('XADD', KEYS[8], 'MAXLEN', '~', digits(NOTICES), '*', 'kind', kind, 'project', state.project.name,
    'fingerprint', problem.fingerprint, 'session', plan.session, 'window', entry.window, 'at', digits(nowMs))
  if failure(reply) then count('index_errors', 1) end
end

local function writeProblem(state, entry, plan, problem)
  local project, link = state.project, problem.link
  -- The count and the digest of the report in one command: they cannot part.
  callList({ 'HSET', problem.key, unpack(problem.set) })
  if problem.isRegression then redis.call('HDEL', problem.key, 'resolved') end
  redis.call('ZADD', problemsKey(project.base), string.format('%d.%06d', math.floor(problem.received / 1000000), problem.received % 1000000),
    problem.fingerprint)
  if problem.isNew then project.hasNewProblem = true end
  if #problem.trend > 0 then callList({ 'HSET', problem.trendKey, unpack(problem.trend) }) end
  if #problem.outdated > 0 then callList({ 'HDEL', problem.trendKey, unpack(problem.outdated) }) end
  if #problem.facets > 0 then callList({ 'HSET', problem.facetsKey, unpack(problem.facets) }) end
  noteNames(problemReleasesKey(project.base), problem.names.release)
  noteNames(problemEnvironmentsKey(project.base), problem.names.environment)
  if link then
    local ids = withIds(problem.occurrencesKey, link.ids, problem.added, SESSION_OCCURRENCES)
    redis.call('HSET', plan.reports.key, 'p:' .. problem.fingerprint, ids == '' and link.user or link.user .. ' ' .. ids)
    redis.call('ZADD', problem.affectedKey, 'GT', seconds(entry.received), plan.session)
    redis.call('ZREMRANGEBYRANK', problem.affectedKey, 0, -AFFECTED_SESSIONS - 1)
    if link.countsUser then redis.call('ZINCRBY', problem.usersKey, 1, link.user) end
  end
  trimStream(problem.occurrencesKey, header.maxOccurrences)
  if problem.moved then
    -- Not the decision in the home shard: it lives as long as any shard's part, and sweeping ends it.
    for _, key in ipairs({ problem.key, problem.trendKey, problem.facetsKey, problem.occurrencesKey, problem.affectedKey, problem.usersKey }) do
      expireAt(key, problem.deadline)
    end
    if problem.deadline == 0 then redis.call('HDEL', problem.key, 'expires_at') end
  elseif problem.deadline > 0 then
    if problem.facetCount == 0 then expireAt(problem.facetsKey, problem.deadline) end
    if problem.occurrenceCount == 0 then expireAt(problem.occurrencesKey, problem.deadline) end
    if problem.affectedCount == 0 then expireAt(problem.affectedKey, problem.deadline) end
    if problem.userCount == 0 then expireAt(problem.usersKey, problem.deadline) end
    if #problem.trend > 0 then expireAt(problem.trendKey, problem.deadline) end
  end
  notify(state, entry, plan, problem)
end

local function writeServerEvent(plan, entry, planned)
  if plan.reports then
    plan.reports.track = withIds(planned.key, planned.ids, { planned.id }, SESSION_EVENTS)
    redis.call('HSET', plan.reports.key, 'track', plan.reports.track)
  end
  trimStream(planned.key, header.maxServerEvents)
  if entry.digest == '' then return end
  redis.call('SET', planned.batchesKey, planned.batches)
  if header.errorsRetention > 0 then redis.call('PEXPIREAT', planned.batchesKey, digits(nowMs + header.errorsRetention)) end
end

local function writeReports(state, entry, plan)
  local project, deadline = state.project, header.errorsRetention > 0 and nowMs + header.errorsRetention or 0
  add(KEYS[7], project.name, true)
  for _, problem in ipairs(plan.problems) do writeProblem(state, entry, plan, problem) end
  for _, planned in ipairs(plan.events) do writeServerEvent(plan, entry, planned) end
  -- The session's first batch looks for it, also after its row was evicted.
  if plan.reports and #entry.problems > 0 then
    redis.call('HSET', plan.reports.key, 'errors', '1')
  end
  if plan.reports then expireAt(plan.reports.key, plan.heldKey and 0 or deadline) end
  -- What is sealed here can outlive the session.
  if state.wrapped ~= '' and not state.row.held then
    local left = redis.call('PTTL', state.dataKey)
    if left >= 0 and (deadline == 0 or nowMs + left < deadline) then expireAt(state.dataKey, deadline) end
  end
  if plan.unlinked > 0 then count('unlinked_occurrences', plan.unlinked) end
end

-- The deadline stays: a server's report does not make a recording live longer.
local function writeMark(state, mark)
  state.rev, state.touched, state.row.by = state.rev + 1, true, mark.by
  redis.call('HSET', state.key, 'has_errors', 'true', 'by', mark.by, 'rev', digits(state.rev))
  add(byKey(state.project.base, 'errors:true'), state.id, mark.second)
  add(state.project.indexes, 'errors:true', true)
end
