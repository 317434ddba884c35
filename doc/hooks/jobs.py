#!/usr/bin/env python3
"""jobs.py FIELD NEW: jobs with a field like this get another one; job(5), before
the next link: queue-run QUEUE sh -c 'jobs.py "to:*@slow.example" prio:9 | exec ...'"""
import fnmatch
import sys

for job in sys.stdin.buffer:
    job = job.decode(errors="surrogateescape").rstrip("\n")
    if fnmatch.filter(job.split("\t"), sys.argv[1]):
        job += "\t" + sys.argv[2]
    sys.stdout.buffer.write(job.encode(errors="surrogateescape") + b"\n")
    sys.stdout.buffer.flush()
