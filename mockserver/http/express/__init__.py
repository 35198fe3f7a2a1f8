"""The dialect of the profile `server`: Express and body-parser as the real server uses them."""
