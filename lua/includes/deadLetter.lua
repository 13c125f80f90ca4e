-- Copies an ingest entry to `dead` with the reason; what it has too much of is left out, and told by `truncated`. Returns what XADD did and
-- raises nothing. The caller has found `dead` to be a stream and deletes the entry itself.
-- Needs: replies, batchFields.
local function copyToDead(deadKey, ingestKey, inflightKey, partition, id, reason, detail, nowMs)
  local list, isTruncated = { 'XADD', deadKey, '*' }, false
  local found = redis.pcall('XRANGE', ingestKey, id, id)
  if not failure(found) and found[1] then
    local fields
    fields, isTruncated = boundedFields(found[1][2])
    for _, value in ipairs(fields) do list[#list + 1] = value end
  end
  local attempts = redis.pcall('HGET', inflightKey, 'alone:' .. id)
  local extra = {
    'reason', reason, 'attempts', type(attempts) == 'string' and attempts or '0', 'partition', partition, 'entry', id,
    'at', string.format('%d', nowMs), 'detail', string.sub(detail, 1, 500),
  }
  for _, value in ipairs(extra) do list[#list + 1] = value end
  if isTruncated then
    list[#list + 1] = 'truncated'
    list[#list + 1] = '1'
  end
  return redis.pcall(unpack(list))
end
