#!lua flags=allow-oom
--[[
  Takes a partition's lease when it is free, or extends it when the caller holds it.

  KEYS[1] lease    string
  KEYS[2] applied  string
  KEYS[3] inflight hash
  ARGV[1] holder   worker id
  ARGV[2] time     lease time in ms

  Returns {'1', applied, first, last}: the id of the last applied entry and the range the last owner left in flight ('' = none);
  {'0', holder} when another worker holds it.
  Errors: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"

local held = redis.pcall('GET', KEYS[1])
if failure(held) then return wrongType(KEYS[1]) end
local applied = redis.pcall('GET', KEYS[2])
if failure(applied) then return wrongType(KEYS[2]) end
local range = redis.pcall('HMGET', KEYS[3], 'first', 'last')
if failure(range) then return wrongType(KEYS[3]) end

if held and held ~= ARGV[1] then return { '0', held } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { '1', applied or '', range[1] or '', range[2] or '' }
