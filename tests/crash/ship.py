#!/usr/bin/env python3
"""log-ship: whatever call it dies at, or fails, after a new start every event
has been taken, those of a log in their order, and what was taken twice has the
same id.  Twice only where something has gone wrong.  usage: NAME SCRATCH"""
import gzip
import sys
from sweep import *

skip_without_strace()
FAKE = TOOLS + "/fakeship.py"
ALL = 60


class Logs:
    """two logs as svlogd keeps them; n goes on over both"""

    def __init__(self, d):
        self.d, self.n, self.turns, self.want = d, 0, 0, {"a": [], "b": []}
        for log in self.want:
            os.makedirs("%s/log/%s" % (d, log))

    def add(self, log, count):
        with open("%s/log/%s/current" % (self.d, log), "a") as f:
            for _ in range(count):
                f.write("ts:2026-11-30T09:00:%02d.%06dZ\tev:x\tprog:p\tn:%d\n" % (
                    self.n // 10, self.n % 10, self.n))
                self.want[log].append(self.n)
                self.n += 1

    def turn(self, log, packed=False):
        self.turns += 1
        path = "%s/log/%s/" % (self.d, log)
        name = "%s@4000000069000000%08x.s" % (path, self.turns)
        os.rename(path + "current", name)
        if packed:
            with open(name, "rb") as f:
                data = f.read()
            with gzip.open(name + "x", "wb") as f:
                f.write(data)
            os.rename(name + "x", name)
        open(path + "current", "w").close()


def record(d):
    try:
        with open(d + "/rec") as f:
            return f.read().split("\n")[:-1]
    except FileNotFoundError:
        return []


def wait(d, p, count):
    """until so many have come, or it has ended"""
    end = time.monotonic() + RUN_S
    while time.monotonic() < end:
        if len({x.split("\t")[0] for x in record(d)}) >= count:
            return
        if p.poll() is not None:
            return
        time.sleep(0.01)
    os.killpg(p.pid, signal.SIGKILL)
    p.wait()
    raise Hang("%d of %d events" % (len(record(d)), count))


def begin(d, argv):
    return subprocess.Popen(argv, cwd=d, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=open(d + "/err", "ab"), start_new_session=True)


def finish(p):
    """told to end, as a supervisor does; strace hands it on"""
    if p.poll() is None:
        for pid in [p.pid] + children(p.pid):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
    try:
        return p.wait(RUN_S)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        raise Hang("it does not end")


def children(pid):
    """of strace the program, and not its link"""
    try:
        with open("/proc/%d/comm" % pid) as f:
            if f.read().strip() != "strace":
                return []
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(x) for x in f.read().split()]
    except FileNotFoundError:
        return []


def told(d, p):
    """until the place that is kept is behind all of them"""
    end = time.monotonic() + RUN_S
    while p.poll() is None and time.monotonic() < end:
        if call(["log-ship", "-c", "-C", "conf", "-S", "state", "log"], d)[0] == 0:
            return
        time.sleep(0.02)


def judge(d, logs, calm):
    faults, seen, first = [], {}, {"a": [], "b": []}
    for line in record(d):
        f = fields(line)
        n = int(f["n"])
        if n not in seen:
            first[f["src"]].append(n)
        elif seen[n] != f["eid"]:
            faults.append("%d has two ids" % n)
        elif calm:
            faults.append("%d came twice" % n)
        seen[n] = f["eid"]
    for log in first:
        if first[log] != logs.want[log]:
            faults.append("%s: %r and not %r" % (log, first[log], logs.want[log]))
    return faults


def scenario(d, wrap, point):
    os.mkdir(d + "/conf")
    with open(d + "/conf/me", "w") as f:
        f.write("me.test\n")
    with open(d + "/conf/ship", "w") as f:
        f.write("d link \"exec python3 %s rec\" batch=7 wait=10ms retry=5ms..20ms\n" % FAKE)
    call(["conf-build", "conf"], d)
    logs = Logs(d)
    logs.add("a", 10)
    logs.turn("a", packed=True)
    logs.add("b", 8)
    logs.add("a", 6)
    logs.turn("a")
    logs.add("a", 6)
    argv = ["log-ship", "-C", "conf", "-S", "state", "-d", "d", "log"]
    p = begin(d, wrap(argv))
    wait(d, p, 30)
    logs.add("a", 10)
    logs.turn("a")
    logs.add("b", 10)
    logs.add("a", 10)
    wait(d, p, ALL)
    status = finish(p)
    faults = []
    if status not in (0, 111, -9) or (point is None and status):
        faults.append("status %d: %s" % (status, open(d + "/err").read()[-300:]))
    p = begin(d, argv)
    wait(d, p, ALL)
    told(d, p)
    # told to end before it listens it just ends
    if finish(p) not in (0, -signal.SIGTERM):
        faults.append("again: %s" % open(d + "/err").read()[-300:])
    faults += judge(d, logs, point is None)
    status, out, err = call(["log-ship", "-c", "-C", "conf", "-S", "state", "log"], d)
    if status or b"lost:1" in out:
        faults.append("-c: %d %r %s" % (status, out, err))
    return faults


scratch = sys.argv[1]
sweep("log-ship", scenario, scratch, seconds=40, most=4)
done()
