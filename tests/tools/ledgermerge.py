#!/usr/bin/env python3
"""ledgermerge.py LEDGER...: ledgers of several machines as one, on standard
output, in the order of the monotonic clock, which they must have in common.
What was on its way when one began anew is over then."""
import sys

import ledgerlines


def main():
    events = []
    for machine, name in enumerate(sys.argv[1:]):
        with open(name) as file:
            for i, (kind, f) in enumerate(ledgerlines.lines(file)):
                events.append((int(dict(f)["mono"]), machine, i, kind, f))
    events.sort(key=lambda e: e[:3])
    number, grants, seq, started, open_ = {}, 0, 0, False, {}

    def put(kind, f):
        nonlocal seq
        ledgerlines.put(kind, f, seq)
        seq += 1

    for mono, machine, _, kind, f in events:
        d = dict(f)
        if kind == "start":
            if not started:
                put(kind, f)
            started = True
            for g in sorted(open_.pop(machine, ())):
                put("end", [["at", d["at"]], ["mono", d["mono"]], ["g", str(g)]])
            continue
        if kind == "rules":
            continue
        if kind == "grant":
            grants += 1
            number[machine, d["g"]] = grants
            open_.setdefault(machine, set()).add(grants)
        else:
            open_[machine].discard(number[machine, d["g"]])
        put(kind, [[k, str(number[machine, v]) if k == "g" else v] for k, v in f])


main()
