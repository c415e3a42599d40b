-- A browser gets a new token where an account is used in it for the first time, or a second factor is proven there. What
-- was tried there before goes on counting: as this token of it, or as `token_digest` where it has had no other.
ALTER TABLE known_browsers ADD COLUMN counted_as bytea CHECK (octet_length(counted_as) = 32);
