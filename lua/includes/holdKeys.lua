-- Every key of a session whose expiry a hold changes: row, windows, chunks, data key.
-- Needs: keys, replies.
local function expiringKeys(base, session)
  local keys = { sessionKey(base, session), windowsKey(base, session), keyKey(base, session) }
  local names = redis.pcall('HKEYS', windowsKey(base, session))
  if failure(names) then return nil end
  for _, name in ipairs(names) do
    if not string.find(name, ':', 1, true) then keys[#keys + 1] = eventsKey(base, session, name) end
  end
  return keys
end
