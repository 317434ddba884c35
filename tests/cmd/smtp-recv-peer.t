#!/usr/bin/env python3
"""smtp-recv behind others: the PROXY protocol and XCLIENT"""
import os, signal, socket, struct, subprocess, sys, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

PROXY, XCLIENT, BOTH = "127.0.0.2", "127.0.0.3", "127.0.0.4"


def v2(client=None, to="198.51.100.1", command=1, tlvs=b"", port=4711):
    if client is None:
        body, family = tlvs, 0
    elif ":" in client:
        body = socket.inet_pton(socket.AF_INET6, client) + socket.inet_pton(socket.AF_INET6, "2001:db8::1") + struct.pack("!HH", port, 587) + tlvs
        family = 0x21
    else:
        body = socket.inet_aton(client) + socket.inet_aton(to) + struct.pack("!HH", port, 587) + tlvs
        family = 0x11
    return b"\r\n\r\n\0\r\nQUIT\n" + bytes([0x20 | command, family]) + struct.pack("!H", len(body)) + body


def proxied(s, header, piece=None, rest=b"", src=PROXY):
    c = Client(s, banner=False, src=src)
    c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = header + rest
    for i in range(0, len(data), piece or len(data)):
        c.send(data[i:i + (piece or len(data))])
    return c


def client_of(s, header, **kw):
    """what the envelope says of who came so, and may he relay"""
    c = proxied(s, header, **kw)
    r = c.reply()
    if r[:3] != "220":
        return r
    c.cmd("EHLO x")
    may = c.cmd("MAIL FROM:<a@b.example>") and c.cmd("RCPT TO:<x@far.example>")[:3]
    c.cmd("RSET")
    c.mail()
    c.close()
    words = [l.split(" ", 1)[1] for l in s.last("env").split("\n") if l.split(" ")[0] in ("client", "port")]
    return " ".join(words + [may])


def proxies(s):
    one = b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n"
    is_(client_of(s, one), "192.0.2.7 25 550", "version 1: the client is who it names")
    is_(client_of(s, one, piece=1), "192.0.2.7 25 550", "byte by byte")
    is_(client_of(s, b"PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n"), "2001:db8::7 25 550", "IPv6")
    is_(client_of(s, v2("192.0.2.7")), "192.0.2.7 587 550", "version 2")
    is_(client_of(s, v2("192.0.2.7"), piece=1), "192.0.2.7 587 550", "byte by byte")
    is_(client_of(s, v2("2001:db8::7", tlvs=b"\x04\x00\x20" + b"x" * 32), piece=7), "2001:db8::7 587 550", "IPv6, with more behind it")
    is_(client_of(s, v2("192.0.2.1")), "192.0.2.1 587 250", "who may relay himself")
    is_(client_of(s, b"PROXY UNKNOWN\r\n"), "%d 550" % s.port, "nobody knows who: may not relay")
    is_(client_of(s, v2(command=0)), PROXY + " %d 550" % s.port, "the proxy itself looks, and may not relay")
    like(client_of(s, v2("192.0.2.66")), "^554 5.7.1", "who is denied")
    c = proxied(s, one, rest=b"EHLO x\r\nQUIT\r\n")
    is_([c.reply()[:3] for _ in range(3)], ["220", "250", "221"], "commands in one piece with the header")
    c.close()
    for bad in (b"EHLO x\r\n" * 5, b"PROXY TCP4 192.0.2.7\r\n" + b" " * 20, b"PROXY TCP4 x y 1 2\r\n", v2("192.0.2.7", command=2), b"\x16\x03\x01" * 20):
        c = proxied(s, bad)
        ok(c.reply() in ("", "(reset)"), "no header: closed without a word")
        c.close()
    ok(wait(lambda: s.log().count("text:no PROXY header") >= 5), "with an event each", s.log())
    c = Client(s)
    is_(c.cmd("PROXY TCP4 192.0.2.1 198.51.100.1 4711 25")[:3], "421", "from a stranger it is something else")
    c.close()
    c = Client(s, banner=False, src=PROXY)
    d = Client(s, banner=False, src=PROXY)
    d.send("PROX")
    t = time.monotonic()
    ok(c.f.read() == b"" and d.f.read() == b"", "no header in time")
    ok(9 <= time.monotonic() - t < 15, "which is 10 seconds", time.monotonic() - t)
    c.close()
    d.close()


