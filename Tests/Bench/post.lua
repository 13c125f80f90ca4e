-- wrk: posts each body of a file once. Usage: wrk -s post.lua URL -- BODIES
local data, offsets, lengths, at = nil, {}, {}, 0
local headers = { ["Content-Type"] = "application/json", ["Content-Encoding"] = "gzip",
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36" }

function init(args)
  local file = assert(io.open(args[1], "rb"))
  data = file:read("*a")
  file:close()
  local offset = 1
  for line in io.lines(args[1] .. ".index") do
    lengths[#lengths + 1] = tonumber(line)
    offsets[#offsets + 1] = offset
    offset = offset + tonumber(line)
  end
end

function request()
  at = at + 1
  if at > #lengths then at = 1 end
  return wrk.format("POST", "/events", headers, data:sub(offsets[at], offsets[at] + lengths[at] - 1))
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
