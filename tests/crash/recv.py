#!/usr/bin/env python3
"""smtp-recv -l over queue-inject: each message whose 250 the client saw is
in the queue, whole; a fault of this machine says 4xx or breaks the
connection, never 5xx, and keeps no client waiting.  usage: NAME SCRATCH"""
import socket
import sys
from sweep import *

skip_without_strace()


class No(Exception):
    pass


class Client:
    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port), 5)
        self.s.settimeout(5)
        self.f = self.s.makefile("rb")

    def say(self, line, want):
        if line:
            self.s.sendall(line)
        while True:
            r = self.f.readline()
            if r[3:4] != b"-" or not r:
                break
        if not r.endswith(b"\n"):
            raise No("closed")
        if r[:3] != want:
            raise No(r.decode(errors="replace"))


def session(port, who, count, size, got, faults):
    """count messages; got: those with their 250"""
    try:
        c = Client(port)
        c.say(b"", b"220")
        c.say(b"EHLO x.test\r\n", b"250")
        for i in range(count):
            name = b"%s-%d" % (who, i)
            c.say(b"MAIL FROM:<a@b>\r\n", b"250")
            c.say(b"RCPT TO:<%s@%s.test>\r\n" % (
                name, (b"local", b"elsewhere")[i % 2]), b"250")
            c.say(b"DATA\r\n", b"354")
            c.say(b"Subject: %s\r\n\r\n" % name + b"0123456789\r\n" * size +
                  b".\r\n", b"250")
            got.append(name)
        c.say(b"QUIT\r\n", b"221")
    except No as e:
        if str(e)[:1] == "5":
            faults.append("said %r" % str(e))
    except socket.timeout:
        faults.append("a client waits")
    except OSError:
        pass


def free_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
    s.close()
    return port


def scenario(size, count):
    def run(d, wrap, point):
        call(["queue-check", "-i", "q"], d)
        os.mkdir(d + "/conf")
        for name, text in (("me", "me.test\n"), ("local", "local.test\n"),
                           ("relay", '127.0.0.1:allow,RELAYCLIENT=""\n')):
            with open(d + "/conf/" + name, "w") as f:
                f.write(text)
        call(["conf-build", "conf"], d)
        port = free_port()
        p = subprocess.Popen(
            wrap(["smtp-recv", "-C", "conf", "-l", "127.0.0.1:%d" % port,
                  "queue-inject", "q"]), cwd=d, start_new_session=True,
            stdin=subprocess.DEVNULL, stderr=open(d + "/log", "w"))
        got, faults, end = [], [], time.monotonic() + 1
        while time.monotonic() < end and p.poll() is None and \
                "ev:started" not in open(d + "/log").read():
            time.sleep(0.005)
        for who in (b"a", b"b"):
            session(port, who, count, size, got, faults)
        if p.poll() is None:
            os.killpg(p.pid, signal.SIGTERM)
        try:
            status = p.wait(3)
        except subprocess.TimeoutExpired:
            faults.append("does not stop")
            os.killpg(p.pid, signal.SIGKILL)
            status = p.wait()
        time.sleep(0.03)
        faults += check_queue(d)
        whole, other = messages(d + "/q")
        there = {}
        for head, body in whole.values():
            m = re.search(rb"Subject: (.*)\n", body)
            if not m or b"to Q" not in head or b" %s@" % m.group(1) not in head or body.count(b"0123456789\n") != size:
                faults.append("not whole: %r" % head)
            else:
                there[m.group(1)] = there.get(m.group(1), 0) + 1
        for name in got:
            if name not in there:
                faults.append("250 and not in the queue: %s" % name)
        if [x for x in there.values() if x > 1]:
            faults.append("twice: %s" % there)
        if point is None and len(got) != 2 * count:
            faults.append("got %s: %s" % (got, open(d + "/log").read()))
        return faults
    return run


sweep("smtp-recv", scenario(3, 2), sys.argv[1], 14, most=7)
sweep("smtp-recv, a large message", scenario(60000, 1), sys.argv[1], 8,
      most=5, only={"read", "write", "openat", "pread64", "pwrite64",
                    "writev", "sendfile"})
done()
