#!lua flags=no-writes,allow-oom
--[[
  What one shard accepted, finished and still holds, at one moment: read one after the other, the figures would not add up while work goes on.

  KEYS[1] outcomes hash  KEYS[2] dead stream  KEYS[3...] ingest  streams of the shard
  ARGV    none

  Returns {added, queued, dead letters, then name, count per outcome}: added is what XADD ever put into the ingest streams, re-drives included.
  Errors: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"

local outcomes = redis.pcall('HGETALL', KEYS[1])
if failure(outcomes) then return wrongType(KEYS[1]) end
local letters = redis.pcall('XLEN', KEYS[2])
if failure(letters) then return wrongType(KEYS[2]) end
local added, queued = 0, 0
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    local info = redis.pcall('XINFO', 'STREAM', KEYS[i])
    if failure(info) then return wrongType(KEYS[i]) end
    for j = 1, #info, 2 do
      if info[j] == 'entries-added' then added = added + info[j + 1] end
      if info[j] == 'length' then queued = queued + info[j + 1] end
    end
  end
end
local reply = { digits(added), digits(queued), digits(letters) }
for _, value in ipairs(outcomes) do reply[#reply + 1] = value end
return reply
