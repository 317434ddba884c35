#!/usr/bin/env python3
"""ledgermerge.py LEDGER...: ledgers of several machines as one, on standard
output, in the order of the monotonic clock, which they must have in common.
What was on its way when one began anew is over then."""
import sys


def fields(line):
    return [f.split(":", 1) for f in line.rstrip("\n").split("\t")]


def main():
    events = []
    for machine, name in enumerate(sys.argv[1:]):
        for i, line in enumerate(open(name)):
            if not line.endswith("\n"):
                continue  # killed while it wrote
            f = fields(line)
            events.append((int(dict(f)["mono"]), machine, i, f))
    events.sort(key=lambda e: e[:3])
    number, grants, seq, started, open_ = {}, 0, 0, False, {}

    def put(f):
        nonlocal seq
        f = [x for x in f if x[0] != "seq"] + [["seq", str(seq)]]
        print("\t".join(":".join(x) for x in f))
        seq += 1

    for mono, machine, _, f in events:
        d = dict(f)
        if d["led"] == "start":
            if not started:
                put(f)
            started = True
            for g in sorted(open_.pop(machine, ())):
                put([["led", "end"], ["at", d["at"]], ["mono", d["mono"]],
                     ["g", str(g)]])
            continue
        if d["led"] == "rules":
            continue
        if d["led"] == "grant":
            grants += 1
            number[machine, d["g"]] = grants
            open_.setdefault(machine, set()).add(grants)
        else:
            open_[machine].discard(number[machine, d["g"]])
        put([[k, str(number[machine, v]) if k == "g" else v] for k, v in f])


main()
