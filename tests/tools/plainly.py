#!/usr/bin/env python3
"""Names each file with a byte that a terminal would obey, with the line: a
control character but TAB and LF, raw or in UTF-8, or what is no UTF-8.  With
-e also lines that begin as events, behind the logger's time or not, and are no
LTSV."""
import re, sys

FIELD = rb"[a-z0-9_.-]{1,64}:(?:[^\\\t]|\\[tnr0\\]|\\x[0-9a-f]{2})*"
EVENT = re.compile(rb"^(?:\S+ )?(" + FIELD + rb"(?:\t" + FIELD + rb")*)$")
bad = 0
names = sys.argv[1:]
events = names[:1] == ["-e"]
for name in names[events:]:
    for n, line in enumerate(open(name, "rb").read().split(b"\n"), 1):
        try:
            text = line.decode()
            ok = not re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f]", text)
        except UnicodeDecodeError:
            ok = False
        if ok and events and re.match(rb"(\S+ )?ts:", line):
            ok = EVENT.match(line)
        if not ok:
            bad += 1
            print("%s:%d: %r" % (name, n, line[:200]))
sys.exit(bad > 0)
