#!/usr/bin/env python3
"""A bounce command for queue-run that says every report is queued."""
import sys

for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tkind:%s\tstatus:queued\tnewid:0" % (f["id"], f["kind"]),
          flush=True)
