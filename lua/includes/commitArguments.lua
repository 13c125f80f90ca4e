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
  local list = {}
  for i = 1, takeInteger() * width do list[i] = take() end
  return list
end

local function takeChunk()
  return {
    body = take(), n = takeInteger(), t0 = takeInteger(), t1 = takeInteger(), full = take() == '1', hasErrors = take() == '1',
    last = takeList(2), first = takeList(2), metadata = takeList(2), tokens = takeList(1),
  }
end

local function takeEntry(number)
  local entry = {
    number = number, id = take(), session = takeInteger(), window = take(), digest = take(), sequence = takeInteger(),
    received = takeInteger(), revision = take(), disposition = take(), reason = take(),
  }
  if entry.disposition == 'store' then entry.chunk = takeChunk() end
  return entry
end
