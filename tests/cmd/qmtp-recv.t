#!/usr/bin/env python3
"""qmtp-recv"""
import os, re, socket, subprocess, sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

MESSAGE = b"Subject: x\n\nhello\n"


def ns(b):
    return b"%d:%s," % (len(b), b)


def package(to, sender=b"a@b.example", text=MESSAGE, end=b"\n"):
    """of QMTP"""
    if end == b"\r":
        text = text.replace(b"\n", b"\r\n")
    return ns(end + text) + ns(sender) + ns(b"".join(ns(t) for t in to))


def letter(to, sender=b"a@b.example", text=MESSAGE):
    """of QMQP"""
    return ns(ns(text) + ns(sender) + b"".join(ns(t) for t in to))


class Qmtp(Client):
    def __init__(self, server, **kw):
        super().__init__(server, banner=False, **kw)

    def answer(self):
        head = b""
        try:
            while not head.endswith(b":"):
                c = self.f.read(1)
                if not c:
                    return "gone"
                head += c
            text = self.f.read(int(head[:-1]))
            return text.decode() if self.f.read(1) == b"," else "no comma"
        except ConnectionResetError:
            return "gone"

    def mail(self, to, **kw):
        self.send(package(to, **kw))
        return [self.answer() for _ in to]


def serve(*opts, **kw):
    return Server(*opts, program="qmtp-recv", **kw)


def talk(s):
    c = Qmtp(s)
    is_(c.mail([b"c@local.test"]), ["Kok fake0001"], "a message")
    is_(s.last("msg").split("\n")[3:], ["Subject: x", "", "hello", ""], "as it came")
    like(s.last("msg"), r"\AReceived: from .*127\.0\.0\.1[^;]*with QMTP;", "behind Received")
    is_(s.last("env").split("\n")[:2] + [l for l in s.last("env").split("\n") if l[:6] in ("proto ", "client", "body 7", "origin")],
        ["from a@b.example", "to c@local.test", "client 127.0.0.1", "proto QMTP", "body 7bit"], "its envelope")
    is_(c.mail([b"c@local.test", b"x@far.example", b"d@LOCAL.test"], end=b"\r"),
        ["Kok fake0002", "D5.7.1 not a domain of this host, and you may not relay", "Kok fake0002"], "recipients, in order")
    is_(s.last("msg").split("\n")[3:], ["Subject: x", "", "hello", ""], "CR LF become LF")
    is_([l for l in s.last("env").split("\n") if l[:3] == "to "], ["to c@local.test", "to d@LOCAL.test"], "those that are taken")
    is_(c.mail([b"x@far.example"])[0][:6], "D5.7.1", "nobody is left")
    is_(s.parcels(), 2, "and no message goes down")
    is_(c.mail([b"c d@local.test", b"c@local.test"], sender=b""), ["Kok fake0003"] * 2, "the null sender")
    ok(s.last("env").startswith('from\nto "c d"@local.test\n'), "a local part gets its quotes", s.last("env"))
    is_([a[:6] for a in c.mail([b"", b"a@", b"c@local.test"])], ["D5.1.3", "D5.1.3", "Kok fa"], "what is no address")
    is_([a[:6] for a in c.mail([b"c@local.test", b"d@local.test"], sender=b"a@")], ["D5.1.7"] * 2, "nor one of a sender")
    is_(c.mail([b"x" * 600 + b"@local.test"])[0][:6], "D5.1.3", "too long a one")
    for end, text in ((b"\n", b"a\rb\n"), (b"\n", b"a\r\nb\n"), (b"\r\n", b"")):
        is_([a[:6] for a in c.mail([b"c@local.test"], end=end, text=text)], ["D5.6.0"], "bare: %r" % (end + text))
    c.send(b"".join(package([b"c@local.test"], text=b"n: %d\n\n" % i) for i in range(200)))
    is_([c.answer()[:3] for _ in range(200)], ["Kok"] * 200, "200 messages at once")
    c.send(package([]) + package([b"c@local.test"]))
    like(c.answer(), "^Kok", "none for nobody")
    for b in package([b"c@local.test"], text=b"Subject: slow\n\nbyte by byte\n", end=b"\r"):
        c.send(bytes([b]))
    like(c.answer(), "^Kok", "byte by byte")
    like(s.last("msg"), "byte by byte\n$", "all of it")
    c.close()


