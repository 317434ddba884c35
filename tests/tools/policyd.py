#!/usr/bin/env python3
"""policyd.py SAYS [ASKED]: a policy server on descriptors 0 and 1

SAYS    a file, read anew for each request: lines STATE, a TAB, ACTION; the
        first whose STATE is protocol_state or * answers.  No line: DUNNO.
        ACTION may be hang, die, noise, long (1 MB) or slow (half a second)
ASKED   requests are appended to it, a line each, attributes with blanks between
"""
import os
import sys
import time


def action(says, state):
    with open(says) as f:
        for line in f:
            key, _, value = line.rstrip("\n").partition("\t")
            if key in (state, "*"):
                return value
    return "DUNNO"


def answer(a):
    if a == "hang":
        time.sleep(1000)
    if a == "die":
        sys.exit(0)
    if a == "slow":
        time.sleep(0.5)
        a = "DUNNO"
    if a == "noise":
        return b"\0\1what\n\n"
    if a == "long":
        return b"action=" + b"x" * (1 << 20) + b"\n\n"
    return b"action=" + a.encode() + b"\n\n"


def main():
    request = []
    for line in sys.stdin.buffer:
        line = line.rstrip(b"\n")
        if line:
            request.append(line)
            continue
        if len(sys.argv) > 2:
            fd = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(fd, b" ".join(request) + b"\n")
            os.close(fd)
        values = dict(r.partition(b"=")[::2] for r in request)
        request = []
        sys.stdout.buffer.write(answer(action(
            sys.argv[1], values[b"protocol_state"].decode())))
        sys.stdout.buffer.flush()


main()