def secure(s):
    c = proxied(s, v2("192.0.2.7"))
    c.tls()
    is_(c.reply()[:3], "220", "TLS from the first byte behind the header")
    c.cmd("EHLO x")
    c.mail()
    like(s.last("env"), "\nclient 192.0.2.7\n(.*\n)*proto ESMTPS\n", "its envelope")
    c.close()
    # the header and the first of TLS in one piece
    import ssl
    inb, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    o = context().wrap_bio(inb, out, server_hostname="mx.test")
    try:
        o.do_handshake()
    except ssl.SSLWantReadError:
        pass
    c = proxied(s, v2("192.0.2.7"), rest=out.read())
    done = False
    while not done:
        try:
            o.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            pass
        c.send(out.read())
        if not done:
            inb.write(c.s.recv(65536))
    ok(done, "in one piece with TLS")
    c.close()


def speaker(s):
    c = Client(s, src=XCLIENT)
    r = c.cmd("EHLO x")
    ok("XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT" in r, "XCLIENT is offered", r)
    is_(c.cmd("XCLIENT NAME=client.example ADDR=192.0.2.7 PORT=4711 HELO=me.example DESTPORT=2525"), "220 mx.test ESMTP", "and taken")
    is_(c.cmd("MAIL FROM:<a@b.example>")[:3], "503", "as one who has just come")
    c.cmd("EHLO he.example")
    is_(c.mail(to="x@far.example")[:3], "554", "who may not relay")
    c.cmd("RSET")
    is_(c.mail()[:3], "250", "mail for us")
    like(s.last("env"), "\nclient 192.0.2.7\nclient-name client.example\nport 2525\nhelo he.example\nproto ESMTP\n", "the envelope")
    is_(c.cmd("XCLIENT ADDR=IPV6:2001:db8::7 NAME=[UNAVAILABLE] PROTO=SMTP HELO=old.example")[:3], "220", "again")
    c.cmd("EHLO he.example")
    c.mail()
    e = s.last("env")
    ok("\nclient 2001:db8::7\n" in e and "client-name" not in e and "\nproto SMTP\n" in e, "another, without a name", e)
    is_(c.cmd("XCLIENT ADDR=192.0.2.1 PROTO=ESMTP")[:3], "220", "one who may relay")
    c.cmd("EHLO x")
    is_(c.mail(to="x@far.example")[:3], "250", "relays")
    is_(c.cmd("XCLIENT ADDR=192.0.2.7 LOGIN=ann")[:3], "220", "one who has logged in there")
    c.cmd("EHLO x")
    is_(c.mail(to="x@far.example")[:3], "250", "relays, too")
    like(s.last("env"), "\nproto ESMTP\nuser ann\n", "and is known by name")
    is_(c.cmd("XCLIENT LOGIN=[UNAVAILABLE]")[:3], "220", "no login")
    c.cmd("EHLO x")
    is_(c.mail(to="x@far.example")[:3], "554", "no relaying")
    c.cmd("RSET")
    is_(c.cmd("XCLIENT ADDR=[UNAVAILABLE]")[:3], "220", "nobody knows who")
    c.cmd("EHLO x")
    is_(c.mail(to="x@far.example")[:3], "554", "may not relay")
    c.cmd("RSET")
    for bad in ("FOO=1", "ADDR=x", "ADDR=192.0.2.1 ADDR=192.0.2.1", "PORT=70000", "NAME=", "NAME=+"):
        is_(c.cmd("XCLIENT " + bad)[:9], "501 5.5.4", "bad: " + bad)
    c.cmd("EHLO x")
    c.cmd("MAIL FROM:<a@b.example>")
    is_(c.cmd("XCLIENT ADDR=192.0.2.1")[:9], "503 5.5.1", "not within a transaction")
    c.cmd("RSET")
    is_(c.cmd("XCLIENT ADDR=192.0.2.66")[:3], "421", "one who is denied ends it")
    ok(c.gone(), "at once")
    c.close()
    c = Client(s)
    ok("XCLIENT" not in c.cmd("EHLO x"), "strangers are not offered it")
    is_(c.cmd("XCLIENT ADDR=192.0.2.1")[:3], "500", "nor heard")
    c.close()


