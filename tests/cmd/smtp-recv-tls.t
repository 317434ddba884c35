#!/usr/bin/env python3
# alone: who comes beside stalled handshakes is served at once
"""smtp-recv -K: STARTTLS, TLS from the first byte, and what goes wrong there"""
import os, re, signal, socket, ssl, subprocess, sys, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *


def raised(call):
    try:
        call()
    except (OSError, ssl.SSLError) as e:
        return type(e).__name__
    return "nothing"


os.mkdir("tls")
conf("me", "mx.test\n")
conf("local", "local.test\n")
subprocess.run([sys.executable, top + "/tests/tools/pki.py", "made"], check=True, text=True,
               input="root ca=1\nec issuer=root names=mx.test\nrsa key=rsa2048 names=other.test\n"
                     "client issuer=root names=client.example\n"
                     "wide key==client names=client.example size=65536\nhuge key==client names=client.example size=1000000\n")
for name in "ec", "rsa":
    os.link("made/%s.pem" % name, "tls/%s.pem" % name)
conf("tls", "ec.pem\nrsa.pem\n")
with open("client.pem", "w") as f:
    f.write(open("made/client.crt").read() + open("made/client.key").read())
key_path = T + "/key"


def starttls(s):
    c = Client(s)
    r = c.cmd("EHLO before.example")
    ok("STARTTLS" in r, "STARTTLS is offered", r)
    is_(c.cmd("STARTTLS")[:9], "220 2.0.0", "and taken")
    c.tls()
    is_(c.s.version(), "TLSv1.2", "TLS 1.2")
    is_(c.cmd("MAIL FROM:<a@b>")[:3], "503", "nothing that was said before counts")
    is_(c.cmd("STARTTLS")[:9], "503 5.5.1", "TLS is on already")
    r = c.cmd("EHLO after.example")
    ok("STARTTLS" not in r and "SIZE" in r, "nor is it offered", r)
    ok("REQUIRETLS" in r, "REQUIRETLS is", r)
    is_(c.cmd("MAIL FROM:<a@b> REQUIRETLS=1")[:3], "555", "without a value")
    is_(c.cmd("MAIL FROM:<a@b> REQUIRETLS")[:3], "250", "and taken")
    c.cmd("RCPT TO:<x@local.test>")
    c.cmd("DATA")
    is_(c.cmd("TLS-Required: No\r\n\r\nx\r\n.")[:3], "250", "a message with it")
    env = s.last("env")
    ok("\nrequiretls 1\n" in env and "tls-optional" not in env, "in the envelope, above the header", env)
    is_(c.mail()[:3], "250", "a message")
    env = s.last("env")
    ok("requiretls" not in env, "without it", env)
    ok("\nhelo after.example\nproto ESMTPS\ntls TLSv1.2,%s\n" % c.s.cipher()[0] in env, "in the envelope", env)
    ok("tls-cert" not in env, "no certificate of the client")
    like(s.last("msg"), r"^Received: from after.example .*\n\tby mx.test with ESMTPS \(TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256\);",
         "in Received")
    is_(c.cmd("QUIT")[:3], "221", "QUIT")
    is_(raised(lambda: ok(c.s.recv(1) == b"", "the end of TLS is said")), "nothing", "no cut")
    c.close()
    # a greeting of old says who he is, and is no ESMTPS
    c = Client(s)
    c.starttls()
    c.cmd("HELO old.example")
    c.mail()
    like(s.last("env"), "\nproto SMTP\ntls TLSv1.2,", "HELO under TLS is SMTP")
    c.close()


