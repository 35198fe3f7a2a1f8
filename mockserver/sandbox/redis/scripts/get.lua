-- Returns the fields of a sandbox's state, which restarts the time for which it may idle. ARGV: its id.
local fields = fields_of(ARGV[1])
renew(ARGV[1])
return fields
