#!/usr/bin/env python3
"""smtp-recv -n: several processes that serve the same sockets"""
import os, signal, socket, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
import smtpserver
from smtpserver import *

conf("me", "mx.test\n")


def wait(what):
    return smtpserver.wait(what, 20)


class Server:
    def __init__(self, *opts, answers="K", next=None):
        self.dir = tempfile.mkdtemp(dir=T)
        self.port = free_port()
        self.p = start([bin_dir + "/smtp-recv", "-C", "conf", "-l", "127.0.0.1:%d" % self.port, *opts,
                        *(next or [*fake, self.dir, answers])], stderr=open(self.dir + "/err", "w"))
        wait(lambda: self.p.poll() is not None or "ev:started" in self.log())

    def log(self):
        return open(self.dir + "/err").read()

    def children(self):
        """of the keeper, that have come up: whose chain runs"""
        pids = children(self.p.pid)
        return [p for p in pids if chains(p)]

    def end(self, sig=signal.SIGTERM):
        t = time.monotonic()
        self.p.send_signal(sig)
        return self.p.wait(20), time.monotonic() - t

    def client(self):
        c = socket.create_connection(("127.0.0.1", self.port), 20)
        return c, c.recv(200)[:3]


def children(pid):
    out = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE).stdout
    return [int(x) for x in out.split()]


def chains(pid):
    """of a process: its starter's children"""
    return [c for p in children(pid) for c in children(p)]


def gone(pid):
    return not os.path.exists("/proc/%d" % pid)


def mail(c):
    """the code behind the message"""
    for line in ("HELO a", "MAIL FROM:<a@b.test>", "RCPT TO:<root@mx.test>", "DATA", "x\r\n."):
        c.sendall(line.encode() + b"\r\n")
        code = c.recv(500)[:3]
    return code


def two(name):
    """one serves while the other stands still"""
    s = Server("-n", "2")
    ok(wait(lambda: len(s.children()) == 2), "two processes")
    for i, (a, b) in enumerate((s.children(), s.children()[::-1])):
        os.kill(a, signal.SIGSTOP)
        got = set()
        for _ in range(5):
            c, code = s.client()
            got.add(code)
            c.close()
        is_(got, {b"220"}, "number %d serves" % (i + 1))
        os.kill(a, signal.SIGCONT)
    return s


def lives():
    s = two("lives")
    # one dies: the other goes on, and there are two again
    before = s.children()
    os.kill(before[0], signal.SIGKILL)
    ok(wait(lambda: "starting it again" in s.log()), "it is missed")
    c, code = s.client()
    is_((code, mail(c)), (b"220", b"250"), "killed: the other serves")
    ok(wait(lambda: len(s.children()) == 2 and s.children() != before), "there are two again")
    ok("smtp-recv: warning: process 0 has ended, status 111; starting it again\n" in s.log() or
       "smtp-recv: warning: process 1 has ended, status 111; starting it again\n" in s.log(), "says so", s.log())
    pids = s.children()
    code, t = s.end()
    is_(code, 0, "TERM: all end")
    ok(t < 2.5, "within two seconds", t)
    ok(all(gone(p) for p in pids), "nobody is left")
    is_((s.log().count("ev:started"), s.log().count("ev:stopped")), (1, 1), "one start and one end are told")
    is_(c.recv(200)[:3], b"421", "who is connected hears it")

    # the keeper dies
    s = Server("-n", "2")
    wait(lambda: len(s.children()) == 2)
    pids = s.children()
    s.end(signal.SIGKILL)
    ok(wait(lambda: all(gone(p) for p in pids)), "the keeper is killed: the others end")


def counts():
    """-a over all processes; what is closed or died is counted no more"""
    s = Server("-n", "2", "-a", "3")
    wait(lambda: len(s.children()) == 2)
    a, b = s.children()
    os.kill(a, signal.SIGSTOP)
    one = [s.client() for _ in range(2)]
    os.kill(b, signal.SIGSTOP)
    os.kill(a, signal.SIGCONT)
    other = [s.client() for _ in range(2)]
    is_([x[1] for x in one + other], [b"220", b"220", b"220", b"421"], "-a 3, in two processes")
    os.kill(b, signal.SIGCONT)
    other[0][0].close()
    ok(wait(lambda: again(s)), "one goes, another may come")
    os.kill(b, signal.SIGKILL)
    ok(wait(lambda: "starting it again" in s.log() and len(s.children()) == 2), "one process dies")
    got = [s.client() for _ in range(3)]
    is_([x[1] for x in got], [b"220"] * 3, "who was connected to it is counted no more")
    s.end()


