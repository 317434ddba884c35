#!/usr/bin/env python3
"""queue-run dies, or is failed by the system, at each of its system calls.

usage: run.py TOOLS DIR [SECONDS]     prints TAP; DIR is a scratch folder

A small queue is drained by queue-run under strace, which kills it at the
n-th call of a kind (or lets that call fail).  Started again it must end with
an empty queue, every recipient answered as his address says, every end in the
log, nobody answered twice who was recorded before, and a report asked for of
each who owes one, by each queue-run once, and by none behind its end."""
import os
import shutil
import signal
import subprocess
import sys
import time

tools, scratch = sys.argv[1], sys.argv[2]
budget = float(sys.argv[3] if len(sys.argv) > 3 else 80)
KILL = ["openat", "read", "pread64", "pwrite64", "write", "close",
        "newfstatat", "unlinkat", "epoll_wait", "getdents64", "clone",
        "ftruncate", "fdatasync", "lseek"]
FAIL = {"openat": ["EMFILE", "ENOMEM", "EIO"], "pread64": ["EIO"],
        "pwrite64": ["ENOSPC", "EIO"], "write": ["ENOSPC", "EIO"],
        "read": ["EIO"], "getdents64": ["EIO"], "clone": ["ENOMEM"],
        "newfstatat": ["EIO"], "unlinkat": ["EIO"], "mmap": ["ENOMEM"],
        "brk": ["ENOMEM"], "ftruncate": ["EIO"], "fdatasync": ["EIO"]}
queue = scratch + "/q"
tests = bad = 0


def ok(good, name):
    global tests, bad
    tests += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)


def fill(count, *args):
    out = subprocess.run([tools + "/fillqueue.py", scratch + "/fresh",
                          str(count)] + list(args), check=True,
                         capture_output=True, text=True).stdout
    return out.split()


class Run:
    """one queue-run until the queue is empty or it has died"""

    def __init__(self, name, inject=None):
        self.log = scratch + "/" + name + ".log"
        self.jobs = scratch + "/" + name + ".jobs"
        self.requests = scratch + "/" + name + ".requests"
        open(self.jobs, "w").close()
        open(self.requests, "w").close()
        argv = []
        if inject:
            argv = ["strace", "-qq", "-o", scratch + "/trace", "-e",
                    "trace=" + inject.split(":")[0], "-e", "inject=" + inject]
        argv += ["queue-run", "-j", "200", "-b",
                 tools + "/fakebounce.py " + self.requests, queue, tools + "/fakelink.py", self.jobs]
        self.p = subprocess.Popen(argv, stderr=open(self.log, "w"))

    def drain(self, seconds):
        end = time.time() + seconds
        while time.time() < end and self.p.poll() is None:
            if not any(f for _, _, f in os.walk(queue + "/mess")):
                return True
            time.sleep(0.01)
        return False

    def stop(self):
        # it may have begun just now and not listen yet
        end = time.time() + 5
        while self.p.poll() is None and time.time() < end and \
                subprocess.run(["queue-ctl", queue, "stop"],
                               capture_output=True).returncode:
            time.sleep(0.01)
        try:
            return self.p.wait(5)
        except subprocess.TimeoutExpired:
            self.p.kill()
            return self.p.wait()

    def answered(self):
        """(id, n) of each job that was answered with an end"""
        out = []
        for line in open(self.jobs, errors="replace"):
            f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t")
                     if ":" in x)
            words = f.get("to", "").split("@")[0].split("+")
            if words[min(int(f.get("seen", "0")), len(words) - 1)] in (
                    "sent", "bounced", "relayed", "expanded"):
                out.append((f["id"], f["n"]))
        return out

    def asked(self):
        """(id, n) of each report that was asked for"""
        out = []
        for line in open(self.requests, errors="replace"):
            f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t")
                     if ":" in x)
            out += [(f["id"], n) for n in f["n"].split(",")]
        return out

    def ends(self):
        """(id, n) of each end in the log that is not said again"""
        first, again = [], []
        for line in open(self.log, errors="replace"):
            f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t")
                     if ":" in x)
            if f.get("ev") in ("sent", "bounced", "expired", "deleted"):
                (again if f.get("replay") else first).append(
                    (f["id"], f["n"]))
        return first, again


def recorded(states="SRDEBsbxK"):
    out = set()
    for name in os.listdir(queue + "/done"):
        for line in open(queue + "/done/" + name):
            w = line.split(" ")
            if len(w) in (3, 4) and w[2].strip() in list(states):
                out.add((w[0], w[1]))
    return out


