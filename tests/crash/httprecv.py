#!/usr/bin/env python3
"""http-recv over queue-inject -k, both killed at each of their calls, or these
failing; then the client repeats what he has said, with its keys.  What was said to be
accepted is there, all of it is there once, and the second answer has the ids of the
first; a fault of this machine is a 503 or a broken connection, and nothing else.
usage: NAME SCRATCH"""
import http.client
import json
import socket
import sys
from sweep import *

skip_without_strace()
AUTH = {"Authorization": "Bearer rp_good"}
LINE = "0123456789\n"


def mail(name, size):
    return "From: a@b.test\nTo: %s@c.test\nSubject: %s\n\n%s" % (name, name, LINE * size)


def requests(size):
    """key -> path, type, body, names of its messages"""
    many = [{"from": "a@b.test", "to": "m%d@c.test" % i, "subject": "m%d" % i,
             "text": LINE * size} for i in range(3)]
    return {"one": ("/v1/mail/send", "message/rfc822", mail("one", size), ["one"]),
            "many": ("/v1/messages", "application/json", json.dumps({"messages": many}),
                     ["m0", "m1", "m2"]),
            "two": ("/v1/mail/send", "message/rfc822", mail("two", size), ["two"])}


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("x", timeout=8)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(8)
        self.sock.connect(self.path)


def session(d, size, told, faults):
    """told: name -> the id that was said"""
    c, good = None, 0
    for key, (path, kind, body, names) in requests(size).items():
        try:
            c = c or Unix(d + "/sock")
            c.request("POST", path, body, dict(AUTH, **{"Content-Type": kind, "Idempotency-Key": key}))
            r = c.getresponse()
            text = r.read()
            if r.getheader("Connection") == "close":
                c.close()
                c = None
        except socket.timeout:
            faults.append("a client waits")
            return good
        except (OSError, http.client.HTTPException):
            c = None
            continue
        if r.status not in (202, 207, 503):
            faults.append("%s: %d %s" % (key, r.status, text[:200]))
            continue
        a = json.loads(text)
        results = a.get("results", [a])
        for name, x in zip(names, results):
            if "id" not in x:
                if x.get("status") != 503:
                    faults.append("%s: %s" % (name, x))
                continue
            good += 1
            if told.setdefault(name, x["id"]) != x["id"]:
                faults.append("%s was %s, and is %s" % (name, told[name], x["id"]))
    return good


def serve(d, wrap):
    if os.path.exists(d + "/sock"):
        os.unlink(d + "/sock")
    p = subprocess.Popen(
        wrap(["http-recv", "-C", "conf", "-a", "unix:account", "-l", "unix:sock",
              "queue-inject", "-k", "3600", "q"]), cwd=d, start_new_session=True,
        stdin=subprocess.DEVNULL, stderr=open(d + "/log", "a"))
    end = time.monotonic() + 8
    while time.monotonic() < end and p.poll() is None and \
            "ev:started" not in open(d + "/log").read():
        time.sleep(0.005)
    return p


def stop(p, faults):
    if p.poll() is None:
        os.killpg(p.pid, signal.SIGTERM)
    try:
        p.wait(8)
    except subprocess.TimeoutExpired:
        faults.append("does not stop")
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()


def scenario(size):
    def run(d, wrap, point):
        call(["queue-check", "-i", "q"], d)
        os.mkdir(d + "/conf")
        with open(d + "/conf/me", "w") as f:
            f.write("me.test\n")
        call(["conf-build", "conf"], d)
        account = subprocess.Popen([TOOLS + "/fakeaccount.py", "account"], cwd=d)
        while not os.path.exists(d + "/account"):
            time.sleep(0.005)
        told, faults = {}, []
        p = serve(d, wrap)
        good = session(d, size, told, faults)
        stop(p, faults)
        time.sleep(0.03)
        os.rename(d + "/log", d + "/log1")
        open(d + "/log", "w").close()
        if point is None and good != 5:
            faults.append("undisturbed: %d %s" % (good, open(d + "/log1").read()))
        p = serve(d, list)
        if session(d, size, told, faults) != 5:
            faults.append("again, not all: %s" % open(d + "/log").read())
        stop(p, faults)
        account.kill()
        account.wait()
        faults += check_queue(d)
        whole, other = messages(d + "/q")
        there = collections.Counter()
        for i, (head, body) in whole.items():
            m = re.search(rb"^Subject: (.*)$", body, re.M)
            name = m.group(1).decode() if m else "?"
            there[name] += 1
            if told.get(name) != i:
                faults.append("%s is %s, and was not said" % (name, i))
            if body.count(LINE.encode()) != size:
                faults.append("not whole: %s" % name)
        if sorted(there.elements()) != ["m0", "m1", "m2", "one", "two"]:
            faults.append("there: %s" % dict(there))
        return faults
    return run


sweep("http-recv", scenario(3), sys.argv[1], 30, most=5)
sweep("http-recv, large messages", scenario(20000), sys.argv[1], 15,
      most=4, only={"read", "write", "openat", "pread64", "pwrite64", "writev", "sendfile"})
done()
