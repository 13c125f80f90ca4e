-- The counters of the outcomes hash. HINCRBY raises on a value that is no integer or would overflow, so all are read before anything is written.
-- Needs: replies.
local OUTCOMES = {
  'stored', 'filtered', 'duplicate', 'limited:events', 'limited:bytes', 'limited:windows', 'expired', 'erased', 'dead', 'dropped',
  'redriven', 'trimmed_chunks', 'trimmed_events', 'evicted_sessions', 'swept_sessions', 'index_errors', 'unlinked_occurrences',
  'evicted_problems',
}

-- nil when every counter can be moved, else an error reply.
local function outcomesFault(key)
  local values = redis.pcall('HMGET', key, unpack(OUTCOMES))
  if failure(values) then return wrongType(key) end
  for i = 1, #OUTCOMES do
    -- As strict as HINCRBY: digits, and room to count on.
    if values[i] and not (string.match(values[i], '^%-?%d+$') and #values[i] < 17) then return redis.error_reply('SENTIERO BADCOUNTER ' .. OUTCOMES[i]) end
  end
  return nil
end
