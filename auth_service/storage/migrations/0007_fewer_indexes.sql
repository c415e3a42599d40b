-- Read by the hourly clean-up only, which may as well look at every row; written with every try, login and request.

-- In the order in which logins of the former release take these tables: in any other, they and this would wait
-- for each other.
DROP INDEX known_browsers_last_used_at_idx;
DROP INDEX sessions_last_seen_at_idx;
DROP INDEX sessions_started_at_idx;
DROP INDEX throttle_rested_at_idx;
