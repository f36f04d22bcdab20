-- wrk: each request is the next sender's batch of one fix, a step on from its last one.
local ffi = require("ffi")
ffi.cdef [[ typedef struct { long s; long us; } sipha_time; int gettimeofday(sipha_time *t, void *zone); ]]
local time = ffi.new("sipha_time")
local senders, turn = {}, 0

function init(args)
  math.randomseed(tonumber(args[2] or "1"))
  for line in io.lines(args[1]) do
    local token, csrf, lat, lon = line:match("(%S+) (%S+) (%S+) (%S+)")
    senders[#senders + 1] = { token = token, csrf = csrf, lat = tonumber(lat), lon = tonumber(lon) }
  end
end

local function id()
  local function part() return string.format("%04x", math.random(0, 65535)) end
  return part() .. part() .. "-" .. part() .. "-4" .. part():sub(2) .. "-8" .. part():sub(2) .. "-" .. part() .. part() .. part()
end

function request()
  turn = turn % #senders + 1
  local sender = senders[turn]
  ffi.C.gettimeofday(time, nil)
  sender.lat = sender.lat + 0.000002
  local at = os.date("!%Y-%m-%dT%H:%M:%S", tonumber(time.s)) .. string.format(".%06dZ", tonumber(time.us))
  local body = string.format(
    '{"id":"%s","sent_at":"%s","fixes":[{"at":"%s","lat":%.6f,"lon":%.6f,"accuracy":8.0,"speed":4.0}]}',
    id(), at, at, sender.lat, sender.lon)
  return wrk.format("POST", nil, {
    ["content-type"] = "application/json", ["cookie"] = "sipha_session=" .. sender.token, ["x-csrf-token"] = sender.csrf,
  }, body)
end

function done(summary, latency)
  io.write(string.format('RESULT {"calls": %d, "seconds": %.3f, "refused": %d, "failed": %d, "p50_ms": %.1f, "p99_ms": %.1f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
