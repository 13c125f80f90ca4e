-- One window in the windows hash: `chunks events bytes t0 t1 full first last sequence gaps received`.
local WINDOW = '^(%d+) (%d+) (%d+) (%-?%d+) (%-?%d+) (%S+) (%S+) (%S+) (%-?%d+) (%d+) (%d+)$'

local function parseWindow(text)
  local chunks, events, bytes, t0, t1, full, first, last, sequence, gaps, received = string.match(text, WINDOW)
  if not chunks then error('not a window record: ' .. string.sub(text, 1, 80), 0) end
  return {
    chunks = tonumber(chunks), events = tonumber(events), bytes = tonumber(bytes), t0 = tonumber(t0), t1 = tonumber(t1),
    full = full, first = first, last = last, sequence = tonumber(sequence), gaps = tonumber(gaps), received = tonumber(received),
  }
end

local function emptyWindow()
  return { chunks = 0, events = 0, bytes = 0, full = '-', first = '-', last = '-', sequence = -1, gaps = 0, received = 0 }
end

local function formatWindow(w)
  return string.format('%d %d %d %d %d %s %s %s %d %d %d',
    w.chunks, w.events, w.bytes, w.t0, w.t1, w.full, w.first, w.last, w.sequence, w.gaps, w.received)
end

-- All windows of a session from HGETALL of its windows hash; `<wid>:batches` fields are left out (`:` is in no window id).
local function parseWindows(flat)
  local windows, names = {}, {}
  for i = 1, #flat, 2 do
    if not string.find(flat[i], ':', 1, true) then
      windows[flat[i]] = parseWindow(flat[i + 1])
      names[#names + 1] = flat[i]
    end
  end
  table.sort(names)
  return windows, names
end
