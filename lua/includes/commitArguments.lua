-- Reads the commit's ARGV in order.
-- Needs: integers.
local position = 0

local function take()
  position = position + 1
  local value = ARGV[position]
  if not value then error('SENTIERO ARGUMENTS', 0) end
  return value
end
local function takeInteger() return integer(take(), 0) end

-- count, then count * width values: returns them as one flat list.
local function takeList(width)
  local list, from = {}, position + 1
  local size = integer(ARGV[from], 0) * width
  for i = 1, size do list[i] = ARGV[from + i] end
  position = from + size
  return list
end

-- ARGV is indexed directly here: these are most of the arguments. A missing one shows in the total, which is checked.
local function takeChunk()
  local p = position
  position = p + 7
  return {
    body = ARGV[p + 1], version = ARGV[p + 2], n = integer(ARGV[p + 3], 0), t0 = integer(ARGV[p + 4], 0), t1 = integer(ARGV[p + 5], 0),
    full = ARGV[p + 6] == '1', hasErrors = ARGV[p + 7] == '1', last = takeList(2), first = takeList(2), metadata = takeList(2), tokens = takeList(1),
  }
end

-- fingerprint, origin, class, title, message, group, platform, release ('' = none), count, first ms, last ms, then three lists.
local function takeProblems()
  local problems = {}
  for number = 1, takeInteger() do
    local p = position
    position = p + 11
    problems[number] = {
      fingerprint = ARGV[p + 1], origin = ARGV[p + 2], class = ARGV[p + 3], title = ARGV[p + 4], message = ARGV[p + 5], group = ARGV[p + 6],
      platform = ARGV[p + 7], release = ARGV[p + 8], count = integer(ARGV[p + 9], 0), first = integer(ARGV[p + 10], 0),
      last = integer(ARGV[p + 11], 0), facets = takeList(2), buckets = takeList(2), occurrences = takeList(3),
    }
  end
  return problems, #problems > 0 and takeInteger() or 0
end

local function takeServerEvents()
  local list, events = takeList(5), {}
  for i = 1, #list, 5 do
    events[#events + 1] = { name = list[i], level = list[i + 1], at = integer(list[i + 2], 0), version = list[i + 3], body = list[i + 4] }
  end
  return events
end

local function takeEntry(number)
  local p = position
  position = p + 9
  local entry = {
    number = number, id = ARGV[p + 1], session = integer(ARGV[p + 2], 0), window = ARGV[p + 3], digest = ARGV[p + 4],
    sequence = integer(ARGV[p + 5], -1), received = integer(ARGV[p + 6], 0), revision = ARGV[p + 7], disposition = ARGV[p + 8],
    reason = ARGV[p + 9],
  }
  if entry.disposition == 'store' then entry.chunk = takeChunk() end
  if entry.chunk or entry.disposition == 'report' then entry.problems, entry.unlinked = takeProblems() end
  if entry.disposition == 'report' then entry.events = takeServerEvents() end
  return entry
end
