#!lua flags=allow-oom
--[[
  Puts a dead letter back into its partition, with the fields it came with. It counts as accepted anew: `dead` goes down, `redriven` up.

  KEYS[1] dead     stream  KEYS[2] outcomes hash  KEYS[3] ingest  stream of the session's partition
  ARGV[1] id       of the letter
  ARGV[2...]       names of the fields that are not its own

  Returns {id in the partition}, or {} when there is no such letter.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>, SENTIERO BADCOUNTER <name>, SENTIERO INGEST <message> (the partition takes no entry)
]]
--- @include "includes/replies.lua"
--- @include "includes/integers.lua"
--- @include "includes/outcomes.lua"
--- @include "includes/batchFields.lua"

local found = redis.pcall('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if failure(found) then return wrongType(KEYS[1]) end
local fault = outcomesFault(KEYS[2])
if fault then return fault end
if failure(redis.pcall('XLEN', KEYS[3])) then return wrongType(KEYS[3]) end
if not found[1] then return {} end

local added = {}
for i = 2, #ARGV do added[ARGV[i]] = true end
local list, fields = { 'XADD', KEYS[3], '*' }, (boundedFields(found[1][2]))
for i = 1, #fields, 2 do
  if not added[fields[i]] then
    list[#list + 1] = fields[i]
    list[#list + 1] = fields[i + 1]
  end
end
-- A letter whose entry had vanished has no content to put back.
if #list == 3 then return {} end
local id = redis.pcall(unpack(list))
if failure(id) then return redis.error_reply('SENTIERO INGEST ' .. failure(id)) end
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('HINCRBY', KEYS[2], 'dead', -1)
redis.call('HINCRBY', KEYS[2], 'redriven', 1)
return { id }
