-- Returns the fields of a sandbox's state, which restarts the time for which it may idle. ARGV: its id.
local fields = redis.call('HMGET', key(ARGV[1], 'state'), unpack(FIELDS))
renew(ARGV[1])
return fields
