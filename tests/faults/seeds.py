"""Chance that can be had again: what to try next, never a secret."""

import random  # noqa: TID251 - `secrets` knows no seeds.

Draws = random.Random


def draws(seed: int) -> Draws:
    return Draws(seed)
