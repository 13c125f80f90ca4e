#!lua flags=no-writes,allow-oom
--[[
  One page of a window's chunks without their events.

  KEYS[1] chunks  stream
  ARGV[1] from    id to begin with, `(id` to begin after it, '-' for the first
  ARGV[2] count   chunks per page

  Returns id, n, t0, t1, full, size (compressed bytes) per chunk, one flat list. A page ends early once 4 MiB of chunks were read: the end is an empty page.
  Errors: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"
--- @include "includes/streamId.lua"

local STEP, MOST_BYTES = 8, 4194304
local page, from, left, bytes = {}, ARGV[1], tonumber(ARGV[2]), 0
while left > 0 and bytes < MOST_BYTES do
  local entries = redis.pcall('XRANGE', KEYS[1], from, '+', 'COUNT', math.min(STEP, left))
  if failure(entries) then return wrongType(KEYS[1]) end
  if #entries == 0 then break end
  for _, entry in ipairs(entries) do
    local fields = entry[2]
    local size = #(fieldOf(fields, 'z') or '')
    bytes = bytes + size
    for _, value in ipairs({ entry[1], fieldOf(fields, 'n') or '0', fieldOf(fields, 't0') or '0', fieldOf(fields, 't1') or '0', fieldOf(fields, 'full') or '0' }) do
      page[#page + 1] = value
    end
    page[#page + 1] = tostring(size)
    from = '(' .. entry[1]
  end
  left = left - #entries
end
return page
