#!/usr/bin/env python3
"""deliver.py FILE: a last link, which writes down who got what; chain(7)"""
import sys

for line in sys.stdin:
    job = dict(field.partition(":")[::2] for field in line.rstrip("\n").split("\t"))
    try:
        with open(sys.argv[1], "a") as f:
            f.write(f"{job['id']} {job['to']}\n")
        outcome = "status:sent\tcode:250"
    except OSError:
        outcome = "status:later"
    print(f"id:{job['id']}\tn:{job['n']}\t{outcome}", flush=True)
