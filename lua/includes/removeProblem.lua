-- Removes this shard's part of a problem: every key of it, and the links of its sessions, but those of sessions under a legal hold.
-- Needs: keys, replies.
-- The caller has found `problems` to be a sorted set. Returns whether there was a part, and how many occurrences it held.
local function removeProblem(base, fingerprint)
  local affected = redis.pcall('ZRANGE', affectedKey(base, fingerprint), 0, -1)
  for _, session in ipairs(failure(affected) and {} or affected) do
    if redis.call('EXISTS', heldReportsKey(base, session)) == 0 then redis.pcall('HDEL', reportsKey(base, session), 'p:' .. fingerprint) end
  end
  local occurrences = redis.pcall('XLEN', occurrencesKey(base, fingerprint))
  local existed = redis.call('UNLINK', problemKey(base, fingerprint))
  redis.call('UNLINK', trendKey(base, fingerprint), facetsKey(base, fingerprint), occurrencesKey(base, fingerprint),
    affectedKey(base, fingerprint), usersKey(base, fingerprint))
  redis.call('ZREM', problemsKey(base), fingerprint)
  return existed == 1, failure(occurrences) and 0 or occurrences
end
