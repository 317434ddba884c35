#!/usr/bin/env python3
"""policy.py ATTRIBUTE PATTERN ACTION: a policy server, conf-hooks(5)"""
import fnmatch
import sys

name, pattern, action = sys.argv[1:]
attributes = {}
for line in sys.stdin:
    if line != "\n":
        key, _, value = line.rstrip("\n").partition("=")
        attributes[key] = value
        continue
    bad = fnmatch.fnmatchcase(attributes.get(name, ""), pattern)
    print("action=" + (action if bad else "DUNNO") + "\n", flush=True)
    attributes = {}
