-- Writes what sessionPlan worked out.
-- Needs: keys, replies, integers, windowRecord, and of the commit: header, add, remove.
local function expire(plan, key)
  if plan.keep then redis.call('PERSIST', key) else redis.call('PEXPIREAT', key, digits(plan.deadline)) end
end

-- Takes the session out of indexes whose value it no longer has. First of the writes: nothing is there to take back when it raises.
local function leaveIndexes(state, plan)
  for _, token in ipairs(plan.lost) do
    local key = byKey(state.project.base, token)
    redis.call('ZREM', key, state.id)
    remove(key, state.id)
  end
end

-- The chunk's id is the entry's, unless a drop or a clock left a higher one behind.
local function storeChunk(entry)
  local chunk = entry.chunk
  local function store(id)
    return redis.pcall('XADD', entry.eventsKey, id, 'v', chunk.version, 'n', digits(chunk.n), 't0', digits(chunk.t0), 't1', digits(chunk.t1),
      'full', chunk.full and '1' or '0', 'z', chunk.body)
  end
  local id = store(entry.id)
  if failure(id) then id = store('*') end
  if failure(id) then error(failure(id) .. ' (' .. entry.eventsKey .. ')', 0) end
  return id
end

local function writeTrim(state, plan, fields)
  local base = state.project.base
  for _, drop in ipairs(plan.trim.drops) do redis.call('XDEL', eventsKey(base, state.id, drop.window), drop.id) end
  for name, w in pairs(plan.trim.changed) do
    if w ~= plan.record and w.chunks > 0 then
      fields[#fields + 1] = name
      fields[#fields + 1] = formatWindow(w)
    end
  end
  for _, name in ipairs(plan.emptied) do
    redis.call('HDEL', state.windowsKey, name, name .. ':batches')
    redis.call('UNLINK', eventsKey(base, state.id, name))
  end
end

local function write(state, entry, plan)
  if not plan.record then
    callList({ 'HSET', state.key, unpack(plan.set) })
    return
  end
  leaveIndexes(state, plan)
  local id = storeChunk(entry)
  entry.stored = id
  local record = plan.record
  record.last = id
  if record.first == '-' then record.first = id end
  if entry.chunk.full then record.full = id end
  plan.text = formatWindow(record)
  local fields = { 'HSET', state.windowsKey, entry.window, plan.text }
  if entry.digest ~= '' then
    fields[#fields + 1] = entry.window .. ':batches'
    fields[#fields + 1] = plan.batches
  end
  if plan.trim then writeTrim(state, plan, fields) end
  callList(fields)
  callList({ 'HSET', state.key, unpack(plan.set) })
  if plan.keep then redis.call('HDEL', state.key, 'expires_at') end
  if plan.moved then
    expire(plan, state.key)
    expire(plan, state.windowsKey)
    -- Whether or not it is there: what was sealed once needs it as long as it lives.
    expire({ keep = plan.keep or header.keyExtra < 0, deadline = plan.deadline + header.keyExtra }, state.dataKey)
    for _, key in ipairs(plan.streams) do expire(plan, key) end
  elseif plan.isNewWindow and plan.deadline > 0 then
    expire(plan, entry.eventsKey)
  end
end

-- After a raise: the chunk must not stay, nor the window remember a batch that is to be re-driven.
local function takeBack(state, entry)
  if not entry.stored then return end
  redis.pcall('XDEL', entry.eventsKey, entry.stored)
  local known = state.windows[entry.window]
  -- An empty stream of an unrecorded window would stay without expiry.
  if not known.text and redis.pcall('XLEN', entry.eventsKey) == 0 then redis.pcall('UNLINK', entry.eventsKey) end
  for field, value in pairs({ [entry.window] = known.text or '', [entry.window .. ':batches'] = known.batches }) do
    if value == '' then redis.pcall('HDEL', state.windowsKey, field) else redis.pcall('HSET', state.windowsKey, field, value) end
  end
end

-- What later entries of the session in this call must see.
local function remember(state, entry, plan)
  for i = 1, #plan.set, 2 do state.row[plan.set[i]] = plan.set[i + 1] end
  state.rev = plan.rev
  if not plan.record then return end
  if plan.keep then state.row.expires_at = false end
  if plan.trim then state.windows = {} end
  state.windows[entry.window] = { text = plan.text, record = plan.record, batches = plan.batches }
end

local function noteIndexes(state, plan)
  local project = state.project
  if plan.newRow then
    add(project.created, state.id, math.floor(milliseconds(state.row.created_at) / 1000))
    add(KEYS[7], project.name, true)
  end
  add(project.events, state.id, plan.eventCount)
  if plan.isNewSecond then
    add(project.sessions, state.id, plan.second)
    for _, key in ipairs(plan.indexKeys) do add(key, state.id, plan.second) end
  end
  for _, token in ipairs(plan.gained) do
    add(byKey(project.base, token), state.id, plan.second)
    add(project.indexes, token, true)
  end
end