def refused(s):
    c = Client(s)
    is_(c.cmd("STARTTLS")[:9], "503 5.5.1", "EHLO first")
    c.cmd("HELO x")
    is_(c.cmd("STARTTLS")[:9], "503 5.5.1", "and not HELO")
    c.cmd("EHLO x")
    is_(c.cmd("STARTTLS now")[:9], "501 5.5.4", "no argument")
    c.cmd("MAIL FROM:<a@b>")
    is_(c.cmd("STARTTLS")[:9], "503 5.5.1", "not within a transaction")
    c.close()
    # what stands behind it was not said under TLS
    c = Client(s)
    c.cmd("EHLO x")
    c.send("STARTTLS\r\nMAIL FROM:<evil@b>\r\n")
    is_(c.reply()[:9], "503 5.5.1", "commands behind STARTTLS")
    ok(c.gone(), "end it")
    c.close()
    ok(wait(lambda: "code:503" in s.log()), "with an event", s.log())
    c = Client(s)
    c.cmd("EHLO x")
    c.send("STARTTLS\r\nR")
    is_(c.reply()[:9], "503 5.5.1", "half a one, too")
    c.close()
    # later they are no TLS
    c = Client(s)
    c.cmd("EHLO x")
    c.cmd("STARTTLS")
    c.send("MAIL FROM:<evil@b>\r\n")
    ok(wait(lambda: re.search("ev:rejected.*client:127.0.0.1.*code:454.*text:TLS: ", s.log())), "no TLS: an event", s.log())
    c.close()
    # a client that speaks no TLS of ours
    ctx = context()
    ctx.minimum_version = ssl.TLSVersion.TLSv1_3
    c = Client(s)
    c.cmd("EHLO x")
    c.cmd("STARTTLS")
    is_(raised(lambda: c.tls(ctx)), "SSLError", "TLS 1.3 only")
    c.close()
    # who goes away in the middle
    c = Client(s)
    c.cmd("EHLO x")
    c.cmd("STARTTLS")
    c.send(b"\x16\x03\x01\x02\x00\x01")
    c.close()
    c = Client(s)
    is_(c.starttls()[:3], "220", "others are served")
    c.close()


class Slow:
    """a client's engine whose bytes go one by one"""

    def __init__(self, c, ctx):
        self.c, self.ctx = c, ctx
        self.inb, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.o = ctx.wrap_bio(self.inb, self.out, server_hostname="mx.test")

    def move(self):
        data = self.out.read()
        for i in range(len(data)):
            self.c.s.sendall(data[i:i + 1])
            time.sleep(0.0005)

    def run(self, call):
        while True:
            try:
                r = call()
                self.move()
                return r
            except ssl.SSLWantReadError:
                self.move()
                data = self.c.s.recv(1 if not isinstance(self.c, str) else 1)
                if not data:
                    raise EOFError
                self.inb.write(data)

    def line(self):
        text = b""
        while not text.endswith(b"\n"):
            text += self.run(lambda: self.o.read(1))
        return text.decode()


def slowly(s):
    c = Client(s)
    c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    c.cmd("EHLO x")
    c.cmd("STARTTLS")
    slow = Slow(c, context())
    slow.run(slow.o.do_handshake)
    slow.run(lambda: slow.o.write(b"EHLO slow.example\r\n"))
    is_(slow.line()[:4], "250-", "byte by byte")
    c.close()


def resumed(s):
    ctx = context()
    c = Client(s)
    c.starttls(ctx=ctx)
    c.cmd("EHLO x")
    session = c.s.session
    c.close()
    c = Client(s)
    c.starttls(ctx=ctx, session=session)
    ok(c.s.session_reused, "a session is resumed")
    c.cmd("EHLO x")
    c.mail()
    like(s.last("env"), "\ntls TLSv1.2,[^,\n]*,resumed\n", "and the envelope says so")
    c.close()


def implicit(s):
    c = Client(s, banner=False).tls()
    like(c.reply(), "^220 mx.test ESMTP", "TLS from the first byte: the banner comes under it")
    ok("STARTTLS" not in c.cmd("EHLO x"), "no STARTTLS then")
    is_(c.mail()[:3], "250", "a message")
    like(s.last("env"), "\nproto ESMTPS\ntls TLSv1.2,", "by TLS")
    c.close()
    c = Client(s, banner=False)
    c.send("EHLO x\r\n")
    data = b""
    try:
        data = c.s.recv(100)
    except OSError:
        pass
    ok(not data.startswith(b"2") and not data.startswith(b"4"), "no SMTP is spoken in clear", data)
    c.close()
    ok(wait(lambda: "text:TLS: " in s.log()), "an event", s.log())
    # the first commands come together with the end of the handshake
    c = Client(s, banner=False)
    inb, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    o = context().wrap_bio(inb, out, server_hostname="mx.test")

    def turn(call):
        while True:
            try:
                return call()
            except ssl.SSLWantReadError:
                c.s.sendall(out.read())
                inb.write(c.s.recv(65536))
    turn(o.do_handshake)
    o.write(b"EHLO y\r\nQUIT\r\n")
    c.s.sendall(out.read())
    text = b""
    while b"221" not in text:
        text += turn(lambda: o.read(4096))
    like(text.decode(), r"^220 (.|\n|\r)*250 (.|\n|\r)*221 ", "the first commands with the last of the handshake")
    c.close()


