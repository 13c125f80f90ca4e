-- Stream ids are two integers; as strings they do not sort.
local function isBefore(left, right)
  local leftMs, leftSequence = string.match(left, '^(%d+)%-(%d+)$')
  local rightMs, rightSequence = string.match(right, '^(%d+)%-(%d+)$')
  if not leftMs or not rightMs then error('not a stream id: ' .. left .. ' ' .. right, 0) end
  leftMs, rightMs = tonumber(leftMs), tonumber(rightMs)
  if leftMs ~= rightMs then return leftMs < rightMs end
  return tonumber(leftSequence) < tonumber(rightSequence)
end

-- The value of one field of a stream entry's flat field list.
local function fieldOf(fields, name)
  for i = 1, #fields, 2 do
    if fields[i] == name then return fields[i + 1] end
  end
  return nil
end
