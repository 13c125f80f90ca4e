-- A session's row and windows as this call knows them: read once, kept up to date by its own writes.
-- Needs: replies, integers, windowRecord.
local BASE_FIELDS = {
  'rev', 'updated_at', 'first_event_at', 'last_event_at', 'event_count', 'byte_count', 'chunk_count', 'window_count', 'expires_at', 'by',
  'held',
}
local NO_CHUNK = { first = {}, metadata = {} }

-- Reads the row fields an entry needs and the session does not have yet, in one HMGET.
local function loadRow(state, entry)
  local names, row = {}, state.row
  if not state.loaded then
    for i = 1, #BASE_FIELDS do names[i] = BASE_FIELDS[i] end
  end
  local chunk = entry.chunk or NO_CHUNK
  for i = 1, #chunk.first, 2 do
    if row[chunk.first[i]] == nil then names[#names + 1] = chunk.first[i] end
  end
  for i = 1, #chunk.metadata, 2 do
    if row[chunk.metadata[i]] == nil then names[#names + 1] = chunk.metadata[i] end
  end
  if #names > 0 then
    local values = read('HMGET', state.key, unpack(names))
    for i = 1, #names do row[names[i]] = values[i] end
  end
  if not state.loaded then
    state.loaded = true
    -- What the worker cannot read as a revision would never hold: ' 5' and '0x5' are numbers to Lua only.
    if row.rev and string.find(row.rev, '[^%d]') then error('not a revision: ' .. string.sub(row.rev, 1, 40), 0) end
    state.rev = row.rev and integer(row.rev) or nil
    -- A tombstone never stands beside a row: erasure removes the row, and nothing makes one while it stands.
    state.erased = not state.rev and redis.call('EXISTS', state.erasedKey) == 1
  end
end

-- A row field few entries need.
local function rowField(state, name)
  if state.row[name] == nil then state.row[name] = read('HGET', state.key, name) end
  return state.row[name]
end

local function loadWindow(state, name)
  local known = state.windows[name]
  if known then return known end
  local values = read('HMGET', state.windowsKey, name, name .. ':batches')
  known = { text = values[1], record = values[1] and parseWindow(values[1]) or nil, batches = values[2] or '' }
  state.windows[name] = known
  return known
end

-- Digests are 8 characters, the newest last, at most 64.
local DIGEST, REMEMBERED = 8, 64

local function isDuplicate(batches, digest)
  local from = 1
  while true do
    local at = string.find(batches, digest, from, true)
    if not at then return false end
    if (at - 1) % DIGEST == 0 then return true end
    from = at + 1
  end
end

local function withDigest(batches, digest)
  return string.sub(batches, -(REMEMBERED - 1) * DIGEST) .. digest
end

-- Counts what is missing below the highest sequence; a late batch fills its gap.
local function noteSequence(window, sequence)
  if sequence < 0 then return end
  if sequence > window.sequence then
    window.gaps = window.gaps + sequence - window.sequence - 1
    window.sequence = sequence
  elseif sequence < window.sequence and window.gaps > 0 then
    window.gaps = window.gaps - 1
  end
end

-- A session keeps every user it had: an erasure by any of them must find it. Bounded, for a page may name as many as it likes.
local MOST_USERS = 32

-- `by` lists the session's index tokens, `<dimension>:<value>`, one per dimension and several of `user`. Returns the new list, and the tokens it
-- gained and lost.
local function mergeTokens(by, tokens)
  local padded, gained, lost = by == '' and ' ' or ' ' .. by .. ' ', {}, {}
  for _, token in ipairs(tokens) do
    if not string.find(padded, ' ' .. token .. ' ', 1, true) then
      local dimension = string.match(token, '^([^:%s]+):%S+$')
      if not dimension then error('not an index token: ' .. token, 0) end
      local at, to = string.find(padded, ' ' .. dimension .. ':', 1, true)
      local isOneMore = not at or dimension == 'user'
      if not isOneMore then
        local close = string.find(padded, ' ', to, true)
        lost[#lost + 1] = string.sub(padded, at + 1, close - 1)
        padded = string.sub(padded, 1, at) .. token .. string.sub(padded, close)
        gained[#gained + 1] = token
      elseif not at or select(2, string.gsub(padded, ' user:', ' user:')) < MOST_USERS then
        padded = padded .. token .. ' '
        gained[#gained + 1] = token
      end
    end
  end
  return string.sub(padded, 2, -2), gained, lost
end