def certificates():
    s = Server("-A", "-K", key_path)
    c = Client(s)
    c.starttls(ctx=context("client.pem"))
    c.cmd("EHLO x")
    c.mail()
    want = subprocess.run(["sha256sum", "made/client.der"], capture_output=True, text=True).stdout[:64]
    like(s.last("env"), "\ntls-cert sha256:%s\n" % want, "the client's certificate")
    c.close()
    c = Client(s)
    c.starttls()
    c.cmd("EHLO x")
    c.mail()
    ok("tls-cert" not in s.last("env"), "a client without one", s.last("env"))
    c.close()
    s.stop()


def large():
    """certificates of clients that are as long as may be, and longer"""
    s = Server("-A", "-K", key_path)
    for name in "wide", "huge":
        with open(name + ".pem", "w") as f:
            f.write(open("made/%s.crt" % name).read() + open("made/client.key").read())
    c = Client(s)
    c.starttls(ctx=context("wide.pem"))
    c.cmd("EHLO x")
    c.mail()
    want = subprocess.run(["sha256sum", "made/wide.der"], capture_output=True, text=True).stdout[:64]
    like(s.last("env"), "\ntls-cert sha256:%s\n" % want, "a certificate of 64 KiB")
    c.close()
    rss = lambda: [int(l.split()[1]) for l in open("/proc/%d/status" % s.p.pid) if l.startswith("VmHWM:")][0]
    before = rss()
    for i in range(5):
        c = Client(s)
        c.cmd("EHLO x")
        c.cmd("STARTTLS")
        ok(raised(lambda: (c.tls(ctx=context("huge.pem")), c.cmd("EHLO x"), c.f.read(1))) != "nothing" or c.gone(), "one of 1 MB ends it")
        c.close()
    ok(wait(lambda: s.log().count("text:TLS: too long a handshake") > 0), "with an event", s.log())
    ok(rss() - before < 1000, "and takes no memory", "%d KB, %d KB" % (before, rss()))
    c = Client(s)
    c.starttls()
    is_(c.cmd("EHLO x")[:3], "250", "others are served")
    c.close()
    s.stop()


def hello(name):
    """a ClientHello with a server name of any length"""
    n = lambda x, size: x.to_bytes(size, "big")
    sni = n(len(name) + 3, 2) + b"\0" + n(len(name), 2) + name
    ext = lambda t, b: n(t, 2) + n(len(b), 2) + b
    more = ext(0, sni) + ext(10, b"\0\2\0\x17") + ext(11, b"\1\0") + ext(13, b"\0\2\4\3")
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\xc0\x2b" + b"\1\0" + n(len(more), 2) + more
    return b"\x16\3\1" + n(len(body) + 4, 2) + b"\1" + n(len(body), 3) + body


def names(s):
    """server names: known, unknown, as long as may be, longer"""
    long = ".".join(["x" * 63] * 4)
    c = Client(s)
    is_(c.starttls(name=long)[:3], "220", "a server name of 255 bytes")
    is_(c.cmd("EHLO x")[:3], "250", "is one that is not known here")
    c.close()
    for name in long.encode(), long.encode() + b"y", b"z" * 4000, b"", b"a\0b":
        c = Client(s)
        c.cmd("EHLO x")
        c.cmd("STARTTLS")
        c.send(hello(name))
        got = c.f.read(6)
        ok(got[:1] == b"\x16" and got[5:] == b"\2" or got[:1] == b"\x15", "a name of %d bytes has its answer" % len(name), got)
        c.close()
    c = Client(s)
    c.starttls()
    is_(c.cmd("EHLO x")[:3], "250", "others are served")
    c.close()


