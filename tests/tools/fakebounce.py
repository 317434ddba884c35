#!/usr/bin/env python3
"""A bounce command for queue-run that says every report is queued.

usage: fakebounce.py [REQUESTS]    copies of the requests are appended there"""
import sys

requests = open(sys.argv[1], "a", 1) if len(sys.argv) > 1 else None
for line in sys.stdin:
    if requests:
        requests.write(line)
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tkind:%s\tstatus:queued\tnewid:0" % (f["id"], f["kind"]),
          flush=True)
