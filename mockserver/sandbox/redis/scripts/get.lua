-- Returns the fields of a sandbox's state, which restarts the time for which it may idle. ARGV: its id.
-- Returns LOST if it is the default one and missing.
local fields = fields_of(ARGV[1])
if not fields and ARGV[1] == 'default' then
  return LOST
end
renew(ARGV[1])
return fields
