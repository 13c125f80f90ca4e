-- What has to go so that a new chunk fits the limits of its session: the oldest chunks over all windows, by arrival, never a window's newest full
-- snapshot nor what follows it. A window without one may lose any; a chunk that is itself a full snapshot frees everything older in its window.
-- Only plans. Reads at most 17 chunks (one more than are dropped, and one per window touched).
-- Needs: keys, replies, integers, streamId, windowRecord.
local DROPS_PER_CALL = 16

-- totals: {events, bytes} with the new chunk counted. Returns the plan, or nil and 'events' or 'bytes' when the chunk must be refused.
local function planTrim(base, session, windowId, chunkIsFull, totals, limits)
  local windows, names = parseWindows(read('HGETALL', windowsKey(base, session)))
  local events, bytes, heads = totals.events, totals.bytes, {}
  local drops, droppedEvents, droppedBytes, changed = {}, 0, 0, {}

  local function over()
    return (limits.events > 0 and events > limits.events and 'events') or (limits.bytes > 0 and bytes > limits.bytes and 'bytes')
  end
  local function mayLose(name)
    local w = windows[name]
    if w.chunks == 0 then return false end
    return w.full == '-' or (chunkIsFull and name == windowId) or isBefore(w.first, w.full)
  end

  while over() and #drops < DROPS_PER_CALL do
    local oldest
    for _, name in ipairs(names) do
      if mayLose(name) and (not oldest or isBefore(windows[name].first, windows[oldest].first)) then oldest = name end
    end
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
    events, bytes = events - n, bytes - size
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
  end

  local refused = over()
  if refused and #drops < DROPS_PER_CALL and not chunkIsFull then return nil, refused end
  return { windows = windows, names = names, drops = drops, changed = changed, events = droppedEvents, bytes = droppedBytes }
end