def ends(s):
    c = Qmtp(s)
    c.send(package([b"c@local.test"]) + package([b"d@local.test"]) + b"3:\na")
    c.s.shutdown(socket.SHUT_WR)
    is_([c.answer()[:3] for _ in range(3)], ["Kok", "Kok", "gon"], "who says no more is answered")
    c.close()
    for bad in (b"EHLO x\r\n", b"01:\n,", b"3:xab,", package([b"c@local.test"])[:-1] + b";"):
        c = Qmtp(s)
        c.send(package([b"c@local.test"]) + bad + package([b"c@local.test"]))
        is_([c.answer()[:3] for _ in range(2)], ["Kok", "gon"], "no netstring: %r" % bad[:9])
        c.close()
    n = s.parcels()
    c = Qmtp(s)
    c.send(package([b"c@local.test"])[:-1])
    c.close()
    c = Qmtp(s)
    like(c.mail([b"c@local.test"])[0], "^Kok", "others go on")
    is_(s.parcels(), n + 1, "and what has no end is none")
    c.close()


def sizes():
    s = serve("-s", "1000", "-r", "3", "-d", T)
    c = Qmtp(s)
    is_(c.mail([b"c@local.test"], text=b"a" * 998 + b"\n")[0][:3], "Kok", "as long as may be")
    is_(c.mail([b"c@local.test"], text=b"a" * 999 + b"\n"), ["D5.3.4 message too big"], "too big a message")
    is_([a[:6] for a in c.mail([b"%d@local.test" % i for i in range(4)])], ["Kok fa"] * 3 + ["Z4.5.3"], "too many recipients")
    like(c.mail([b"c@local.test"])[0], "^Kok", "the next one is well")
    c.close()
    s.stop()
    s = serve("-T", "1", "-t", "1")
    for sent in (b"", b"9:\na", package([b"c@local.test"])):
        c = Qmtp(s)
        c.send(sent)
        said = [c.answer()[:3] for _ in range(2)]
        is_(said[-1 if b"hello" in sent else 0], "gon", "who is too slow: %d bytes" % len(sent))
        c.close()
    s.stop()


def big():
    s = serve("-b", "100000", "-d", T)
    text = b"Subject: big\n\n" + b"0123456789\n" * 300000
    c = Qmtp(s)
    is_(c.mail([b"c@local.test"], text=text, end=b"\r"), ["Kok fake0001"], "3 MB, with less memory")
    ok(s.last("msg").endswith(text.decode()), "as they came")
    c.close()
    s.stop()


def receipts():
    for answers, want in (("Z", "Z4.3.1 queue is full"), ("D", "D5.7.1 refused")):
        s = serve(answers=answers)
        c = Qmtp(s)
        is_(c.mail([b"c@local.test", b"d@local.test"]), [want] * 2, "what the chain says: " + answers)
        ok(wait(lambda: re.search("ev:rejected\t.*from:a@b.example\tcode:", s.log())), "an event", s.log())
        c.close()
        s.stop()
    s = serve(answers="GX")
    c = Qmtp(s)
    c.send(package([b"c@local.test"]) * 70 + package([b"x@far.example"]))
    ok(wait(lambda: s.parcels() == 1), "the first is down")
    c.s.settimeout(0.3)
    try:
        ok(c.s.recv(1) == b"?", "an answer before the receipt")
    except socket.timeout:
        ok(True, "no answer before the receipt")
    c.s.settimeout(20)
    c.f = c.s.makefile("rb")
    open(s.dir + "/go", "w").close()
    said = [c.answer()[:4] for _ in range(71)]
    is_((said[0], set(said[1:70]), said[70]), ("Kok ", {"Z4.3"}, "D5.7"), "a chain that dies")
    c.close()
    s.stop()


