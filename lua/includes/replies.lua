-- The message of a reply that failed, or nil. Reads go through redis.pcall, so that a key of the wrong type is found before anything is written.
local function failure(reply)
  if type(reply) == 'table' and reply.err then return reply.err end
  return nil
end

-- A read that must work: raises with the key's name otherwise.
local function read(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  local message = failure(reply)
  if message then error(message .. ' (' .. key .. ')', 0) end
  return reply
end

-- Lua's stack takes 8,000 values; the bound leaves room.
local function callList(list)
  if #list >= 7000 then error('too many arguments for ' .. list[1], 0) end
  return redis.call(unpack(list))
end

local function wrongType(key) return redis.error_reply('SENTIERO WRONGTYPE ' .. key) end

-- The text of whatever pcall caught: Redis raises tables, Lua strings.
local function messageOf(raised)
  if type(raised) == 'table' then return tostring(raised.err or 'unknown') end
  return tostring(raised)
end
