-- Works out what one stored entry changes. Reads and checks; the writes are in sessionWrite.
-- Needs: keys, replies, integers, windowRecord, trimPlan, sessionState, and of the commit: header, nowMs, nowMicroseconds, checkType, METADATA_KEYS.
-- Row fields that change, as a flat list, from what the entry brings.
local function rowChanges(state, entry, plan)
  local row, chunk, set = state.row, entry.chunk, {}
  local function put(field, value)
    if row[field] ~= value then
      set[#set + 1] = field
      set[#set + 1] = value
    end
  end
  for i = 1, #chunk.last, 2 do put(chunk.last[i], chunk.last[i + 1]) end
  for i = 1, #chunk.first, 2 do
    if not row[chunk.first[i]] then put(chunk.first[i], chunk.first[i + 1]) end
  end
  local metadataCount = #chunk.metadata > 0 and integer(rowField(state, 'meta_count'), 0) or 0
  for i = 1, #chunk.metadata, 2 do
    local field = chunk.metadata[i]
    if row[field] then
      put(field, chunk.metadata[i + 1])
    elseif metadataCount < METADATA_KEYS then
      metadataCount = metadataCount + 1
      put(field, chunk.metadata[i + 1])
    end
  end
  if metadataCount > 0 then put('meta_count', digits(metadataCount)) end
  if chunk.hasErrors then
    chunk.tokens[#chunk.tokens + 1] = 'errors:true'
    if not string.find(row.by or '', 'errors:true', 1, true) then put('has_errors', 'true') end
  end
  plan.by, plan.gained, plan.lost = mergeTokens(row.by or '', chunk.tokens)
  if plan.by ~= (row.by or '') then put('by', plan.by) end
  return set, put
end

-- The `by:` indexes a row with that `by` is in. Few rows of a micro-batch differ in it.
local function indexKeys(project, by)
  local keys = project.indexKeys[by]
  if not keys then
    keys = {}
    for token in string.gmatch(by, '%S+') do keys[#keys + 1] = byKey(project.base, token) end
    project.indexKeys[by] = keys
  end
  return keys
end

-- Everything a stored chunk changes. Only reads; raises when something is not as it should be.
-- Returns an outcome with nothing to write, or 'stored' with a plan, or 'limited:…' with a plan that only counts the refusal.
local function prepare(state, entry)
  local row, chunk, limits = state.row, entry.chunk, header.limits
  local window = loadWindow(state, entry.window)
  if entry.digest ~= '' and isDuplicate(window.batches, entry.digest) then return 'duplicate' end

  local exists = state.rev ~= nil
  local previousMs = exists and milliseconds(row.updated_at) or entry.received
  local updatedMs = math.max(previousMs, entry.received)
  local expiresAt = integer(row.expires_at, 0)
  local deadline = header.retention > 0 and updatedMs + header.retention or 0
  if deadline > 0 and deadline <= nowMs then return 'expired' end
  if row.held then deadline = 0 end

  local plan = { set = {}, isNewWindow = not window.record, deadline = expiresAt }
  local rev = exists and state.rev + 1 or nowMicroseconds
  local function refuse(which)
    if not exists then return 'limited:' .. which end
    plan.set = { 'limited', digits(integer(rowField(state, 'limited'), 0) + 1), 'rev', digits(rev) }
    plan.rev = rev
    return 'limited:' .. which, plan
  end

  local windowCount = integer(row.window_count, 0) + (plan.isNewWindow and 1 or 0)
  if plan.isNewWindow and limits.windows > 0 and windowCount > limits.windows then return refuse('windows') end
  local size = #chunk.body
  local eventCount, byteCount = integer(row.event_count, 0) + chunk.n, integer(row.byte_count, 0) + size
  local chunkCount = integer(row.chunk_count, 0) + 1
  if (limits.events > 0 and eventCount > limits.events) or (limits.bytes > 0 and byteCount > limits.bytes) then
    -- A hold keeps what there is; room is made for nothing.
    if row.held then return refuse(limits.events > 0 and eventCount > limits.events and 'events' or 'bytes') end
    local trim, refused = planTrim(state.project.base, state.id, entry.window, chunk, { events = eventCount, bytes = byteCount }, limits)
    if not trim then return refuse(refused) end
    if #trim.drops > 0 then plan.trim = trim end
  end

  -- Changed in place: when a later check raises, the session is not used again in this call.
  local record = plan.trim and plan.trim.windows[entry.window] or window.record or emptyWindow()
  local set, put = rowChanges(state, entry, plan)
  plan.set, plan.record, plan.rev, plan.newRow = set, record, rev, not exists
  local first, last = integer(row.first_event_at, chunk.t0), integer(row.last_event_at, chunk.t1)
  record.t0 = record.chunks > 0 and math.min(record.t0, chunk.t0) or chunk.t0
  record.t1 = record.chunks > 0 and math.max(record.t1, chunk.t1) or chunk.t1
  record.chunks, record.events, record.bytes = record.chunks + 1, record.events + chunk.n, record.bytes + size
  record.received = math.max(record.received, entry.received)
  noteSequence(record, entry.sequence)
  first, last = math.min(first, chunk.t0), math.max(last, chunk.t1)

  if plan.trim then
    first = record.t0
    plan.emptied = {}
    for _, name in ipairs(plan.trim.names) do
      local w = plan.trim.windows[name]
      if name ~= entry.window and plan.trim.changed[name] and w.chunks == 0 then
        plan.emptied[#plan.emptied + 1] = name
        windowCount = windowCount - 1
      elseif w.chunks > 0 then
        first = math.min(first, w.t0)
      end
    end
    eventCount, byteCount, chunkCount = eventCount - plan.trim.events, byteCount - plan.trim.bytes, chunkCount - #plan.trim.drops
    put('trimmed', digits(integer(rowField(state, 'trimmed'), 0) + #plan.trim.drops))
  end

  plan.batches = entry.digest ~= '' and withDigest(window.batches, entry.digest) or window.batches
  put('rev', digits(rev))
  if not exists then put('created_at', seconds(entry.received)) end
  put('updated_at', seconds(updatedMs))
  put('first_event_at', digits(first))
  put('last_event_at', digits(last))
  put('event_count', digits(eventCount))
  put('byte_count', digits(byteCount))
  put('chunk_count', digits(chunkCount))
  put('window_count', digits(windowCount))

  -- One deadline on every key of the session; moved rarely, for it costs a write per key.
  if deadline > 0 and math.abs(deadline - expiresAt) > header.deadlineStep then
    plan.deadline, plan.moved = deadline, true
    put('expires_at', digits(deadline))
  elseif deadline == 0 and expiresAt > 0 then
    plan.deadline, plan.moved, plan.keep = 0, true, true
  end
  if plan.moved then
    plan.streams = { entry.eventsKey }
    for _, name in ipairs(read('HKEYS', state.windowsKey)) do
      if not string.find(name, ':', 1, true) and name ~= entry.window then
        plan.streams[#plan.streams + 1] = eventsKey(state.project.base, state.id, name)
      end
    end
  end

  if #set >= 6000 then error('too many row fields', 0) end
  plan.second = math.floor(updatedMs / 1000)
  plan.isNewSecond = not exists or plan.second ~= math.floor(previousMs / 1000)
  plan.eventCount = eventCount
  local project = state.project
  checkType('ZCARD', project.sessions)
  checkType('ZCARD', project.events)
  if not exists then
    checkType('ZCARD', project.created)
    checkType('SCARD', KEYS[7])
  end
  if #plan.gained > 0 then checkType('SCARD', project.indexes) end
  plan.indexKeys = indexKeys(project, plan.by)
  for _, key in ipairs(plan.indexKeys) do checkType('ZCARD', key) end
  return 'stored', plan
end