def forgotten():
    """a login that is said to be none is counted for the address again"""
    s = Server("-a", "1")
    c = Client(s, src=XCLIENT)
    c.cmd("XCLIENT ADDR=192.0.2.7 LOGIN=ann")
    d = Client(s, src=XCLIENT)
    is_(d.cmd("XCLIENT ADDR=192.0.2.7 LOGIN=[UNAVAILABLE]")[:3], "220", "one of an address, and one of a login")
    c.cmd("XCLIENT LOGIN=bob")
    is_(c.cmd("XCLIENT LOGIN=[UNAVAILABLE]"), "421 4.7.0 too many connections from your address, try again later", "without it, two of the address")
    ok(c.gone(), "are one too many")
    c.close()
    d.close()
    s.stop()


def both(s):
    """a proxy that may speak by XCLIENT, too: its clients may not"""
    for header, who in ((v2("192.0.2.7"), "a client's"), (b"PROXY UNKNOWN\r\n", "nobody knows whose"), (v2(command=0), "its own")):
        c = proxied(s, header, src=BOTH)
        c.reply()
        ok("XCLIENT" not in c.cmd("EHLO x"), "behind both, %s: XCLIENT is not offered" % who)
        is_(c.cmd("XCLIENT ADDR=192.0.2.1")[:3], "500", "nor heard")
        is_(c.mail(to="x@far.example")[:3], "554", "nothing is relayed")
        c.close()


def one_each():
    run = ["tcpserver", "-HRl0", "127.0.0.1", "%d", "env", "RELAYCLIENT=", "PROXY=", "XCLIENT="]
    s = Server(run=run, listen=False)
    both(s)
    is_(client_of(s, v2("192.0.2.7")), "192.0.2.7 587 550", "under tcpserver, the proxy's RELAYCLIENT is not his clients'")
    is_(client_of(s, v2("192.0.2.1")), "192.0.2.1 587 250", "who may relay by the table")
    s.stop()
    s = Server(run=["tcpserver", "-HRl0", "127.0.0.1", "%d", "env", "XCLIENT="], listen=False)
    c = Client(s)
    c.cmd("EHLO x")
    is_(c.cmd("XCLIENT ADDR=192.0.2.7")[:3], "220", "XCLIENT")
    c.cmd("EHLO x")
    c.mail()
    like(s.last("env"), "\nclient 192.0.2.7\n", "its envelope")
    c.close()
    s.stop()


try:
    conf("me", "mx.test\n")
    conf("local", "local.test\n")
    conf("relay", '%s:allow,PROXY="",RELAYCLIENT=""\n%s:allow,XCLIENT=""\n%s:allow,PROXY="",XCLIENT=""\n192.0.2.1:allow,RELAYCLIENT=""\n192.0.2.66:deny\n' % (PROXY, XCLIENT, BOTH))
    s = Server()
    proxies(s)
    speaker(s)
    both(s)
    # what all those held is free again
    s.stop()
    os.mkdir("tls")
    subprocess.run([sys.executable, top + "/tests/tools/pki.py", "made"], check=True, text=True, input="ec names=mx.test\n")
    os.link("made/ec.pem", "tls/ec.pem")
    conf("tls", "ec.pem\n")
    keys = Keys(T + "/key")
    s = Server("-i", "-K", T + "/key")
    secure(s)
    s.stop()
    one_each()
    forgotten()
finally:
    done()
plan()
