#!/usr/bin/env python3
"""Write a message file, message(5), for tests.

usage: mkmessage.py FILE BODYFILE [LINE...] -- RCPT...

LINE: envelope lines.  RCPT: STATE|MARK|TRIES|REPLY|ADDRESS [PARAMETERS]"""
import sys

args = sys.argv[1:]
path, body = args[0], open(args[1], "rb").read()
cut = args.index("--")
lines, rcpts = args[2:cut], args[cut + 1:]
head = b""
for s in lines:
    head += s.encode() + b"\n"
for s in rcpts:
    state, mark, tries, reply, rest = s.split("|", 4)
    head += b"to %s %s %05d %010d " % (state.encode(), mark.encode(),
                                       int(tries), 0)
    head += reply.encode()[:200].ljust(200) + b" " + rest.encode() + b"\n"
head += b"\n"
first = b"rohrpost 1 %010d %015d %07d\n" % (len(head) + 46, len(body),
                                            len(rcpts))
with open(path, "wb") as f:
    f.write(first + head + body)
