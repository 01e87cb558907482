-- Asks for the pages of the file BENCH_TARGETS (path, tab, cookie) in turn; ends with one line of JSON.
local requests, turn = {}, 0

function init()
  for line in io.lines(os.getenv("BENCH_TARGETS")) do
    local path, cookie = line:match("^(.-)\t(.*)$")
    local headers = {["Cookie"] = cookie, ["Accept-Encoding"] = "br, gzip"}
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

-- wrk counts as "status" only answers from 400 on: a redirect to the sign-in page is a failure too.
others = 0
function response(status)
  if status ~= 200 and status < 400 then others = others + 1 end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local failures = summary.errors.status + summary.errors.connect
    + summary.errors.read + summary.errors.timeout
  for _, thread in ipairs(threads) do failures = failures + (thread:get("others") or 0) end
  print(string.format(
    '{"requests": %d, "seconds": %f, "p50_ms": %f, "p95_ms": %f, "failures": %d}',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, failures))
end
