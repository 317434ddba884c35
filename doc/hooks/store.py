#!/usr/bin/env python3
"""store.py DIR: a message goes to a file of its own; a command of local-deliver(8)"""
import os
import sys
import time

file = f"{sys.argv[1]}/{time.time()}.{os.getpid()}"
try:
    with open(file + ".new", "wb") as f:
        f.write(sys.stdin.buffer.read())
    os.rename(file + ".new", file + ".eml")
except OSError:
    sys.exit(111)
