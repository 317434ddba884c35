#!/usr/bin/env python3
"""rcpt-check behind smtp-recv -R: recipients known by the next host and by a
program, whatever happens to these"""
import os, signal, subprocess, sys, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

at = T + "/rcpt"
program = """
import os, signal, sys, time
# a HUP to the whole group is for rcpt-check: who asks again must not find this one dead
signal.signal(signal.SIGHUP, signal.SIG_IGN)
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\\n").split("\\t"))
    user = f["to"].split("@")[0]
    print(line, end="", file=open("asked", "a"))
    if user == "die": os._exit(3)
    if user == "slow": continue
    if os.path.exists("mute"): continue
    status = "sent" if user in open("people").read().split() else "bounced"
    if user == "unsure": status = "deferred"
    print("id:%s\\tn:0\\tstatus:%s" % (f["id"], status), flush=True)
"""


def write(name, text):
    with open(name, "w") as f:
        f.write(text)


def asked(name="asked"):
    return open(name).read() if os.path.exists(name) else ""


class Mx:
    def __init__(self, name, *rules, opts=()):
        self.dir = T + "/" + name
        os.mkdir(self.dir)
        self.p = start([sys.executable, top + "/tests/tools/fakemx.py", *opts, self.dir, *rules])
        wait(lambda: os.path.exists(self.dir + "/port"))
        self.port = open(self.dir + "/port").read().strip()

    def log(self):
        return open(self.dir + "/log").read()


class Check:
    def __init__(self, *next, opts=("-t", "1")):
        self.err = open(T + "/check.err", "w")
        self.p = start([bin_dir + "/sock-serve", "-w", "unix:" + at, bin_dir + "/rcpt-check", *opts, *next], stderr=self.err)
        wait(lambda: os.path.exists(at))

    def log(self):
        return open(T + "/check.err").read()

    def signal(self, sig):
        os.killpg(self.p.pid, sig)

    def stop(self):
        self.signal(signal.SIGTERM)
        self.p.wait()


def rcpt(c, *to):
    """codes of the replies to these, put at once"""
    c.send("RSET\r\nMAIL FROM:<a@b.example>\r\n" + "".join("RCPT TO:<%s>\r\n" % t for t in to))
    r = [c.reply() for _ in range(2 + len(to))][2:]
    return " ".join(x[:9] for x in r)


def hello(s):
    c = Client(s)
    c.cmd("EHLO client.example")
    return c


def by_program(c):
    is_(rcpt(c, "joe@p.test", "x@p.test", "ann@p.test"), "250 2.1.5 550 5.1.1 250 2.1.5", "a program knows who is here")
    is_(rcpt(c, "joe@p.test", "x@P.TEST"), "250 2.1.5 550 5.1.1", "and it is remembered")
    is_(asked().count("to:joe@p.test\t"), 1, "it is asked once")
    ok("\tfrom:\tto:joe@p.test\task:program\tverify:1\n" in asked(), "in these words", asked())
    is_(rcpt(c, "chief@p.test"), "250 2.1.5", "an alias leads to who is asked for")
    ok("to:chief" not in asked(), "and not to the alias")
    is_(rcpt(c, "unsure@p.test", "unsure@t.test"), "451 4.3.0 250 2.1.5", "what is not known is put off, or taken")
    is_(rcpt(c, "no@p.test"), "550 5.7.1", "rules come first")
    is_(rcpt(c, "whoever@any.test"), "250 2.1.5", "a catch-all needs nobody")
    n = asked().count("to:unsure@p.test")
    rcpt(c, "unsure@p.test")
    is_(asked().count("to:unsure@p.test"), n + 1, "what is not known is not remembered")


def trouble(s, check, c):
    t = time.monotonic()
    is_(rcpt(c, "slow@p.test"), "451 4.3.0", "no answer in time")
    ok(0.5 < time.monotonic() - t < 8, "takes as long as -t says")
    other = hello(s)
    other.send("RSET\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<slow@p.test>\r\n")
    t = time.monotonic()
    is_(rcpt(c, "joe@p.test", "eve@p.test"), "250 2.1.5 550 5.1.1", "others do not wait")
    ok(time.monotonic() - t < 0.9, "for who waits")
    is_(rcpt(c, "die@p.test"), "451 4.3.0", "the program ends")
    ok(wait(lambda: rcpt(c, "tim@p.test") == "550 5.1.1"), "another one is started")
    ok("it has ended" in check.log(), "which is told", check.log())
    other.close()
    # one that lives and says nothing
    write("mute", "")
    is_(rcpt(c, "joe@p.test", "kim@p.test"), "250 2.1.5 451 4.3.0", "who is known is, while it is mute")
    os.unlink("mute")
    check.signal(signal.SIGHUP)
    wait(lambda: "nothing is remembered" in check.log())
    write("people", "joe ann eve")
    is_(rcpt(c, "eve@p.test", "joe@p.test"), "250 2.1.5 250 2.1.5", "HUP: all are asked for again")
    check.stop()
    t = time.monotonic()
    is_(rcpt(c, "joe@p.test", "joe@t.test"), "451 4.3.0 250 2.1.5", "nobody to ask")
    ok(time.monotonic() - t < 10, "is known soon")
    is_(rcpt(c, "whoever@any.test"), "250 2.1.5", "others are taken")
    ok(s.log().count("recipients cannot be asked for: unix:") == 1, "told once", s.log())
    like(s.log(), "ev:rejected.*to:joe@p.test\tcode:451\tesc:4.3.0", "and each in an event")