def clients():
    conf("relay", '127.0.0.2:allow,RELAYCLIENT=""\n127.0.0.3:deny\n:allow\n')
    s = serve()
    c = Qmtp(s, src="127.0.0.2")
    is_(c.mail([b"x@far.example"]), ["Kok fake0001"], "who may relay")
    like(s.last("env"), "(?m)^origin inside$", "one of our own people")
    c.close()
    c = Qmtp(s, src="127.0.0.3")
    is_(c.answer(), "gone", "who may not connect")
    c.close()
    s.stop()
    s = serve("-q")
    c = Qmtp(s, src="127.0.0.2")
    c.send(letter([b"x@far.example", b"c@local.test"]))
    is_([c.answer() for _ in range(2)], ["Kok fake0001", "gone"], "QMQP: one answer, and the end")
    is_([l for l in s.last("env").split("\n") if l[:3] in ("to ", "pro", "fro")],
        ["from a@b.example", "to x@far.example", "to c@local.test", "proto QMQP"], "the envelope")
    c.close()
    for to, sender, want in (([b"x@far.example", b"a@"], b"a@b.example", "D5.1.3"), ([], b"", "D5.1.0"), ([b"c@local.test"], b"a@", "D5.1.7")):
        c = Qmtp(s, src="127.0.0.2")
        c.send(letter(to, sender))
        is_((c.answer()[:6], c.answer()), (want, "gone"), "all or none: " + want)
        c.close()
    c = Qmtp(s)
    c.send(letter([b"c@local.test"]))
    is_(c.answer(), "D5.7.1 QMQP is for who may relay", "not for strangers")
    c.close()
    is_(s.parcels(), 1, "nothing else went down")
    s.stop()
    conf("relay", "")


def known():
    os.makedirs("mail/ann")
    s = serve("-M", "mail")
    c = Qmtp(s)
    is_([a[:6] for a in c.mail([b"ann@local.test", b"eve@local.test"])], ["Kok fa", "D5.1.1"], "who is somebody")
    like(s.log(), "ev:rejected\t.*from:a@b.example\tto:eve@local.test\tcode:550\tesc:5.1.1", "an event")
    c.close()
    s.stop()


# no bad usage in the words of a shell: single() has it
# no /dev/full: single() has it, too
# no closed descriptor: single() has it, too
def single():
    env = dict(os.environ, TCPREMOTEIP="192.0.2.7", RELAYCLIENT="")
    d = T + "/single"
    os.mkdir(d)
    run = lambda data, *opts, **kw: subprocess.run([bin_dir + "/qmtp-recv", "-C", "conf", *opts, *fake, d, "K"], input=data, capture_output=True, env=env, timeout=60)
    p = run(package([b"x@far.example"]) * 2)
    is_((p.returncode, p.stdout, p.stderr), (0, ns(b"Kok fake0001") + ns(b"Kok fake0002"), b""), "one connection, under tcpserver")
    like(open(d + "/1.env").read(), "(?m)^client 192.0.2.7$", "whose it is")
    p = run(letter([b"x@far.example"]), "-q")
    is_((p.returncode, p.stdout), (0, ns(b"Kok fake0001")), "QMQP")
    p = run(b"")
    is_((p.returncode, p.stdout), (0, b""), "who says nothing")
    for a in ([], ["-C", "conf"], ["-z"], ["-C", "conf", "-L", "x", "cat"]):
        p = subprocess.run([bin_dir + "/qmtp-recv", *a], capture_output=True, stdin=subprocess.DEVNULL)
        is_(p.returncode, 100, "usage: " + " ".join(a))
    p = subprocess.run([bin_dir + "/qmtp-recv", "-C", "nowhere", "cat"], capture_output=True, stdin=subprocess.DEVNULL)
    is_(p.returncode, 111, "no configuration")
    p = subprocess.run("exec %s/qmtp-recv -C conf cat <&-" % bin_dir, shell=True, capture_output=True)
    ok(p.returncode in (0, 111), "closed descriptor 0", p.returncode)
    with open("/dev/full", "w") as full:
        p = subprocess.run([bin_dir + "/qmtp-recv", "-C", "conf", *fake, d, "K"], input=package([b"x@far.example"]), stdout=full, stderr=subprocess.PIPE, env=env)
        ok(p.returncode in (0, 111), "nobody hears the answer")


def stops():
    s = serve(answers="G")
    c = Qmtp(s)
    c.send(package([b"c@local.test"]))
    ok(wait(lambda: s.parcels() == 1), "a message is down")
    idle = Qmtp(s)
    s.p.terminate()
    is_(idle.answer(), "gone", "told to stop: who is idle goes")
    open(s.dir + "/go", "w").close()
    is_([c.answer() for _ in range(2)], ["Kok fake0001", "gone"], "who waits is answered")
    is_(s.p.wait(10), 0, "and it ends")
    like(s.log(), "ev:started(.|\n)*ev:stopped", "events")
    c.close()
    idle.close()
    s.stop()


try:
    conf("me", "mx.test\n")
    conf("local", "local.test\n")
    s = serve()
    talk(s)
    ends(s)
    s.stop()
    sizes()
    big()
    receipts()
    clients()
    known()
    single()
    stops()
finally:
    done()
plan()
