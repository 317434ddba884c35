#!/usr/bin/env python3
"""The drop: sendmail that says 0 has left its message there, whole; drop-take
brings each into the queue, at least once and, disturbed once, at most twice.
usage: NAME SCRATCH"""
import re
import sys
from sweep import *

skip_without_strace()
BODY = b"a line of it\n"
# the chain ends with the round; then drop-take is told to stop
TAKE = ["drop-take", "drop", "sh", "-c", "queue-inject q; kill -TERM $PPID"]


def prepare(d):
    call(["queue-check", "-i", "q"], d)
    for x in ("/conf", "/drop", "/drop/new", "/drop/bad"):
        os.mkdir(d + x)
    with open(d + "/conf/me", "w") as f:
        f.write("me.test\n")


def ready(d):
    return [x for x in os.listdir(d + "/drop/new") if x[0] != "."]


def queued(d, faults):
    """how often each message is in the queue: its number of lines -> times"""
    whole, other = messages(d + "/q")
    if other:
        faults.append("not whole: %s" % other)
    times = {}
    for head, body in whole.values():
        n = body.split(b"\n\n", 1)[1].count(BODY)
        if not body.endswith(b"\n\n" + BODY * n) or b"from a@b\n" not in head:
            faults.append("cut, or its envelope")
        times[n] = times.get(n, 0) + 1
    return times


def take_rest(d, faults):
    if ready(d):
        status, out, err = call(TAKE, d)
        if status != 0 or ready(d) or os.listdir(d + "/drop/bad"):
            faults.append("drop-take %d: %s" % (status, err))


def leave(n):
    def run(d, wrap, point):
        prepare(d)
        status, out, err = call(
            wrap(["sendmail", "-f", "a@b", "c@d"]), d,
            b"Subject: x\n\n" + BODY * n,
            env={"ROHRPOST_DIR": d, "TMPDIR": d, "ROHRPOST_INJECT": ""})
        faults = []
        if status not in (0, 75, -9) or (point is None and status != 0):
            faults.append("status %d: %s" % (status, err))
        take_rest(d, faults)
        times = queued(d, faults)
        if (status == 0 and times != {n: 1}) or times not in ({}, {n: 1}):
            faults.append("status %d, queued %s: %s" % (status, times, err))
        return faults
    return run


def take(d, wrap, point):
    prepare(d)
    for i, n in enumerate((1, 10000)):
        body = b"from a@b\nto c@d\n\nSubject: x\n\n" + BODY * n
        with open(d + "/drop/new/%d.%024x" % (i + 1, i), "wb") as f:
            f.write(b"%d:%s," % (len(body), body))
    status, out, err = call(wrap(TAKE), d, seconds=30)
    faults = []
    if status not in (0, 111, -9) or (point is None and status != 0):
        faults.append("status %d: %s" % (status, err))
    time.sleep(0.1)  # a queue-inject that was left alone
    take_rest(d, faults)
    times = queued(d, faults)
    if set(times) != {1, 10000} or max(times.values()) > 2 or \
            (point is None and times != {1: 1, 10000: 1}):
        faults.append("status %d, queued %s: %s" % (status, times, err))
    return faults


# what is of the waiting for the service is in sendmail.py
sweep("sendmail, into the drop", leave(1), sys.argv[1], 30, most=2,
      only={"openat", "fstatfs", "fchmod", "write", "fsync", "renameat",
            "syncfs", "getrandom", "pread64"})
sweep("drop-take", take, sys.argv[1], 30, most=6)
done()
