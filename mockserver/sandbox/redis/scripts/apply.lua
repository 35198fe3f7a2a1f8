-- Carries out a list of operations on one sandbox, all or none of them.
--
-- ARGV: the sandbox, the generation and the resets that the caller has seen, or '' for any; the time
-- of the base clock; how many bytes users and sessions may take; a pair that was answered, for the
-- server's coverage, or ''. Then operations, each with its arguments.
--
-- Returns LOST if there is no state of the server, or no default sandbox. Else a status, what the
-- operations have returned, and 1 if a log is over its budget. Statuses:
-- DONE; GONE: there is no such sandbox; RESET: it was reset or reloaded, so only its records were
-- written; CONFLICT, STALE, FULL: nothing was written, because an entry has changed, the faults
-- have changed, or there is no room.
local id, generation, resets, base_now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local most_bytes, covered = tonumber(ARGV[5]), ARGV[6]
local ENTRY_BYTES, TOKEN_BYTES, MOST_OWNERS, OWNERS_SEEN = 200, 100, 1000, 20
local state = key(id, 'state')

if redis.call('HEXISTS', server, 'layout') == 0 or (id == 'default' and not exists(id)) then
  return LOST
end
if covered ~= '' then
  -- Even for a sandbox that is gone.
  redis.call('HINCRBY', whole_coverage, covered, 1)
end
local function uncount()
  if covered ~= '' then
    redis.call('HINCRBY', whole_coverage, covered, -1)
  end
end

local head = redis.call('HMGET', state, 'generation', 'resets', 'frozen_ms', 'offset_ms')
if not head[1] then
  return {'GONE'}
end
if resets ~= '' and resets ~= head[2] then
  return {'RESET'}
end
local is_current = generation == '' or generation == head[1]
local now_ms = base_now + tonumber(head[4])
if head[3] ~= '' then
  now_ms = tonumber(head[3])
end

local ARITY = {
  expect = 3, expect_account = 3, expect_date = 2, expect_state = 2, expect_faults = 1, expect_owner = 1, put = 5, delete = 3, drop = 1, first = 2,
  expire = 3, touch = 4, renew = 6, date = 2, set = 2, advance = 1, mail = 3, clear = 1, own = 1,
  disown = 1, forget_owned = 0, own_token = 2, disown_token = 1, entry = 4, cover = 1, publish = 2, clear_faults = 0, reload = 6,
}
-- What is written even if the sandbox was reloaded meanwhile.
local IS_RECORD = {entry = true, cover = true, publish = true}

local function is_there(stored, is_base)
  if stored then
    return json_of(stored) ~= ''
  end
  return is_base == '1'
end

-- The place of a user who only has the first tokens, as the fixtures ask for. They take no room in the
-- budget, because they are no more than the fixtures hold.
local FIRST = '0'

local function size_of(name, stored)
  if not stored or string.sub(stored, 1, 2) == FIRST .. '|' then
    return 0
  end
  return ENTRY_BYTES + #name + #stored
end

local function write(kind, name, json, is_base)
  local part = key(id, kind)
  local old = redis.call('HGET', part, name)
  local place = old and string.match(old, '^%d+')
  if not place or place == FIRST then
    place = redis.call('HINCRBY', state, 'places', 1)
  end
  local new = place .. '|' .. json
  redis.call('HSET', part, name, new)
  take(id, 'accounts', size_of(name, new) - size_of(name, old))
  return is_there(old, is_base)
end

