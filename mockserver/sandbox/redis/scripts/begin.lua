-- Reads what one request may need. Changes nothing but the time for which its sandbox may idle.
--
-- ARGV: the sandbox of the api_url or '', the sandbox that the session id names or '', the session id
-- or '', its user in that sandbox's fixtures or '', its user in the default sandbox's fixtures or '',
-- '1' for a serial, '1' to look up the named users that follow instead of the session's.
--
-- Returns LOST if the default sandbox is missing, else the sandbox's id and, if it exists: the fields of its state, the session, its expiry, the
-- users' names, the users, their last dates, a serial, and what another sandbox has of the session:
-- its id, the fields of its state, the session, its expiry.
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
  return {id == 'default' and LOST or id}
end
renew(id)

local session, expires = false, false
if sid ~= '' then
  session = redis.call('HGET', key(id, 'sessions'), sid)
  expires = redis.call('ZSCORE', key(id, 'expiries'), sid)
end
local names = {}
if ARGV[7] == '1' then
  for at = 8, #ARGV do
    names[#names + 1] = ARGV[at]
  end
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
local other = {}
if by_path ~= '' and sid ~= '' and owner ~= id then
  other = {
    owner, fields_of(owner),
    redis.call('HGET', key(owner, 'sessions'), sid), redis.call('ZSCORE', key(owner, 'expiries'), sid),
  }
end
return {id, state, session, expires, names, users, dates, serial, other}
