-- Reads what one request may need. Changes only what no other request may get, the serials and ids
-- that it returns, and the time for which its sandbox may idle.
--
-- ARGV: the sandbox of the api_url or '', the sandbox that the session id names or '', the session id
-- or '', its user in that sandbox's fixtures or '', its user in the default sandbox's fixtures or '',
-- '1' for a serial, and what else to look up:
--   'names': the users of the names that follow, instead of the session's
--   'tokens': the user that follows, or '' for the session's; then who has the listed tokens of the
--     ids that follow, each with who has it in the fixtures or ''
--   'id': an id for a listed token, if the sandbox is of the generation that follows; then the first
--     id behind the fixtures, and an id that the request has got before or ''
--
-- Returns LOST if the default sandbox is missing, else the sandbox's id and, if it exists: the fields
-- of its state, the session, its expiry, the users' names, the users, their last dates, a serial or an id, what another sandbox has of the session
-- (its id, the fields of its state, the session, its expiry), and of each token whom Redis notes as its
-- owner, who is its owner otherwise, and, once, this user.
local by_path, candidate, sid = ARGV[1], ARGV[2], ARGV[3]
local owner = 'default'
if sid ~= '' then
  owner = redis.call('HGET', owners, sid) or candidate
  if owner == '' or (owner ~= 'default' and not exists(owner)) then
    owner = 'default'
  end
end
local id = by_path ~= '' and by_path or owner
local state = fields_of(id)
if not state then
  if id == 'default' then
    return LOST
  end
  return {id}
end
renew(id)

local session, expires = false, false
if sid ~= '' then
  session = redis.call('HGET', key(id, 'sessions'), sid)
  expires = redis.call('ZSCORE', key(id, 'expiries'), sid)
end
local names = {}
local lookup = ARGV[7]
if lookup == 'names' then
  for at = 8, #ARGV do
    names[#names + 1] = ARGV[at]
  end
elseif lookup == 'tokens' and ARGV[8] ~= '' then
  names[1] = ARGV[8]
else
  local username = ''
  if session then
    local json = json_of(session)
    username = json ~= '' and cjson.decode(json).username or ''
  elseif id == 'default' then
    username = ARGV[5]
  elseif id == by_path or id == candidate then
    username = ARGV[4]
  end
  if type(username) == 'string' and username ~= '' then
    names[1] = username
  end
end
local users, dates = {}, {}
if #names > 0 then
  users = redis.call('HMGET', key(id, 'users'), unpack(names))
  dates = redis.call('HMGET', key(id, 'dates'), unpack(names))
end
local serial = 0
if ARGV[6] == '1' then
  serial = redis.call('HINCRBY', server, 'logins', 1)
end
if lookup == 'id' and redis.call('HGET', key(id, 'state'), 'generation') == ARGV[8] then
  serial = ARGV[10]
  if serial == '' or redis.call('HEXISTS', key(id, 'tokens'), serial) == 1 then
    local used = redis.call('HGET', key(id, 'state'), 'next_token_id')
    serial = integer(math.max(tonumber(used), tonumber(ARGV[9])))
    redis.call('HSET', key(id, 'state'), 'next_token_id', integer(serial + 1))
  end
end
local holders = {}
if lookup == 'tokens' then
  local returned = {}
  for at = 9, #ARGV, 2 do
    local noted = redis.call('HGET', key(id, 'tokens'), ARGV[at])
    local username = noted or ARGV[at + 1]
    local user = not returned[username] and redis.call('HGET', key(id, 'users'), username)
    returned[username] = true
    holders[#holders + 1] = {noted, username, user}
  end
end
local other = {}
if by_path ~= '' and sid ~= '' and owner ~= id then
  other = {
    owner, fields_of(owner),
    redis.call('HGET', key(owner, 'sessions'), sid), redis.call('ZSCORE', key(owner, 'expiries'), sid),
  }
end
return {id, state, session, expires, names, users, dates, serial, other, holders}
