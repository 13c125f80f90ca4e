-- Works out what the errors and server events of one entry change. Reads and checks; the writes are in problemWrite.
-- Needs: keys, replies, integers, sessionState, trendBuckets, and of the commit: header, nowMs, nowMicroseconds, checkType.
local PROBLEM_FIELDS = {
  'count', 'sessions', 'first_seen', 'last_seen', 'title', 'first_received', 'batches', 'resolved', 'expires_at',
}
local FACETS = { browser = true, device = true, page = true, release = true, environment = true }
local FACET_VALUES, SESSION_OCCURRENCES, SESSION_PROBLEMS, SESSION_EVENTS, MOST_USERS_OF_PROBLEM = 50, 20, 100, 200, 10000

-- A stored time in s, as ms.
local function storedMs(text, default)
  if not text then return default end
  if not tonumber(text) then error('not a time: ' .. string.sub(text, 1, 40), 0) end
  return milliseconds(text)
end

-- Reports without a session stand under a name no session can have.
local function sessionOf(state) return string.sub(state.id, 1, 1) ~= '.' and state.id or '' end

-- The user the session has now: a digest, or '-'.
local function userOf(by) return string.match(by or '', '.*user:(%S+)') or '-' end

local function words(text)
  local list = {}
  for word in string.gmatch(text or '', '%S+') do list[#list + 1] = word end
  return list
end

-- Adds counts (name, by, …) to the fields of a hash. accepts(name, isNew): whether one is counted.
local function countedFields(key, counts, accepts)
  local names, set = {}, {}
  for i = 1, #counts, 2 do names[#names + 1] = counts[i] end
  if #names == 0 then return set end
  local values = read('HMGET', key, unpack(names))
  for i, name in ipairs(names) do
    if accepts(name, not values[i]) then
      set[#set + 1] = name
      set[#set + 1] = digits(integer(values[i], 0) + integer(counts[2 * i], 0))
    end
  end
  return set
end

local function planTrend(plan)
  local bounds = bucketBounds(nowMs)
  plan.trend = countedFields(plan.trendKey, plan.delta.buckets, function(name, isNew)
    local bound = bounds[string.sub(name, 1, 1)]
    local isKept = bound and #name == #bound.first and name >= bound.first and name <= bound.last
    if isKept and isNew then plan.hasNewBucket = true end
    return isKept
  end)
  plan.outdated = {}
  if not plan.hasNewBucket then return end
  for _, name in ipairs(read('HKEYS', plan.trendKey)) do
    local bound = bounds[string.sub(name, 1, 1)]
    if not bound or name < bound.first then plan.outdated[#plan.outdated + 1] = name end
  end
end

local function planFacets(plan)
  local delta, sizes, names = plan.delta, {}, {}
  plan.names = { release = {}, environment = {} }
  for i = 1, #delta.facets, 2 do
    local dimension, value = string.match(delta.facets[i], '^(%l+):(.*)$')
    if not FACETS[dimension] then error('not a facet: ' .. string.sub(delta.facets[i], 1, 40), 0) end
    if not sizes[dimension] then
      sizes[dimension] = 0
      names[#names + 1] = dimension
    end
    if plan.names[dimension] and value ~= '' then plan.names[dimension][#plan.names[dimension] + 1] = value end
  end
  plan.facetCount = read('HLEN', plan.facetsKey)
  for _, name in ipairs(names) do sizes[name] = integer(read('HGET', plan.facetsKey, '#' .. name), 0) end
  local fresh, grown = {}, {}
  plan.facets = countedFields(plan.facetsKey, delta.facets, function(token, isNew)
    if not isNew then return true end
    local dimension = string.match(token, '^%l+')
    if sizes[dimension] >= FACET_VALUES then return false end
    sizes[dimension] = sizes[dimension] + 1
    fresh[token], grown[dimension] = true, true
    return true
  end)
  for dimension in pairs(grown) do
    plan.facets[#plan.facets + 1] = '#' .. dimension
    plan.facets[#plan.facets + 1] = digits(sizes[dimension])
  end
  for _, release in ipairs(plan.names.release) do
    local field = 'first:' .. release
    local known = read('HGET', plan.facetsKey, field)
    -- Only of the releases that are counted: they are bounded.
    if (known or fresh['release:' .. release]) and delta.first < integer(known, LARGEST) then
      plan.facets[#plan.facets + 1] = field
      plan.facets[#plan.facets + 1] = digits(delta.first)
    end
  end
  if #plan.names.release > 0 then checkType('ZCARD', problemReleasesKey(plan.base)) end
  if #plan.names.environment > 0 then checkType('ZCARD', problemEnvironmentsKey(plan.base)) end
end

-- How the session is linked to the problem: the newest occurrences it left, and whether it is counted already.
local function planLink(reports, plan)
  local text = read('HGET', reports.key, 'p:' .. plan.fingerprint)
  if not text then
    if reports.problemCount >= SESSION_PROBLEMS then return false end
    reports.problemCount = reports.problemCount + 1
  end
  -- Of a problem that expired and begins anew nothing is counted yet, whatever the session still lists.
  local known = plan.isNew and {} or words(text)
  local user = table.remove(known, 1)
  plan.link = { ids = known, isNew = plan.isNew or not text, user = user }
  if (not user or user == '-') and reports.user ~= '-' then
    plan.link.user = reports.user
    plan.link.countsUser = redis.call('ZSCORE', plan.usersKey, reports.user) or plan.userCount < MOST_USERS_OF_PROBLEM
  end
  plan.link.user = plan.link.user or '-'
  return true
end

-- What the session left so far; nil without a session.
local function loadReports(state, by)
  local session = sessionOf(state)
  if session == '' then return nil end
  local key = reportsKey(state.project.base, session)
  local values = read('HMGET', key, 'errors', 'track')
  local count = redis.call('HLEN', key)
  return {
    key = key, isMarked = values[1], track = values[2], user = userOf(by),
    problemCount = count - (values[1] and 1 or 0) - (values[2] and 1 or 0),
  }
end

-- Returns the plan, nil for a repetition, or false for what is not kept.
local function planProblem(state, entry, delta, reports)
  local base, fingerprint = state.project.base, delta.fingerprint
  if not string.match(fingerprint, '^%x+$') then error('not a fingerprint', 0) end
  local plan = {
    base = base, fingerprint = fingerprint, delta = delta, key = problemKey(base, fingerprint), trendKey = trendKey(base, fingerprint),
    facetsKey = facetsKey(base, fingerprint), occurrencesKey = occurrencesKey(base, fingerprint), usersKey = usersKey(base, fingerprint),
    affectedKey = affectedKey(base, fingerprint), added = {},
  }
  local row, values = {}, read('HMGET', plan.key, unpack(PROBLEM_FIELDS))
  for i, name in ipairs(PROBLEM_FIELDS) do row[name] = values[i] end
  if entry.disposition == 'report' and entry.digest ~= '' and isDuplicate(row.batches or '', entry.digest) then return nil end
  plan.isNew = not row.count
  plan.occurrenceCount = read('XLEN', plan.occurrencesKey)
  plan.affectedCount = read('ZCARD', plan.affectedKey)
  plan.userCount = read('ZCARD', plan.usersKey)
  local isKept = not reports or planLink(reports, plan)
  -- One page gone wild must not push out the problems of others. Servers are trusted: theirs begins without words, for nothing would say whose they are.
  if not isKept and plan.isNew and delta.origin ~= 'server' then return false end
  plan.isUnlinked = not isKept

  local session, set = sessionOf(state), {}
  local function put(field, value)
    set[#set + 1] = field
    set[#set + 1] = value
  end
  -- Above every other of this call, so that their order is that of the entries.
  plan.received = nowMicroseconds + entry.number - 1
  put('count', digits(integer(row.count, 0) + delta.count))
  put('received', digits(plan.received))
  put('first_seen', seconds(math.min(storedMs(row.first_seen, delta.first), delta.first)))
  put('last_seen', seconds(math.max(storedMs(row.last_seen, delta.last), delta.last)))
  if plan.isNew then
    put('origin', delta.origin)
    put('class', delta.class)
    put('first_received', digits(plan.received))
  end
  if isKept then
    -- An erasure takes a title that came from its session.
    if not row.title then
      put('title', delta.title)
      put('title_session', session)
      put('title_received', digits(plan.received))
    end
    put('message', delta.message)
    put('message_session', session)
    if delta.group ~= '' then put('group', delta.group) end
    if delta.platform ~= '' then put('platform', delta.platform) end
    -- Of the newest occurrence that told one, not of a late report.
    if delta.release ~= '' and delta.last >= storedMs(row.last_seen, delta.last) then put('release', delta.release) end
  end
  if plan.link and plan.link.isNew then put('sessions', digits(integer(row.sessions, 0) + 1)) end
  if entry.disposition == 'report' and entry.digest ~= '' then put('batches', withDigest(row.batches or '', entry.digest)) end
  if row.resolved then
    plan.isRegression = true
    put('regressed_at', seconds(nowMs))
    put('regressed_release', delta.release)
  end

  local expiresAt, retention = integer(row.expires_at, 0), header.errorsRetention
  plan.deadline = retention > 0 and nowMs + retention or 0
  plan.moved = plan.isNew or math.abs(plan.deadline - expiresAt) > header.errorsStep
  if not plan.moved then
    plan.deadline = expiresAt
  elseif plan.deadline > 0 then
    put('expires_at', digits(plan.deadline))
  end
  plan.set = set
  planTrend(plan)
  planFacets(plan)
  return plan
end

local function planServerEvent(state, entry, event, reports)
  local base = state.project.base
  local plan = { event = event, key = trackKey(base), batchesKey = trackBatchesKey(base), ids = reports and words(reports.track) or {} }
  checkType('XLEN', plan.key)
  plan.batches = read('GET', plan.batchesKey) or ''
  if entry.digest ~= '' then
    if isDuplicate(plan.batches, entry.digest) then return nil end
    plan.batches = string.sub(plan.batches, -255 * DIGEST) .. entry.digest
  end
  return plan
end

-- Everything the entry's errors and server events change. by: the tokens of the session's row. Returns nil when it repeats another.
local function planReports(state, entry, by)
  local plan = { problems = {}, events = {}, unlinked = entry.unlinked or 0, heldKey = nil, session = sessionOf(state) }
  local reports = loadReports(state, by)
  plan.reports = reports
  if reports and state.row.held then
    plan.heldKey = heldReportsKey(state.project.base, plan.session)
    plan.heldCount = read('XLEN', plan.heldKey)
  end
  local seen = {}
  for _, delta in ipairs(entry.problems) do
    if seen[delta.fingerprint] then error('a problem twice', 0) end
    seen[delta.fingerprint] = true
    local problem = planProblem(state, entry, delta, reports)
    if problem == nil then return nil end
    if problem then plan.problems[#plan.problems + 1] = problem end
    if not problem or problem.isUnlinked then plan.unlinked = plan.unlinked + delta.count end
  end
  for _, event in ipairs(entry.events or {}) do
    local planned = planServerEvent(state, entry, event, reports)
    if not planned then return nil end
    plan.events[#plan.events + 1] = planned
  end
  if #plan.problems > 0 then checkType('ZCARD', problemsKey(state.project.base)) end
  checkType('SCARD', KEYS[7])
  return plan
end

-- A report shows in its session's row and in the index of errors. Returns nil when it does already, or there is no row.
local function planMark(state)
  if not state.rev then return nil end
  local by, gained = mergeTokens(state.row.by or '', { 'errors:true' })
  if #gained == 0 then return nil end
  checkType('ZCARD', byKey(state.project.base, 'errors:true'))
  checkType('SCARD', state.project.indexes)
  return { by = by, second = math.floor(milliseconds(state.row.updated_at) / 1000) }
end
