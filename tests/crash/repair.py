#!/usr/bin/env python3
"""queue-check -r, and the acts of queue-ctl through a queue-run: killed or
failed at a call, each message is in its old state or in the new one, whole,
and what was answered is so.  usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()


def fill(d, count, *args):
    return call([TOOLS + "/fillqueue.py", "q", str(count)] + list(args),
                d)[1].decode().split()


def repair(d, wrap, point):
    call(["queue-check", "-i", "q"], d)
    ids = fill(d, 4, "to=sent@a.example")
    cut = fill(d, 2, "to=sent@b.example", "age=7200")
    for i in cut:
        path = "%s/q/mess/%s/%s" % (d, i[18:], i)
        os.truncate(path, os.path.getsize(path) - 10)
        os.utime(path, (1, 1))
    for name in ("a", "b"):
        path = d + "/q/tmp/" + cut[0][:-1] + name
        with open(path, "w") as f:
            f.write("x")
        os.utime(path, (1, 1))
    with open(d + "/q/done/0000000001", "w") as f:
        f.write("%s 0 S\n%s 0" % (ids[0], ids[1]))
    argv = ["queue-check", "-r", "q"]
    faults = []
    for args in (wrap(argv), argv, argv):
        status, out, err = call(args, d)
        whole, other = messages(d + "/q")
        if not set(ids[1:]) <= set(whole):
            faults.append("lost: %s" % (set(ids[1:]) - set(whole)))
    if status != 0 or other:
        faults.append("not repaired: %d %s %s %s" % (status, other, out, err))
    if point is None and status != 0:
        faults.append("status %d" % status)
    return faults + check_queue(d)


# act, letter before, letters after (None: the message may be gone)
ACTS = [("hold", "Q", "H"), ("release", "H", "Q"), ("delete", "Q", "K"),
        ("bounce", "Q", "Bb")]


def acts(d, wrap, point):
    call(["queue-check", "-i", "q"], d)
    ids = fill(d, len(ACTS), "to=deferred@a.example")
    path = "%s/q/mess/%s/%s" % (d, ids[1][18:], ids[1])
    with open(path, "r+b") as f:
        f.seek(f.read().index(b"\nto Q") + 4)
        f.write(b"H")
    link = [TOOLS + "/fakelink.py"]
    log = open(d + "/log", "w")
    p = subprocess.Popen(wrap(["queue-run", "q"] + link), cwd=d, stderr=log,
                         start_new_session=True)
    end, said = time.monotonic() + 2, {}
    while time.monotonic() < end and p.poll() is None and \
            open(d + "/log").read().count("ev:deferred") < 3:
        time.sleep(0.01)
    for (act, _, _), i in zip(ACTS, ids):
        if p.poll() is not None:
            break
        said[act] = b"ok:1\tcount:1" in call(
            ["timeout", "3", "queue-ctl", "q", act, i], d)[1]
    call(["timeout", "3", "queue-ctl", "q", "stop"], d)
    try:
        p.wait(3)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
    faults = check_queue(d)
    whole, other = messages(d + "/q")
    journal = "".join(open(x).read() for x in files(d + "/q/done"))
    if other:
        faults.append("not whole: %s" % other)
    for (act, old, new), i in zip(ACTS, ids):
        state = None
        m = i in whole and re.search(rb"\nto (.)", whole[i][0])
        if m:
            state = m.group(1).decode()
        m = re.findall(r"^%s 0 (.)(?: -?\d+)?$" % i, journal, re.M)
        state = m[-1] if m and m[-1] in "KBb" else state
        if state is None and act != "delete":
            faults.append("%s: the message is gone" % act)
        elif state is not None and state not in old + new:
            faults.append("%s: state %s" % (act, state))
        elif said.get(act) and state == old:
            faults.append("%s: answered, and the state is %s" % (act, state))
    if point is None and (len(said) < 4 or not all(said.values())):
        faults.append("said %s, %s" % (said, open(d + "/log").read()))
    # started again it has all that is left
    p = subprocess.Popen(["queue-run", "q"] + link, cwd=d, stderr=log,
                         start_new_session=True)
    end, up = time.monotonic() + 3, False
    while time.monotonic() < end and not up:
        up = b"scanning:0" in call(["queue-ctl", "q", "status"], d)[1]
        time.sleep(0.01)
    if not up:
        faults.append("not started again: " + open(d + "/log").read()[-300:])
    call(["queue-ctl", "q", "stop"], d)
    try:
        p.wait(3)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
    return faults + check_queue(d)


sweep("queue-check -r", repair, sys.argv[1], 8, most=8)
sweep("queue-ctl's acts", acts, sys.argv[1], 18, most=6, only={
    "pwrite64", "write", "openat", "fdatasync", "unlinkat", "sendto", "read",
    "pread64", "accept4", "ftruncate"})
done()