def without_keys():
    """mail in clear flows while the key process is away, or sleeps"""
    path = T + "/away"
    s = Server("-K", path)
    c = Client(s)
    ok("STARTTLS" in c.cmd("EHLO x"), "no key process: STARTTLS is offered")
    is_(c.cmd("STARTTLS")[:9], "454 4.7.0", "and put off")
    is_(c.mail()[:3], "250", "mail in clear is taken")
    keys = Keys(path)
    ok(wait(lambda: c.cmd("STARTTLS")[:3] == "220" or time.sleep(0.1)), "it comes: TLS")
    c.tls()
    is_(c.cmd("EHLO x")[:3], "250", "that works")
    c.close()
    keys.signal(signal.SIGSTOP)
    c, d = Client(s), Client(s)
    c.cmd("EHLO x")
    d.cmd("EHLO y")
    t = time.monotonic()
    is_(c.cmd("STARTTLS")[:3], "220", "it sleeps: not known yet")
    raised(lambda: c.tls())
    ok(time.monotonic() - t < 2, "one handshake waits for it, and not long", time.monotonic() - t)
    c.close()
    t = time.monotonic()
    is_(d.mail()[:3], "250", "mail in clear is taken")
    ok(time.monotonic() - t < 1, "within a second")
    is_(d.cmd("STARTTLS")[:3], "454", "now it is known")
    d.close()
    keys.signal(signal.SIGCONT)
    d = Client(s)
    d.cmd("EHLO y")
    ok(wait(lambda: d.cmd("STARTTLS")[:3] == "220" or time.sleep(0.2)), "it has woken up")
    d.close()
    keys.stop()
    s.stop()
    s = Server("-i", "-K", T + "/nowhere")
    c = Client(s, banner=False)
    ok(c.gone(), "TLS from the first byte without keys: closed")
    c.close()
    s.stop()


def no_certificate():
    conf("tls", "# none\n")
    path = T + "/none"
    keys = Keys(path)
    s = Server("-K", path)
    ok(wait(lambda: "no certificate" in s.log()), "no certificate is said", s.log())
    c = Client(s)
    ok("STARTTLS" not in c.cmd("EHLO x"), "and TLS is not offered")
    is_(c.cmd("STARTTLS")[:3], "502", "nor known")
    conf("tls", "ec.pem\nrsa.pem\n")
    ok(wait(lambda: "STARTTLS" in c.cmd("EHLO x") or time.sleep(0.1)), "until there is one")
    c.close()
    s.stop()
    keys.stop()


