#!/usr/bin/env python3
"""Fill a queue with message files, message(5), as if accepted a while ago.

usage: fillqueue.py QUEUE COUNT [key=value ...]
  to=PATTERN    address of each recipient; %d becomes a number
                (u%d@d%d.example: number of the recipient, of the domain)
  domains=N     domains (1)      rcpts=N   recipients a message (1)
  age=SECONDS   (60)             size=N    bytes of the message (1000)
  line=TEXT     a further envelope line, may repeat
Prints the ids."""
import sys
import time

queue, count = sys.argv[1], int(sys.argv[2])
opt = {"to": "u%d@d%d.example", "domains": "1", "rcpts": "1", "age": "60",
       "size": "1000", "from": "sender@example.org"}
lines = []
for a in sys.argv[3:]:
    k, v = a.split("=", 1)
    if k == "line":
        lines.append(v)
    else:
        opt[k] = v
digits = "0123456789abcdefghijklmnopqrstuv"


def base32(u, n):
    s = ""
    for _ in range(n):
        s = digits[u & 31] + s
        u >>= 5
    return s


start = int((time.time() - float(opt["age"])) * 1e6)
domains, rcpts = int(opt["domains"]), int(opt["rcpts"])
body = ("Subject: test\n\n" + "x" * int(opt["size"]))[:int(opt["size"]) - 1]
body += "\n"
seq = 0
for i in range(count):
    us = start + i
    ident = base32(us, 11) + base32(start >> 8, 7) + base32(i % 64, 2)
    env = "time %d.%06d\nfrom %s\n" % (us // 1000000, us % 1000000,
                                       opt["from"])
    env += "".join(s + "\n" for s in lines)
    to = ""
    for _ in range(rcpts):
        address = opt["to"]
        if address.count("%d") == 2:
            address %= (seq, seq % domains)
        elif address.count("%d") == 1:
            address %= seq
        seq += 1
        to += "to Q - 00000 0000000000 " + " " * 200 + " " + address + "\n"
    size = 46 + len(env) + len(to) + 1
    head = "rohrpost 1 %010d %015d %07d\n" % (size, len(body), rcpts)
    with open("%s/mess/%s/%s" % (queue, ident[18:], ident), "w") as f:
        f.write(head + env + to + "\n" + body)
    print(ident)
