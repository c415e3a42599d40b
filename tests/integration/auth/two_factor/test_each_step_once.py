"""Each time step once and none before it: whatever is typed and when, both doors agree with a model."""

from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auth_service.accounts.second_factor import SecondFactorRejected
from tests.integration.auth.two_factor.phone import STEP


class Turn(NamedTuple):
    """`off`: of which step the code is, seen from now; `back`: the one that was typed so many turns ago."""

    waited: int
    off: int
    back: int | None
    is_login: bool


turns = st.lists(
    st.builds(
        Turn, st.integers(0, 3), st.integers(-3, 3), st.none() | st.integers(1, 4), is_login=st.booleans()
    ),
    min_size=8,
    max_size=16,
)


def newest_step(phone, code):
    """That this is the code of, of those that may be typed now."""
    now = int(phone.clock().timestamp()) // 30
    return next((now + off for off in (1, 0, -1) if phone.code(off) == code), None)


async def is_taken(person, code, sql, *, is_login):
    # Judged each time, by a session that still owes the code or by one that proves it anew.
    await sql.execute("DELETE FROM throttle")
    await sql.execute("UPDATE sessions SET totp_proven_at = $1", None if is_login else person.clock())
    try:
        await (person.prove if is_login else person.confirm)(code)
    except SecondFactorRejected:
        return False
    return True


@given(turns)
@settings(
    max_examples=30,
    # The same in each run, so that what fails here fails everywhere.
    derandomize=True,
    deadline=None,
    # One that fails is short enough to be read, and making it shorter would take minutes.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_a_code_is_taken_where_its_step_comes_after_all_that_were(enrolled, sql, turns):
    # Beyond all that was typed in the sequence before.
    enrolled.clock.advance(10 * STEP)
    person = await enrolled.log_in()
    typed, used = [], 0
    for turn in turns:
        person.clock.advance(turn.waited * STEP)
        repeats = turn.back is not None and turn.back <= len(typed)
        typed.append(typed[-turn.back] if repeats else person.phone.code(turn.off))
        step = newest_step(person.phone, typed[-1])
        is_next = step is not None and step > used

        assert await is_taken(person, typed[-1], sql, is_login=turn.is_login) == is_next

        used = step if is_next else used
        assert not used or await sql.fetchval("SELECT last_step FROM totp_enrolments") == used