def check_reports(first, second, told):
    a, b = first.asked(), second.asked() if second else []
    if not owing <= set(a) | set(b) or not set(a) | set(b) <= owing:
        return ["asked for reports of %s" % (set(a) | set(b))]
    if len(set(a)) != len(a) or len(set(b)) != len(b):
        return ["asked for twice in one run: %s %s" % (a, b)]
    if set(b) & told:
        return ["asked for again though recorded: %s" % (set(b) & told)]
    return []


def check(what, first, second, before, told):
    faults = check_reports(first, second, told)
    a, b = first.answered(), second.answered() if second else []
    if set(a) | set(b) != everybody:
        faults.append("lost: %s" % (everybody - set(a) - set(b)))
    twice = [x for x in set(a) | set(b) if (a + b).count(x) > 1]
    if any(x in before for x in twice):
        faults.append("answered again though recorded: %s" %
                      [x for x in twice if x in before])
    e, ea = first.ends()
    if second:
        e2, ea2 = second.ends()
        e, ea = e + e2, ea + ea2
    # a log that cannot be written holds no mail up
    if set(e) | set(ea) != everybody and "write:error" not in what:
        faults.append("no end in the log: %s" %
                      (everybody - set(e) - set(ea)))
    odd = [x for x in set(e) if e.count(x) > 1 and x not in twice]
    if odd:
        faults.append("two ends for one answer: %s" % odd)
    for f in faults:
        print("# %s: %s" % (what, f), flush=True)
    return len(twice), not faults


def once(what, inject):
    """reached, doubles, good"""
    shutil.rmtree(queue, ignore_errors=True)
    subprocess.run(["cp", "-a", scratch + "/fresh", queue], check=True)
    for f in (scratch + "/b.log", scratch + "/b.jobs", scratch + "/trace"):
        if os.path.exists(f):
            os.unlink(f)
    first, second = Run("a", inject), None
    drained = first.drain(1.5 if "error" in inject else 5)
    status = first.stop()
    reached = "INJECTED" in open(scratch + "/trace").read() or \
        status == -signal.SIGKILL or status == 137
    before, told = recorded(), recorded("sb")
    if not drained:
        second = Run("b")
        if not second.drain(10):
            print("# %s: the queue does not become empty" % what)
            print("".join("# " + x for x in open(second.log)))
            subprocess.run("find %s/mess -type f" % queue, shell=True)
            second.stop()
            return reached, 0, False
        status2 = second.stop()
        if status2 != 0:
            print("# %s: second run: status %d" % (what, status2))
            print("".join("# " + x for x in open(second.log)))
            return reached, 0, False
    if not reached and status != 0:
        print("# %s: status %d" % (what, status))
        return reached, 0, False
    return (reached,) + check(what, first, second, before, told)


def sweep(calls, actions, title):
    """the first calls of each kind, then samples, as far as time goes"""
    deadline = time.time() + budget / 2
    kinds = [(c, a) for c in calls for a in actions(c)]
    runs = doubles = 0
    good = True
    for when in list(range(1, 13)) + list(range(14, 1000, 31)):
        for kind in list(kinds):
            if time.time() > deadline:
                print("# time is up at call %d" % when)
                kinds = []
                break
            what = "%s:%s:when=%d" % (kind[0], kind[1], when)
            reached, twice, fine = once(what, what)
            if not reached:
                kinds.remove(kind)
                continue
            runs += 1
            doubles += twice
            good = good and fine
        if not kinds:
            break
    ok(good, "%s: %d runs, %d doubles" % (title, runs, doubles))


os.makedirs(scratch, exist_ok=True)
subprocess.run(["queue-check", "-i", scratch + "/fresh"], check=True)
everybody, owing = set(), set()
for i in fill(4, "to=sent+%d@a.example"):
    everybody.add((i, "0"))
for i in fill(1, "rcpts=3", "domains=2", "to=sent+%d@d%d.example"):
    everybody |= {(i, "0"), (i, "1"), (i, "2")}
for word in ("soon+sent", "bounced", "doubtsoon+sent", "relayed", "expanded"):
    one = fill(1, "to=%s@b.example" % word)[0], "0"
    everybody.add(one)
    if word in ("bounced", "relayed", "expanded"):
        owing.add(one)

subprocess.run(["cp", "-a", scratch + "/fresh", queue], check=True)
first = Run("a")
drained, status = first.drain(10), first.stop()
print("# drained: %s, status: %s" % (drained, status))
ok(drained and status == 0 and check(
    "undisturbed", first, None, set(), set())[1],
   "undisturbed")
sweep(KILL, lambda c: ["signal=KILL"], "killed at a call")
sweep(FAIL, lambda c: ["error=" + e for e in FAIL[c]], "a call fails")
print("1..%d" % tests)
sys.exit(bad > 0)