local function log(part, entry, kind, most, most_log_bytes)
  local number = redis.call('HINCRBY', server, part .. '-ids', 1)
  local function add()
    local name = integer(number) .. '-0'
    return redis.pcall('XADD', key(id, part), name, 'kind', kind, 'at', integer(now_ms), 'entry', entry)
  end
  local added = add()
  if type(added) == 'table' and added.err then
    -- The ids may have been lost: go on behind the last one of this log.
    local info = redis.call('XINFO', 'STREAM', key(id, part))
    for at = 1, #info, 2 do
      if info[at] == 'last-generated-id' then
        number = math.max(number, tonumber(string.match(info[at + 1], '^%d+')) + 1)
      end
    end
    redis.call('HSET', server, part .. '-ids', integer(number))
    added = add()
    if type(added) == 'table' and added.err then
      error(added.err)
    end
  end
  local total = take(id, part, #kind + #entry)
  local excess = redis.call('XLEN', key(id, part)) - tonumber(most)
  if excess > 0 then
    evict(id, part, math.min(excess, 100)) -- more than one if another process keeps more
  end
  return total > tonumber(most_log_bytes) and 1 or 0
end

local run = {}

function run.put(kind, name, json, is_base)
  local existed = write(kind, name, json, is_base)
  if not existed then
    redis.call('HINCRBY', state, kind .. '_added', 1)
  end
  return existed and 0 or 1
end

function run.first(name, json)
  redis.call('HSETNX', key(id, 'users'), name, FIRST .. '|' .. json)
  return redis.call('HGET', key(id, 'users'), name)
end

-- Notes that a user has a listed token, which is not where the fixtures have it.
function run.own_token(token_id, name)
  run.disown_token(token_id)
  redis.call('HSET', key(id, 'tokens'), token_id, name)
  take(id, 'accounts', TOKEN_BYTES + #name)
end

function run.disown_token(token_id)
  local name = redis.call('HGET', key(id, 'tokens'), token_id)
  if name then
    redis.call('HDEL', key(id, 'tokens'), token_id)
    take(id, 'accounts', -TOKEN_BYTES - #name)
  end
end

local function disown_tokens_of(user)
  local json = json_of(user)
  if json ~= '' and redis.call('EXISTS', key(id, 'tokens')) == 1 then
    for _, token in ipairs(cjson.decode(json).tokens) do
      run.disown_token(integer(token.id))
    end
  end
end

function run.delete(kind, name, is_base)
  local part = key(id, kind)
  local old = redis.call('HGET', part, name)
  if not is_there(old, is_base) then
    return 0
  end
  if kind == 'sessions' then
    redis.call('ZREM', key(id, 'expiries'), name)
  else
    disown_tokens_of(old)
  end
  if is_base == '1' then
    write(kind, name, '', is_base)
  else
    take(id, 'accounts', -size_of(name, old))
    redis.call('HDEL', part, name)
    if kind == 'users' then
      local date = tonumber(redis.call('HGET', key(id, 'dates'), name) or -1)
      if date > tonumber(redis.call('HGET', state, 'dates_gone_ms')) then
        redis.call('HSET', state, 'dates_gone_ms', integer(date))
      end
      redis.call('HDEL', key(id, 'dates'), name)
    end
  end
  redis.call('HINCRBY', state, kind .. '_added', -1)
  return 1
end

-- Deletes a session that is not from the fixtures, if it has expired.
function run.drop(sid)
  local expires = redis.call('ZSCORE', key(id, 'expiries'), sid)
  if expires and tonumber(expires) <= now_ms then
    run.delete('sessions', sid, '0')
    run.disown(sid)
  end
end

function run.expire(sid, after_ms, at_ms)
  local expires_ms = at_ms ~= '' and at_ms or integer(now_ms + tonumber(after_ms))
  redis.call('ZADD', key(id, 'expiries'), expires_ms, sid)
end

local function restart(sid, ttl_ms, first_expiry_ms)
  local expires = redis.call('ZSCORE', key(id, 'expiries'), sid) or first_expiry_ms
  if now_ms < tonumber(expires) then
    redis.call('ZADD', key(id, 'expiries'), integer(now_ms + tonumber(ttl_ms)), sid)
  end
end

-- Restarts the ttl of a session, unless it was replaced or has expired.
function run.touch(sid, expected, ttl_ms, first_expiry_ms)
  if (redis.call('HGET', key(id, 'sessions'), sid) or '') == expected then
    restart(sid, ttl_ms, first_expiry_ms)
  end
end

-- The same for a session that has not been read: is the signature that of a secret, or the session's?
function run.renew(sid, by_secret, signature, base_holds, base_ttl_ms, base_left_ms)
  local stored = redis.call('HGET', key(id, 'sessions'), sid)
  if not stored then
    if base_holds == '1' and base_ttl_ms ~= '' then
      restart(sid, base_ttl_ms, redis.call('HGET', state, 'start_ms') + base_left_ms)
    end
    return
  end
  local json = json_of(stored)
  local session = json ~= '' and cjson.decode(json)
  if session and type(session.ttl_ms) == 'number' then
    local pinned = session.signature
    local is_pinned = type(pinned) == 'string'
    if (is_pinned and pinned == signature) or (not is_pinned and by_secret == '1') then
      restart(sid, session.ttl_ms, 0)
    end
  end
end

function run.date(name, date_ms)
  redis.call('HSET', key(id, 'dates'), name, date_ms)
end

function run.set(field, value)
  redis.call('HSET', state, field, value)
end

function run.advance(ms)
  if head[3] == '' then
    redis.call('HINCRBY', state, 'offset_ms', ms)
  else
    redis.call('HINCRBY', state, 'frozen_ms', ms)
  end
end

function run.mail(mail, most, most_log_bytes)
  return log('outbox', mail, 'mail', most, most_log_bytes)
end

function run.clear(part)
  if part == 'accounts' then
    for _, one in ipairs({'users', 'tokens', 'sessions', 'expiries', 'dates'}) do
      redis.call('DEL', key(id, one))
    end
    redis.call('HSET', state, 'users_added', 0, 'sessions_added', 0, 'places', 0)
    give_back(id, 'accounts')
  elseif part == 'coverage' then
    redis.call('DEL', key(id, part))
  else
    redis.call('DEL', key(id, part), key(id, part .. '-evicted'))
    give_back(id, part)
  end
end

function run.own(sid)
  redis.call('HSET', owners, sid, id)
  redis.call('SADD', key(id, 'owned'), sid)
  -- A session that a logout has ended keeps its owner, so that the next login stays there. If there
  -- are many, each call looks at a few owners, and forgets those that have no session.
  if redis.call('HLEN', owners) <= MOST_OWNERS then
    return
  end
  local seen = redis.call('HSCAN', owners, redis.call('HGET', server, 'owners_seen') or '0', 'COUNT', OWNERS_SEEN)
  redis.call('HSET', server, 'owners_seen', seen[1])
  for at = 1, #seen[2], 2 do
    local other, owner = seen[2][at], seen[2][at + 1]
    if other ~= sid and redis.call('HEXISTS', key(owner, 'sessions'), other) == 0 then
      redis.call('HDEL', owners, other)
      redis.call('SREM', key(owner, 'owned'), other)
    end
  end
end

function run.disown(sid)
  redis.call('HDEL', owners, sid)
  redis.call('SREM', key(id, 'owned'), sid)
end

function run.forget_owned()
  forget_owned(id)
end

function run.entry(entry, kind, most, most_log_bytes)
  return log('journal', entry, kind, most, most_log_bytes)
end

function run.cover(pair)
  redis.call('HINCRBY', key(id, 'coverage'), pair, 1)
end

-- Removes all faults and runs. The ids of ad-hoc faults go on.
function run.clear_faults()
  local faults = redis.call('HGET', state, 'faults') or ''
  local last_id = faults ~= '' and cjson.decode(faults).last_id or 0
  local kept = last_id > 0 and '{"last_id":' .. integer(last_id) .. '}' or ''
  redis.call('HSET', state, 'faults', kept)
end

-- Starts the sandbox from other fixtures: their digest, their text, the new generation, the active
-- scenario, that of a reset, and the latest date of tokens that is not in Redis.
function run.reload(digest, text, made, active, start, known_ms)
  local dates = redis.call('HVALS', key(id, 'dates'))
  dates[#dates + 1] = known_ms
  dates[#dates + 1] = redis.call('HGET', state, 'dates_after_ms')
  dates[#dates + 1] = redis.call('HGET', state, 'dates_gone_ms')
  local latest_ms = -1
  for _, date_ms in ipairs(dates) do
    latest_ms = math.max(latest_ms, tonumber(date_ms))
  end
  run.clear('accounts')
  run.clear_faults()
  redis.call('HSET', base .. 'fixtures', digest, text)
  redis.call('HSET', server, 'fixtures', digest)
  redis.call(
    'HSET', state, 'generation', made, 'fixtures', digest, 'scenario', active,
    'start_scenario', start, 'start_ms', integer(now_ms), 'dates_after_ms', integer(latest_ms),
    'dates_gone_ms', integer(latest_ms), 'greatest_uid', '', 'next_token_id', 0
  )
end

function run.publish(channel, message)
  publish(channel, message)
end

-- Whether a user is stored as `head`, one token or null, and `tail`.
local function is_account(name, head, tail)
  local stored = redis.call('HGET', key(id, 'users'), name) or ''
  local token = string.sub(stored, #head + 1, -#tail - 1)
  return string.sub(stored, 1, #head) == head and string.sub(stored, -#tail) == tail
    and (token == 'null' or string.match(token, '^"[^"\\]*"$') ~= nil)
end

-- First everything that can refuse.
local at, growth = 7, 0
while at <= #ARGV do
  local name = ARGV[at]
  local first, second, third = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local refusal
  if not is_current then
    break
  elseif name == 'expect' then
    if (redis.call('HGET', key(id, first), second) or '') ~= third then
      refusal = 'CONFLICT'
    end
  elseif name == 'expect_account' and not is_account(first, second, third) then
    refusal = 'CONFLICT'
  elseif name == 'expect_date' then
    if tonumber(redis.call('HGET', key(id, 'dates'), first) or -1) >= tonumber(second) then
      refusal = 'CONFLICT'
    end
  elseif name == 'expect_state' then
    if (redis.call('HGET', state, first) or '') ~= second then
      refusal = 'CONFLICT'
    end
  elseif name == 'expect_faults' then
    if redis.call('HGET', state, 'faults') ~= first then
      refusal = 'STALE'
    end
  elseif name == 'expect_owner' then
    local owner = redis.call('HGET', owners, first) or 'default'
    local has_it = json_of(redis.call('HGET', key(owner, 'sessions'), first)) ~= ''
    if owner ~= id and has_it and exists(owner) then
      refusal = 'CONFLICT'
    end
  elseif name == 'put' and ARGV[at + 5] == '1' then
    local old = redis.call('HGET', key(id, first), second)
    growth = growth + size_of(second, third .. '12345678|') - size_of(second, old)
  elseif name == 'own_token' then
    growth = growth + TOKEN_BYTES + #second
  end
  if refusal then
    uncount()
    return {refusal}
  end
  at = at + 1 + ARITY[name]
end
local function is_full()
  return growth > 0 and growth + tonumber(redis.call('HGET', sizes, 'accounts') or 0) > most_bytes
end
if is_full() then
  sweep() -- an expired sandbox may still have its share
  if is_full() then
    uncount()
    return {'FULL'}
  end
end

-- Then everything is written.
local answers = {is_current and 'DONE' or 'RESET'}
local is_over = 0
at = 7
while at <= #ARGV do
  local name = ARGV[at]
  local arity = ARITY[name]
  if run[name] and (is_current or IS_RECORD[name]) then
    local answer = run[name](unpack(ARGV, at + 1, at + arity))
    if name == 'entry' or name == 'mail' then
      is_over = math.max(is_over, answer)
    else
      answers[#answers + 1] = answer == nil and '' or answer
    end
  end
  at = at + 1 + arity
end
renew(id)
answers[#answers + 1] = is_over
return answers
