-- Returns the sandbox that owns a session id. ARGV: the session id, the sandbox that it names or ''.
local owner = redis.call('HGET', owners, ARGV[1]) or ARGV[2]
if owner == '' or not exists(owner) then
  return 'default'
end
return owner
