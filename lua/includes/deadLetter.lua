-- Copies an ingest entry to `dead` with the reason. The caller has found `dead` to be a stream and deletes the entry itself.
-- Needs: replies.
local function copyToDead(deadKey, ingestKey, inflightKey, partition, id, reason, detail, nowMs)
  local list = { 'XADD', deadKey, '*' }
  local found = redis.pcall('XRANGE', ingestKey, id, id)
  if not failure(found) and found[1] then
    for _, value in ipairs(found[1][2]) do list[#list + 1] = value end
  end
  local attempts = redis.pcall('HGET', inflightKey, 'alone:' .. id)
  local extra = {
    'reason', reason, 'attempts', type(attempts) == 'string' and attempts or '0', 'partition', partition, 'entry', id,
    'at', string.format('%d', nowMs), 'detail', string.sub(detail, 1, 500),
  }
  for _, value in ipairs(extra) do list[#list + 1] = value end
  return callList(list)
end
