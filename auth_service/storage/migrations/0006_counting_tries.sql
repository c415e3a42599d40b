-- Counting a try, or finding that it comes too soon, in one statement.

-- Undoes one try of each budget: its key and its pause. One that is then whole at `at` says nothing any more,
-- and goes. Never by a scan: the plan is kept, and may have been made when hardly anybody had tried anything.
CREATE FUNCTION give_back_tries(keys bytea[], pauses interval[], at timestamptz)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    given record;
BEGIN
    -- By key, here and below, so that two calls never wait for each other.
    FOR given IN SELECT key, pause FROM unnest(keys, pauses) AS tries (key, pause) ORDER BY key LOOP
        DELETE FROM throttle WHERE key = given.key AND rested_at - given.pause <= at;
        IF NOT FOUND THEN
            UPDATE throttle SET rested_at = rested_at - given.pause WHERE key = given.key;
        END IF;
    END LOOP;
END
$$;

-- Uses up one more try of each budget, in the order of the arguments: its key, its pause, and how far ahead a
-- try may move the moment of rest. Where it moves it further for one of them, the try counts nowhere.
-- Returns the moments of rest as this try makes them, or would have made them.
-- What is counted in the last second before the server crashes is forgotten: nobody need wait for a disk.
CREATE FUNCTION count_tries(keys bytea[], pauses interval[], allowances interval[], at timestamptz)
RETURNS timestamptz[] LANGUAGE plpgsql AS $$
DECLARE
    rested timestamptz[];
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    -- EXCLUDED is the row of a budget that was whole: `at` and one pause.
    WITH counted AS (
        INSERT INTO throttle (key, rested_at)
        SELECT given.key, at + given.pause FROM unnest(keys, pauses) AS given (key, pause) ORDER BY given.key
        ON CONFLICT (key) DO UPDATE
        SET rested_at = greatest(throttle.rested_at, at) + (EXCLUDED.rested_at - at)
        RETURNING key, rested_at
    )
    SELECT array_agg(counted.rested_at ORDER BY array_position(keys, counted.key)) INTO rested FROM counted;

    IF EXISTS (
        SELECT FROM unnest(rested, allowances) AS each (rested_at, allowance)
        WHERE each.rested_at - at > each.allowance
    ) THEN
        -- Nobody has counted on them since: the rows are ours until this statement ends.
        PERFORM give_back_tries(keys, pauses, at);
    END IF;
    RETURN rested;
END
$$;
