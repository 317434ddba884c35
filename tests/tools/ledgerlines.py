#!/usr/bin/env python3
"""ledgerlines.py [LEDGER...]: ledgers on standard output, throttle-ledger(5),
with a line for each grant, which says all of itself, and for each end."""
import sys


def numbers(value):
    first, _, last = value.partition("-")
    return range(int(first), int(last or first) + 1)


def lines(file):
    """(kind, fields) of each, without their seq; what was cut is left out"""
    who = {}
    for line in file:
        if not line.endswith("\n"):
            continue  # killed while it wrote
        f = [x.split(":", 1) for x in line[:-1].split("\t")]
        kind = f[0][1]
        f = [x for x in f[1:] if x[0] != "seq"]
        if kind in ("start", "rules"):
            who = {}
        if kind == "who":
            who[f[0][1]] = f[1:]
            continue
        if kind != "turn":
            yield kind, f
            continue
        when, g = f[:2], int(f[2][1])
        for label, value in f[3:]:
            if label == "end":
                for n in numbers(value):
                    yield "end", when + [["g", str(n)]]
                continue
            w, size, rcpts, jobs, message = value.split(" ", 4)
            yield "grant", when + [["g", str(g)], ["id", message], ["n", jobs], ["rcpts", rcpts],
                                   ["bytes", size]] + who[w]
            g += 1


def put(kind, f, seq):
    print("\t".join(":".join(x) for x in [["led", kind]] + f + [["seq", str(seq)]]))


def main():
    seq = 0
    for name in sys.argv[1:] or ["/dev/stdin"]:
        with open(name) as file:
            for kind, f in lines(file):
                seq = 0 if kind == "start" else seq
                put(kind, f, seq)
                seq += 1


if __name__ == "__main__":
    main()
