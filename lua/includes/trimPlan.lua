-- What has to go so that a new chunk fits the limits of its session. Protected is the window being written from its newest full snapshot on; while
-- it has none, the window with the session's newest one, so that something stays replayable. A chunk that is itself a full snapshot needs nothing
-- older. The rest goes oldest first, by arrival; a window's newest full snapshot and what follows it counts as old as its newest chunk, for it is
-- of use as a whole. Once begun, it counts by its oldest chunk again and is next.
-- Only plans. Reads at most two chunks per drop.
-- Needs: keys, replies, integers, streamId, windowRecord.
local DROPS_PER_CALL = 16

-- The window whose newest full snapshot must stay, or nil.
local function protectedWindow(windows, names, windowId)
  local own = windows[windowId]
  if own and own.full ~= '-' then return windowId end
  local newest
  for _, name in ipairs(names) do
    local full = windows[name].full
    if full ~= '-' and (not newest or isBefore(windows[newest].full, full)) then newest = name end
  end
  return newest
end

-- totals: {events, bytes} with the new chunk, of n events and size bytes, counted.
-- Returns the plan, or nil and 'events' or 'bytes' when the chunk must be refused.
local function planTrim(base, session, windowId, chunk, totals, limits)
  local windows, names = parseWindows(read('HGETALL', windowsKey(base, session)))
  local drops, droppedEvents, droppedBytes, changed, heads = {}, 0, 0, {}, {}
  local protected = not chunk.full and protectedWindow(windows, names, windowId) or nil

  local function excess(events, bytes)
    return (limits.events > 0 and events > limits.events and 'events') or (limits.bytes > 0 and bytes > limits.bytes and 'bytes')
  end
  local function over() return excess(totals.events - droppedEvents, totals.bytes - droppedBytes) end

  -- How old the window counts: the parts of an id, or nil when it may lose nothing. Few windows change between two drops.
  local ages = {}
  local function noteAge(name)
    local w, id = windows[name], nil
    if w.chunks == 0 then
      id = nil
    elseif w.full == '-' or (chunk.full and name == windowId) or w.first ~= w.full then
      id = w.first
    elseif name ~= protected then
      id = w.last
    end
    ages[name] = id and { idParts(id) } or nil
  end
  for _, name in ipairs(names) do noteAge(name) end
  local function oldestWindow()
    local oldest, ms, sequence
    for _, name in ipairs(names) do
      local age = ages[name]
      if age and (not oldest or age[1] < ms or (age[1] == ms and age[2] < sequence)) then oldest, ms, sequence = name, age[1], age[2] end
    end
    return oldest
  end

  -- Nothing that may go would make room: dropping it first, 16 at a time, would only let such chunks in meanwhile.
  local kept = protected and windows[protected]
  if kept and kept.first == kept.full then
    local which = excess(kept.events + chunk.n, kept.bytes + #chunk.body)
    if which then return nil, which end
  end

  while over() and #drops < DROPS_PER_CALL do
    local oldest = oldestWindow()
    if not oldest then break end
    local w = windows[oldest]
    local pair = heads[oldest]
    if not pair or not pair[2] then
      pair = read('XRANGE', eventsKey(base, session, oldest), w.first, '+', 'COUNT', 2)
    else
      pair = { pair[2], read('XRANGE', eventsKey(base, session, oldest), '(' .. pair[2][1], '+', 'COUNT', 1)[1] }
    end
    heads[oldest] = pair
    if not pair[1] or pair[1][1] ~= w.first then error('chunk missing: ' .. w.first, 0) end
    local n, size = integer(fieldOf(pair[1][2], 'n'), 0), #(fieldOf(pair[1][2], 'z') or '')
    drops[#drops + 1] = { window = oldest, id = w.first }
    changed[oldest] = w
    droppedEvents, droppedBytes = droppedEvents + n, droppedBytes + size
    w.chunks, w.events, w.bytes = w.chunks - 1, w.events - n, w.bytes - size
    if w.full == w.first then w.full = '-' end
    if w.chunks > 0 then
      if not pair[2] then error('chunk missing after ' .. w.first, 0) end
      -- Exact when chunks arrived in order; a late batch can leave it a little late.
      w.first, w.t0 = pair[2][1], integer(fieldOf(pair[2][2], 't0'), w.t0)
    else
      w.first, w.last = '-', '-'
    end
    noteAge(oldest)
  end

  local refused = over()
  if refused and #drops < DROPS_PER_CALL and not chunk.full then return nil, refused end
  return { windows = windows, names = names, drops = drops, changed = changed, events = droppedEvents, bytes = droppedBytes }
end
