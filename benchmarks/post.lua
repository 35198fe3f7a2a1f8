-- For wrk: POST with a session cookie. The cookies are the lines of stdin, taken in turn.
-- At the end it prints one line of JSON, because wrk's own report rounds and changes its units.

local requests, turn = {}, 0

-- After `--` may stand how many milliseconds, on average, a connection pauses before each request.
function init(args)
  local pause_ms = tonumber(args[1] or 0)
  if pause_ms > 0 then
    function delay()
      return math.random(1, 2 * pause_ms - 1)
    end
  end
  wrk.headers["Content-Length"] = "0"
  for line in io.lines() do
    wrk.headers["Cookie"] = line
    requests[#requests + 1] = wrk.format("POST")
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
