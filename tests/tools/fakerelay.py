#!/usr/bin/env python3
"""fakerelay.py - a relay for connections: SOCKS5, or PROXY version 2

usage: fakerelay.py DIR [USER:PASSWORD | proxy | RULE]

Listens on 127.0.0.1, writes its port to DIR/port, and to DIR/log a line for each
connection: "socks 127.0.0.1:25", "proxy 192.0.2.1 > 127.0.0.1:25", "login".
RULE is close (at the first byte), hang, junk, or code:N, which is answered to
CONNECT.  What follows goes to and fro."""
import os, select, socket, struct, sys, threading

where, rule = sys.argv[1], (sys.argv + [""])[2]
log = open(where + "/log", "a", buffering=1)


def exactly(s, n):
    b = b""
    while len(b) < n:
        d = s.recv(n - len(b))
        if not d:
            raise EOFError
        b += d
    return b


def socks(s):
    n = exactly(s, 2)
    methods = exactly(s, n[1])
    if rule == "junk":
        s.sendall(b"220 mail.example\r\n")
        raise EOFError
    if ":" in rule and not rule.startswith("code:"):
        if 2 not in methods:
            s.sendall(b"\5\xff")
            raise EOFError
        s.sendall(b"\5\2")
        user = exactly(s, exactly(s, 2)[1]).decode()
        password = exactly(s, exactly(s, 1)[0]).decode()
        good = user + ":" + password == rule
        log.write("login\n" if good else "bad login\n")
        s.sendall(b"\1\0" if good else b"\1\1")
        if not good:
            raise EOFError
    else:
        s.sendall(b"\5\0")
    head = exactly(s, 4)
    ip = exactly(s, 4 if head[3] == 1 else 16)
    to = (socket.inet_ntop(socket.AF_INET if head[3] == 1 else socket.AF_INET6, ip), struct.unpack(">H", exactly(s, 2))[0])
    log.write("socks %s:%d\n" % to)
    if rule.startswith("code:"):
        s.sendall(bytes([5, int(rule[5:]), 0, 1]) + b"\0" * 6)
        raise EOFError
    far = socket.create_connection(to)
    # in pieces, as networks have it
    for b in (b"\5\0\0", b"\1", b"\0\0\0\0\0", b"\0"):
        s.sendall(b)
    return far


def proxy(s):
    head = exactly(s, 16)
    if head[:12] != b"\r\n\r\n\0\r\nQUIT\n" or head[12] != 0x21:
        raise EOFError
    body = exactly(s, struct.unpack(">H", head[14:])[0])
    n = 4 if head[13] == 0x11 else 16
    text = lambda b: socket.inet_ntop(socket.AF_INET if n == 4 else socket.AF_INET6, b)
    to = (text(body[n:2 * n]), struct.unpack(">H", body[2 * n + 2:2 * n + 4])[0])
    log.write("proxy %s > %s:%d\n" % ((text(body[:n]),) + to))
    return socket.create_connection(to, source_address=(text(body[:n]), 0))


def serve(s):
    try:
        if rule == "close":
            return
        if rule == "hang":
            threading.Event().wait()
        far = proxy(s) if rule == "proxy" else socks(s)
        while True:
            for r in select.select([s, far], [], [])[0]:
                d = r.recv(65536)
                if not d:
                    return
                (far if r is s else s).sendall(d)
    except (EOFError, OSError):
        pass
    finally:
        s.close()


l = socket.socket()
l.bind(("127.0.0.1", 0))
l.listen(100)
with open(where + "/port.tmp", "w") as f:
    f.write("%d\n" % l.getsockname()[1])
os.rename(where + "/port.tmp", where + "/port")
while True:
    threading.Thread(target=serve, args=(l.accept()[0],), daemon=True).start()