def again(s):
    c, code = s.client()
    c.close()
    return code == b"220"


def parts():
    """-c is divided"""
    s = Server("-n", "2", "-c", "4")
    wait(lambda: len(s.children()) == 2)
    a, b = s.children()
    os.kill(a, signal.SIGSTOP)
    got = [s.client() for _ in range(3)]
    is_([x[1] for x in got], [b"220", b"220", b"421"], "-c 4: no more than 2 for one of two")
    os.kill(a, signal.SIGCONT)
    s.end()


def lines():
    """the lines of two processes do not run into each other"""
    s = Server("-n", "2", "-e", "1000000")
    wait(lambda: len(s.children()) == 2)
    block = b"HELO a\r\nMAIL FROM:<a@b.test>\r\n" + b"RCPT TO:<%s@elsewhere.test>\r\n" % (b"x" * 60) * 18
    for _ in range(40):
        cs = [s.client()[0] for _ in range(4)]
        for c in cs:
            c.sendall(block)
        for c in cs:
            c.shutdown(socket.SHUT_WR)
            while c.recv(65536):
                pass
            c.close()
    s.end()
    odd = [l for l in s.log().splitlines() if "ev:rejected" in l and (l.count("ev:") != 1 or "\tprog:" not in l)]
    odd += [l for l in s.log().splitlines() if "ev:" not in l and not l.startswith("smtp-recv: ")]
    is_(odd, [], "each line is whole")
    n = sum(int(next((f[6:] for f in l.split("\t") if f.startswith("count:")), 1))
            for l in s.log().splitlines() if "ev:rejected" in l)
    is_(n, 40 * 4 * 18, "each refusal is counted once")


def processors():
    """-n 0: one for each processor, as long as each has room for the largest messages"""
    all = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, set(list(all)[:1]))
        s = Server("-n", "0")
        ok(wait(lambda: s.log()) and not s.children(), "-n 0, one processor: one process")
        s.end()
    finally:
        os.sched_setaffinity(0, all)
    n = min(len(all), 4)
    s = Server("-n", "0")
    ok(wait(lambda: len(s.children()) == n) if n > 1 else not s.children(), "-n 0: one for each")
    s.end()
    s = Server("-n", "0", "-s", "1000000", "-S", "7999999")
    ok(wait(lambda: s.log()) and not s.children(), "-n 0, room for seven messages: one process")
    s.end()
    if n > 1:
        s = Server("-n", "0", "-s", "1000000", "-S", "8000000")
        ok(wait(lambda: len(s.children()) == 2), "-n 0, room for eight: two")
        s.end()


def faults():
    s = Server("-n", "2", next=["no-such-program"])
    is_(s.p.wait(20), 111, "no process comes up")
    last = s.log().splitlines()[-1]
    ok("unable to run no-such-program" in last, "its last word says why", s.log())
    for n in "-1", "65", "x":
        s = Server("-n", n)
        is_(s.p.wait(20), 100, "-n " + n)
    for k in "0", "65":
        s = Server("-k", k)
        is_(s.p.wait(20), 100, "-k " + k)
    p = subprocess.run([bin_dir + "/smtp-recv", "-C", "conf", "-n", "2", "cat"], stdin=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    is_(p.returncode, 100, "-n without -l")
    s = Server("-n", "64", next=["cat"])
    ok(wait(lambda: len(children(s.p.pid)) == 64), "-n 64")
    s.end()
    s = Server("-k", "3")
    ok(wait(lambda: len(chains(s.p.pid)) == 3), "-k 3: three chains of one process")
    s.end()


try:
    for f in (lives, counts, parts, lines, processors, faults):
        f()
finally:
    done()
plan()