def again(s, c):
    """a question that was open while rcpt-check was started anew"""
    write("mute", "")
    check = Check(sys.executable, "-c", program, opts=("-t", "20"))
    c.send("RSET\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@p.test>\r\n")
    c.reply(), c.reply()
    ok(wait(lambda: "to:ann@p.test" in asked()), "asked")
    check.stop()
    os.unlink("mute")
    check = Check(sys.executable, "-c", program)
    is_(c.reply()[:9], "250 2.1.5", "is asked again")
    check.stop()


def by_host(s, c):
    mx = Mx("mx", "rcpt~nobody=550 5.1.1 who?", "rcpt~full=452 4.2.2 full", "rcpt~off=550 5.2.1 disabled",
            "mail=250 2.1.0 ok", "rcpt~drop=close")
    lmtp = Mx("lmtp", "rcpt~nobody=550 5.1.1 who?", opts=("--lmtp", "--unix", T + "/lmtp.sock"))
    conf("routes", "to:@n.test host:[127.0.0.1]:%s\nto:@l.test lmtp:%s\nto:@u.test host:[127.0.0.1]:1\n" % (mx.port, T + "/lmtp.sock"))
    wait(lambda: "routes.cdb is in force" in s.log(), 3)
    check = Check(bin_dir + "/dispatch", "ask:next", "{", bin_dir + "/route", "conf", bin_dir + "/remote-send", "-C", "conf", "-s", "1",
                  "-d", "1", "}", "ask:program", "{", sys.executable, "-c", program, "}")
    is_(rcpt(c, "joe@n.test", "nobody@n.test", "ann@n.test"), "250 2.1.5 550 5.1.1 250 2.1.5", "the next host knows them")
    is_(rcpt(c, "full@n.test", "off@n.test"), "451 4.3.0 550 5.2.1", "a full one is put off, one that is off says so")
    is_(rcpt(c, "joe@l.test", "nobody@l.test"), "250 2.1.5 550 5.1.1", "by LMTP, too")
    is_(rcpt(c, "joe@u.test", "joe@p.test"), "451 4.3.0 250 2.1.5", "a host that is down, beside a program")
    is_(rcpt(c, "drop@n.test"), "451 4.3.0", "one that ends")
    is_(mx.log().count(" > MAIL FROM:<>"), mx.log().count(" > MAIL"), "always from nobody")
    is_(len([f for f in os.listdir(mx.dir) if f.startswith("msg")]) + mx.log().count("> DATA"), 0, "no message is sent")
    like(mx.log(), r"(?s)^1 from.*1 > RCPT TO:<joe@n.test>.*1 > RSET.*1 > RCPT TO:<nobody@n.test>.*1 > RCPT TO:<ann@n.test>", "over one connection")
    is_(c.mail(to="ann@n.test")[:3], "250", "and mail is taken")
    like(s.last("env"), r"(?m)^to ann@n\.test$", "for him")
    end(mx.p)
    is_(rcpt(c, "joe@n.test", "new@n.test", "nobody@n.test"), "250 2.1.5 451 4.3.0 550 5.1.1", "while it is down, who is known is")
    check.stop()


# no bad usage in the words of a shell: each option has a value that is too much
# no /dev/full: it writes to its clients and to descriptor 2
# no closed descriptor: a listening socket is its descriptor 0, or it ends
def limits():
    for opt, arg in (("-t", "36"), ("-t", "0"), ("-k", "30d..721h"), ("-n", "721h"), ("-c", "0"), ("-c", "10000001"), ("-x", "")):
        r = subprocess.run([bin_dir + "/rcpt-check", opt, arg, "cat"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        is_(r.returncode, 100, "%s %s" % (opt, arg))
    for opt, arg in (("-t", "35"), ("-k", "30d..30d"), ("-n", "720h"), ("-c", "10000000")):
        r = subprocess.run([bin_dir + "/rcpt-check", opt, arg, "cat"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        is_(r.stderr, "rcpt-check: fatal: descriptor 0 is no listening socket\n", "%s %s will do" % (opt, arg))
    r = subprocess.run([bin_dir + "/rcpt-check"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    is_(r.returncode, 100, "no next link")
    r = subprocess.run([bin_dir + "/smtp-recv", "-C", "conf", "-R", "/rcpt", "cat"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    like(r.stderr, "bad -R /rcpt: want unix:PATH", "smtp-recv wants a socket")


conf("me", "mx.test\n")
write("people", "joe ann")
conf("local", "p.test\nt.test\nn.test\nl.test\nu.test\nany.test\n")
conf("rcpt", "p.test program\nt.test program unsure=take\nn.test next\nl.test next\nu.test next\nany.test any\n")
conf("aliases", "chief@p.test: ann\n")
conf("routes", "to:no@p.test reject:no\n")
check = Check(sys.executable, "-c", program)
s = Server("-R", "unix:" + at, "-e", "1000")
# each is a session of its own: it may only have so much refused
by_program(hello(s))
trouble(s, check, hello(s))
again(s, hello(s))
by_host(s, hello(s))
limits()
s.stop()
done()
plan()
