"""The world's time: as lib/base/clock.c has it, with the same variable."""
import os, time

FACTOR_MAX = 1000
NAME = "ROHRPOST_CLOCK"


def value(factor):
    """what the variable says of a clock that runs so much faster from now on"""
    return "%d:%d:%d" % (time.time() * 1e6, time.monotonic() * 1e6, factor)


def _read():
    try:
        base, mono, factor = (int(x) for x in os.environ[NAME].split(":"))
    except KeyError:
        return 0.0, 0.0, 1
    return base / 1e6, mono / 1e6, factor


BASE, MONO, FACTOR = _read()


def now():
    """seconds since 1970"""
    return BASE + (time.time() - BASE) * FACTOR


def mono():
    return MONO + (time.monotonic() - MONO) * FACTOR


def sleep(s):
    time.sleep(s / FACTOR)


def system(s):
    """how long s seconds are by the clock of the system"""
    return s / FACTOR
