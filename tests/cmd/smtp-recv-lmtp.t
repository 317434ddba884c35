#!/usr/bin/env python3
"""smtp-recv -o lmtp"""
import os, smtplib, socket, subprocess, sys, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *


def mail(c, to, text="Subject: x\r\n\r\nhi\r\n", chunks=False):
    """all replies"""
    said = [c.cmd("MAIL FROM:<a@b.example>")[:3]]
    said += [c.cmd("RCPT TO:<%s>" % t)[:3] for t in to]
    n = said[1:].count("250")
    if chunks:
        c.send("BDAT %d LAST\r\n%s" % (len(text), text))
    else:
        said.append(c.cmd("DATA")[:3])
        c.send(text + ".\r\n")
    return said, [c.reply() for _ in range(max(n, 1))]


def talk(s):
    c = Client(s)
    is_(c.banner, "220 mx.test LMTP", "its banner")
    is_(c.cmd("EHLO x")[:9] + c.cmd("HELO x")[:9], "500 5.5.1500 5.5.1", "no EHLO, no HELO")
    ok("CHUNKING" in c.cmd("LHLO x"), "but LHLO")
    said, ends = mail(c, ["c@local.test", "x@far.example", "d@local.test", "c@local.test"])
    is_(said, ["250", "250", "550", "250", "250", "354"], "recipients")
    is_([e[:3] for e in ends], ["250"] * 3, "a reply for each that was taken, doubles too")
    ok(len(set(ends)) == 1, "the same", ends)
    is_([l for l in s.last("env").split("\n") if l[:3] in ("to ", "pro")], ["to c@local.test", "to d@local.test", "proto LMTP"], "the envelope")
    like(s.last("msg"), "with LMTP;", "and Received")
    is_([e[:3] for e in mail(c, ["c@local.test", "d@local.test"], chunks=True)[1]], ["250"] * 2, "by BDAT")
    is_([e[:9] for e in mail(c, ["c@local.test", "d@local.test"], text="a\nb\r\n", chunks=True)[1]], ["554 5.5.2"] * 2, "refused")
    is_(c.cmd("NOOP")[:3], "250", "and no more")
    c.send("MAIL FROM:<a@b.example>\r\nRCPT TO:<x@far.example>\r\nBDAT 4 LAST\r\nNOOP"
           "MAIL FROM:<a@b.example>\r\nRSET\r\n")
    is_([c.reply()[:3] for _ in range(4)], ["250", "550", "250", "250"], "none for a message by BDAT that is for nobody")
    c.close()
    m = smtplib.LMTP("127.0.0.1", s.port)
    is_(m.sendmail("a@b.example", ["c@local.test", "d@local.test"], "Subject: y\r\n\r\nhi\r\n"), {}, "Python's own client")
    m.quit()


def many(s):
    c = Client(s)
    c.cmd("LHLO x")
    said, ends = mail(c, ["u%d@local.test" % i for i in range(1001)])
    is_(said.count("250"), 1001, "1000 recipients")
    is_(said[-2], "452", "and one more")
    is_([e[:3] for e in ends], ["250"] * 1000, "1000 replies")
    c.close()


def refuses(answers, want):
    s = Server("-o", "lmtp", answers=answers)
    c = Client(s)
    c.cmd("LHLO x")
    is_([e[:3] for e in mail(c, ["c@local.test", "d@local.test"])[1]], [want] * 2, "what the chain says: " + want)
    c.close()
    s.stop()


def by_unix():
    path = T + "/lmtp"
    p = start([bin_dir + "/smtp-recv", "-C", "conf", "-o", "lmtp", "-l", "unix:" + path, *fake, T, "K"], stderr=subprocess.DEVNULL)
    wait(lambda: os.path.exists(path))
    is_(oct(os.stat(path).st_mode & 0o777), "0o600", "a Unix socket")
    m = smtplib.LMTP(path)
    is_(m.sendmail("a@b.example", ["c@local.test"], "Subject: y\r\n\r\nhi\r\n"), {}, "whose client has no address")
    env = open(T + "/1.env").read()
    ok("client" not in env and "\nproto LMTP\n" in env, "the envelope", env)
    try:
        m.sendmail("a@b.example", ["x@far.example"], "Subject: y\r\n\r\nhi\r\n")
        ok(False, "may relay")
    except smtplib.SMTPRecipientsRefused:
        ok(True, "and may not relay")
    end(p)


try:
    conf("me", "mx.test\n")
    conf("local", "local.test\n")
    conf("relay", '10.:allow,RELAYCLIENT=""\n')
    run = lambda *a, **kw: subprocess.run([bin_dir + "/smtp-recv", "-C", "conf", *a, "cat"], capture_output=True, text=True, stdin=subprocess.DEVNULL, **kw)
    for a in (["-l", "127.0.0.1:25"], ["-l", "[::1]:25"]):
        p = run("-o", "lmtp", *a)
        is_((p.returncode, p.stderr), (100, "smtp-recv: fatal: LMTP may not be on port 25\n"), "port 25")
    p = run("-o", "lmtp", env=dict(os.environ, TCPLOCALPORT="25"))
    is_(p.returncode, 100, "by tcpserver, too")
    with socket.socket() as k:
        try:
            k.bind(("127.0.0.25", 25))
            k.listen(1)
            p = subprocess.run(["timeout", "5", bin_dir + "/smtp-recv", "-C", "conf", "-o", "lmtp", "-l", "-", "cat"], capture_output=True, text=True, stdin=k)
            is_((p.returncode, p.stderr), (100, "smtp-recv: fatal: LMTP may not be on port 25\n"), "as descriptor 0")
        except PermissionError:
            ok(True, "as descriptor 0 # SKIP not root")
    p = run("-o", "lmtp,submission", "-P", "unix:x")
    is_(p.returncode, 100, "nobody submits by LMTP")
    s = Server("-o", "lmtp", "-r", "5000")
    talk(s)
    many(s)
    s.stop()
    refuses("Z4.3.1 full", "451")
    refuses("D5.7.1 no", "554")
    by_unix()
finally:
    done()
plan()
