"""Argon2 as the product has it, with little memory and one pass: a test has nothing to keep."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same code, at a hundredth of the cost."""

    time_cost, memory_cost, parallelism = 1, 512, 1
