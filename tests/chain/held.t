#!/usr/bin/env python3
"""smtp-recv -L: sock-hold has the sockets, so that an upgrade refuses nobody"""
import os, signal, socket, subprocess, sys, tempfile, threading, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
import smtpserver
from smtpserver import *

conf("me", "mx.test\n")


def wait(what):
    return smtpserver.wait(what, 20)


def run(*argv, **kw):
    return start(list(argv), **kw)


def hold(port):
    if os.path.exists("door"):
        os.unlink("door")
    h = run("sock-hold", "-o", "127.0.0.1:%d" % port, bin_dir + "/sock-hold", "-s", "door")
    ok(wait(lambda: os.path.exists("door")), "the sockets are held")
    return h


class Server:
    """one life of smtp-recv, which serves from here on"""

    def __init__(self, port, *opts, answers="K"):
        self.dir = tempfile.mkdtemp(dir=T)
        self.p = run("smtp-recv", "-C", "conf", "-L", "door", "-l", "127.0.0.1:%d" % port, "-a", "1000", *opts,
                     *fake, self.dir, answers,
                     stderr=open(self.dir + "/err", "w"))
        wait(lambda: self.p.poll() is not None or "ev:started" in self.log())

    def log(self):
        return open(self.dir + "/err").read()

    def end(self, sig):
        self.p.send_signal(sig)
        return self.p.wait(20)


class Clients:
    """threads that connect all the time; what each connection came to"""

    def __init__(self, port, n):
        self.port, self.stopped, self.seen, self.safe = port, False, [], []
        self.threads = [threading.Thread(target=self.work, args=(i,)) for i in range(n)]
        for t in self.threads:
            t.start()

    def work(self, i):
        n = 0
        while not self.stopped:
            began = time.monotonic()
            self.seen.append(self.one("%d.%d" % (i, n), n % 5 == 0))
            n += 1
            time.sleep(max(0, began + 0.05 - time.monotonic()))

    def one(self, name, mail):
        try:
            c = socket.create_connection(("127.0.0.1", self.port), 20)
        except OSError as e:
            return "not connected: %s" % e
        with c, c.makefile("rb") as rd:
            try:
                code = rd.readline()[:3].decode()
            except OSError as e:
                return "no greeting: %s" % e
            try:
                if mail and code == "220":
                    self.mail(c, rd, name)
            except OSError:
                pass
            return code or "closed before the greeting"

    def mail(self, c, rd, name):
        for line in ("HELO a", "MAIL FROM:<a@b.test>", "RCPT TO:<root@mx.test>", "DATA", name + "\r\n."):
            c.sendall(line.encode() + b"\r\n")
            code = rd.readline()[:1]
            if code not in (b"2", b"3"):
                return
        self.safe.append(name)

    def stop(self):
        self.stopped = True
        for t in self.threads:
            t.join()
        return {s: self.seen.count(s) for s in sorted(set(self.seen))}


def messages(servers):
    got = []
    for s in servers:
        for f in os.listdir(s.dir):
            if f.endswith(".msg"):
                got.append(open(s.dir + "/" + f).read().split()[-1])
    return got


def restarts(port, times, sig, clients):
    """the lives of the server, each of some hundred connections"""
    servers, codes = [Server(port)], []
    for _ in range(times):
        n = len(clients.seen)
        wait(lambda: len(clients.seen) >= n + 100)
        codes.append(servers[-1].end(sig))
        servers.append(Server(port))
    n = len(clients.seen)
    wait(lambda: len(clients.seen) >= n + 100)
    return servers, codes


def upgrades():
    port = free_port()
    h = hold(port)
    clients = Clients(port, 10)
    servers, codes = restarts(port, 10, signal.SIGTERM, clients)
    seen = clients.stop()
    print("# %r, %d messages" % (seen, len(clients.safe)))
    is_(codes, [0] * 10, "ten ends, each in order")
    is_(sorted(set(seen) - {"220", "421"}), [], "everybody was greeted")
    ok(seen.get("220", 0) > 1000, "many of them", seen)
    got = messages(servers)
    is_([m for m in clients.safe if m not in got], [], "each message that was accepted is there")
    servers[-1].end(signal.SIGTERM)

    # nobody serves: who connects waits, and is greeted by the next one
    c = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(200)]
    s = Server(port)
    is_({x.recv(100)[:3] for x in c}, {b"220"}, "200 who came while nobody was there are served")
    for x in c:
        x.close()
    s.end(signal.SIGTERM)

    # a crash: who had been accepted is cut off, nobody is refused
    clients = Clients(port, 10)
    servers, codes = restarts(port, 3, signal.SIGKILL, clients)
    seen = clients.stop()
    print("# %r" % seen)
    is_([k for k in seen if k.startswith("not connected")], [], "killed: nobody is refused")
    got = messages(servers)
    is_([m for m in clients.safe if m not in got], [], "each message that was accepted is there")

    # without sock-hold the one that serves goes on
    h.terminate()
    is_(h.wait(20), 0, "sock-hold ends")
    with socket.create_connection(("127.0.0.1", port), 20) as c:
        is_(c.recv(100)[:3], b"220", "who has a socket serves it still")
    is_(servers[-1].end(signal.SIGTERM), 0, "and ends")


def stopping():
    """the last replies take a second: the socket that others have is no burden"""
    port = free_port()
    h = hold(port)
    s = Server(port, answers="H")
    c = socket.create_connection(("127.0.0.1", port), 20)
    c.sendall(b"HELO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<root@mx.test>\r\nDATA\r\nx\r\n.\r\n")
    ok(wait(lambda: os.path.exists(s.dir + "/1.msg")), "a message waits for its receipt")
    s.p.send_signal(signal.SIGTERM)
    more = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(10)]
    before = os.times()
    s.p.wait(20)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    ok(used < 0.5, "it does not turn in circles while it ends", used)
    t = Server(port)
    is_({x.recv(100)[:3] for x in more}, {b"220"}, "the next one serves who came meanwhile")
    t.end(signal.SIGTERM)
    h.terminate()
    h.wait()


def faults():
    port, other = free_port(), free_port()
    s = Server(port)
    is_(s.p.wait(), 111, "no door")
    is_(s.log().splitlines()[-1],
        "smtp-recv: fatal: unable to take 127.0.0.1:%d from door: No such file or directory" % port, "says so")
    h = hold(port)
    s = Server(port, "-l", "127.0.0.1:%d" % other)
    for p in port, other:
        with socket.create_connection(("127.0.0.1", p), 20) as c:
            is_(c.recv(100)[:3], b"220", "what is held, and what is not")
    s.end(signal.SIGTERM)
    h.kill()
    h.wait()
    s = Server(port)
    is_(s.p.wait(), 111, "a door that nobody serves")
    p = run("smtp-recv", "-C", "conf", "-L", "door", "cat", stderr=subprocess.DEVNULL)
    is_(p.wait(), 100, "-L without -l")


try:
    for f in (faults, stopping, upgrades):
        f()
finally:
    done()
plan()