def ping():
    """smtp-ping -S"""
    s = Server("-K", key_path)
    run = lambda *a: subprocess.run([bin_dir + "/smtp-ping", *a], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    p = run("-S", "127.0.0.1:%d" % s.port)
    is_(p.returncode, 0, "smtp-ping -S")
    s.stop()
    s = Server()
    p = run("-S", "127.0.0.1:%d" % s.port)
    is_((p.returncode, p.stderr), (111, "smtp-ping: fatal: the server said: 502 5.5.1 command not available\n"), "where there is no TLS")
    s.stop()
    for words, want in (((b"220 x\r\n",), "no TLS: "), ((b"220 x\r\n220 y\r\n",), "no TLS: "), ((b"220 x\r\n", b"rubbish" * 10), "no TLS: ")):
        l = socket.socket()
        l.bind(("127.0.0.1", 0))
        l.listen(1)
        q = subprocess.Popen([bin_dir + "/smtp-ping", "-S", "-t", "5", "127.0.0.1:%d" % l.getsockname()[1]], stderr=subprocess.PIPE, text=True)
        c, _ = l.accept()
        c.sendall(b"220 hi\r\n")
        c.recv(100)
        c.sendall(b"250 STARTTLS\r\n")
        c.recv(100)
        c.sendall(words[0])
        if len(words) > 1:
            c.recv(1000)
            c.sendall(words[1])
        c.close()
        l.close()
        err = q.communicate(timeout=20)[1]
        ok(q.returncode == 111 and want in err, "a server that breaks off: " + want, err)


def stopping():
    s = Server("-K", key_path)
    c, d = Client(s), Client(s)
    c.starttls()
    c.cmd("EHLO x")
    d.cmd("EHLO x")
    d.cmd("STARTTLS")
    t = time.monotonic()
    s.p.send_signal(signal.SIGTERM)
    like(c.reply(), "^421 4.3.2", "TERM: 421 under TLS")
    is_(d.f.read(), b"", "nothing in clear in mid-handshake")
    s.p.wait(10)
    ok(time.monotonic() - t < 2, "within two seconds")
    s.stop()


def one_each():
    """one connection on descriptors 0 and 1"""
    serve = [bin_dir + "/sock-serve", "127.0.0.1:%d", "env", "TCPREMOTEIP=127.0.0.1"]
    for run, name in ((["tcpserver", "-HRl0", "127.0.0.1", "%d"], "tcpserver"), (serve, "sock-serve")):
        s = Server("-K", key_path, run=run, listen=False)
        c = Client(s)
        is_(c.starttls()[:3], "220", name + ": STARTTLS")
        c.cmd("EHLO x")
        is_(c.mail()[:3], "250", name + ": a message")
        like(s.last("env"), "\nproto ESMTPS\ntls TLSv1.2,", name + ": its envelope")
        c.close()
        s.stop()
        s = Server("-i", "-K", key_path, run=run, listen=False)
        c = Client(s, banner=False).tls()
        like(c.reply(), "^220 ", name + ": from the first byte")
        is_(c.cmd("QUIT")[:3], "221", name + ": QUIT")
        c.close()
        s.stop()
        s = Server("-K", T + "/nowhere", run=run, listen=False)
        c = Client(s)
        is_(c.starttls()[:3], "454", name + ": without keys")
        c.close()
        s.stop()


def stalled():
    """many who begin a handshake and stop"""
    import resource
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    n = min(10000, (hard - 500) // 2)
    s = Server("-K", key_path, "-c", "20000", "-a", "20000")
    all_of = []
    for i in range(n):
        c = socket.socket()
        c.bind(("127.0.%d.%d" % (1 + i // 200, 1 + i % 200), 0))
        c.connect(("127.0.0.1", s.port))
        c.sendall(b"EHLO x\r\n")
        all_of.append(c)
    for c in all_of:
        c.recv(1000)
        c.sendall(b"STARTTLS\r\n")
    said = 0
    for c in all_of:
        c.settimeout(20)
        while True:
            r = c.recv(1000)
            if b"220 2.0.0" in r or not r:
                break
        said += r != b""
        c.sendall(b"\x16\x03\x01\x02\x00\x01")
    is_(said, n, "%d stalled handshakes" % n)
    # what they cost is less than 16 KB each, and no time
    pss = [int(l.split()[1]) for l in open("/proc/%d/smaps_rollup" % s.p.pid) if l.startswith("Pss:")][0]
    ok(pss < 16 * n + 20000, "%d KB of memory" % pss)
    t = time.monotonic()
    c = Client(s)
    c.starttls()
    c.cmd("EHLO x")
    is_(c.mail()[:3], "250", "another is served")
    ok(time.monotonic() - t < 2, "at once", time.monotonic() - t)
    c.close()
    cpu = lambda: sum(map(int, open("/proc/%d/stat" % s.p.pid).read().split()[13:15]))

    def idle():
        before = cpu()
        time.sleep(1)
        return cpu() - before <= 5
    ok(wait(idle), "they cost no processor")
    for c in all_of:
        c.close()
    s.stop()


try:
    for opts, text in ((["-A"], "-A"), (["-i"], "-i")):
        p = subprocess.run([bin_dir + "/smtp-recv", "-C", "conf", *opts, "cat"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        is_((p.returncode, p.stderr), (100, "smtp-recv: fatal: -A and -i need -K\n"), text + " without -K")
    keys = Keys(key_path)
    s = Server("-K", key_path)
    wait(lambda: Client(s).starttls()[:3] == "220")
    starttls(s)
    refused(s)
    slowly(s)
    resumed(s)
    names(s)
    s.stop()
    s = Server("-i", "-K", key_path)
    implicit(s)
    s.stop()
    certificates()
    large()
    one_each()
    ping()
    stopping()
    stalled()
    without_keys()
    no_certificate()
    keys.stop()
finally:
    done()
plan()
