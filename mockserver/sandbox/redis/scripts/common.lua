-- The beginning of every script, behind FIELDS and PARTS: the fields of a sandbox's state, and the parts
-- that a sandbox consists of, whose keys expire together. KEYS[1] is '{namespace}:server'. All keys of a namespace have the
-- same hash tag, so one node of a cluster has them all, and the names of others may be made here.
local base = string.sub(KEYS[1], 1, -7)
local server = KEYS[1]
local sandboxes = base .. 'sandboxes'
local owners = base .. 'owners'
local sizes = base .. 'sizes'
local whole_coverage = base .. 'coverage'

-- The budgets, of which every sandbox has a share in `sizes`.
local BUDGETS = {'accounts', 'journal', 'outbox'}

local function key(id, part)
  return base .. id .. ':' .. part
end

-- Returns the fields of a sandbox's state as one text, with zero bytes between them, or false. One text
-- is read faster than many, and mostly it is the text of the request before.
local function fields_of(id)
  local values = redis.call('HMGET', key(id, 'state'), unpack(FIELDS))
  if not values[1] then
    return false
  end
  for at = 1, #FIELDS do
    values[at] = values[at] or ''
  end
  return table.concat(values, '\0')
end

-- What scripts return if the default sandbox is missing, or the server's own state.
local LOST = 'LOST'

local function exists(id)
  return redis.call('EXISTS', key(id, 'state')) == 1
end

-- Restarts the time for which a sandbox may idle. The default one has none.
local function renew(id)
  if id == 'default' then
    return
  end
  local ttl_ms = redis.call('HGET', key(id, 'state'), 'ttl_ms')
  if ttl_ms and ttl_ms ~= '' then
    for _, part in ipairs(PARTS) do
      redis.call('PEXPIRE', key(id, part), ttl_ms)
    end
  end
end

-- What was written stays written if the right to publish has been taken away since the start.
local function publish(channel, message)
  redis.pcall('PUBLISH', base .. channel, message)
end

local function integer(number)
  return string.format('%.0f', number)
end

-- A stored user or session is its place in the order of creation, '|', and JSON. Empty JSON marks a
-- deleted entry of the fixtures.
local function json_of(stored)
  local bar = stored and string.find(stored, '|', 1, true)
  return bar and string.sub(stored, bar + 1) or ''
end

local function give_back(id, budget)
  local share = id .. '|' .. budget
  local size = tonumber(redis.call('HGET', sizes, share) or 0)
  if size ~= 0 then
    redis.call('HINCRBY', sizes, budget, -size)
  end
  redis.call('HDEL', sizes, share)
end

local function take(id, budget, bytes)
  redis.call('HINCRBY', sizes, id .. '|' .. budget, bytes)
  return redis.call('HINCRBY', sizes, budget, bytes)
end

-- Forgets the sessions that a sandbox owns though their ids do not name it.
local function forget_owned(id)
  for _, sid in ipairs(redis.call('SMEMBERS', key(id, 'owned'))) do
    if redis.call('HGET', owners, sid) == id then
      redis.call('HDEL', owners, sid)
    end
  end
  redis.call('DEL', key(id, 'owned'))
end

-- Removes what a sandbox has left outside of its own keys. Its sessions in `owners` may stay: a sandbox
-- that does not exist owns nothing, and later calls of `own` remove them.
local function forget(id)
  redis.call('ZREM', sandboxes, id)
  for _, budget in ipairs(BUDGETS) do
    give_back(id, budget)
  end
end

-- Forgets the sandboxes that have expired.
local function sweep()
  for _, id in ipairs(redis.call('ZRANGE', sandboxes, 0, -1)) do
    if not exists(id) then
      forget(id)
    end
  end
end

-- Evicts the oldest entries of a log, and remembers the last id of each kind.
local function evict(id, log, number)
  local freed = 0
  for _, entry in ipairs(redis.call('XRANGE', key(id, log), '-', '+', 'COUNT', number)) do
    local fields = entry[2]
    redis.call('XDEL', key(id, log), entry[1])
    redis.call('HSET', key(id, log .. '-evicted'), fields[2], string.match(entry[1], '^%d+'))
    freed = freed + #fields[2] + #fields[6]
  end
  if freed > 0 then
    take(id, log, -freed)
    if id ~= 'default' then
      -- The sandbox may be one that nobody is using now: its new key expires with the others.
      redis.call('PEXPIRE', key(id, log .. '-evicted'), redis.call('PTTL', key(id, 'state')))
    end
  end
end
