"""Chance that can be had again: what to try next, never a secret."""

import random  # noqa: TID251 - `secrets` knows no seeds.


def draws(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311
