"""Recovery codes as people read and type them: sixteen signs in groups of four, of which none looks like another."""

import secrets
import string

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Base32: five bits each. What is often mistaken for one of them, 0, 1 and 8, is none."""
LENGTH, GROUP = 16, 4
MISREAD = str.maketrans("018", "OIB")
TYPED = frozenset(string.ascii_uppercase + string.digits)


def draw() -> str:
    """A new code of 80 bits."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is shown: `ABCD-EFGH-IJKL-MNOP`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str) -> str:
    """The code that was meant, however it was typed; "" when it cannot be one."""
    signs = "".join(sign for sign in typed[:100].upper() if sign in TYPED).translate(MISREAD)
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else ""
