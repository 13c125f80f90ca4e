#!lua flags=allow-oom
--[[
  Leaves a notice of a spike, unless its rule is quiet about the problem.

  KEYS[1] alerts   stream of notices
  KEYS[2] sent     string: the notice that was told
  ARGV[1] project  ARGV[2] fingerprint  ARGV[3] rule  ARGV[4] at (ms)

  Returns 1 when it left one, else 0.
  Errors, with nothing written: SENTIERO WRONGTYPE <key>
]]
--- @include "includes/replies.lua"

if failure(redis.pcall('XLEN', KEYS[1])) then return wrongType(KEYS[1]) end
local sent = redis.pcall('GET', KEYS[2])
if failure(sent) then return wrongType(KEYS[2]) end
if sent then return 0 end
redis.call(
  'XADD', KEYS[1], 'MAXLEN', '~', 10000, '*', 'kind', 'spike', 'project', ARGV[1], 'fingerprint', ARGV[2], 'session', '', 'window', '', 'at', ARGV[4],
  'rule', ARGV[3])
return 1
