-- The counters of the outcomes hash. HINCRBY raises on a value that is no integer or would overflow, so all are read before anything is written.
-- Needs: replies, integers.
local OUTCOMES = {
  'stored', 'filtered', 'duplicate', 'limited:events', 'limited:bytes', 'limited:windows', 'expired', 'erased', 'dead', 'dropped',
  'redriven', 'trimmed_chunks', 'trimmed_events', 'evicted_sessions', 'swept_sessions', 'index_errors',
}

-- nil when every counter can be moved, else an error reply.
local function outcomesFault(key)
  local values = redis.pcall('HMGET', key, unpack(OUTCOMES))
  if failure(values) then return wrongType(key) end
  for i = 1, #OUTCOMES do
    if values[i] and not pcall(integer, values[i], 0) then return redis.error_reply('SENTIERO BADCOUNTER ' .. OUTCOMES[i]) end
  end
  return nil
end
