-- Stream ids are two integers; as strings they do not sort.
local function idParts(id)
  local ms, sequence = string.match(id, '^(%d+)%-(%d+)$')
  if not ms then error('not a stream id: ' .. id, 0) end
  return tonumber(ms), tonumber(sequence)
end

local function isBefore(left, right)
  local leftMs, leftSequence = idParts(left)
  local rightMs, rightSequence = idParts(right)
  if leftMs ~= rightMs then return leftMs < rightMs end
  return leftSequence < rightSequence
end

-- The value of one field of a stream entry's flat field list.
local function fieldOf(fields, name)
  for i = 1, #fields, 2 do
    if fields[i] == name then return fields[i + 1] end
  end
  return nil
end
