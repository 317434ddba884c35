#!/usr/bin/env python3
"""Power cuts under load: is everything there that was acknowledged?

usage: powercut.py [-b BYTES] [-c CUTS] [-s SECONDS] [-r SEED] [-d FOLDER] [-v] DISK KIND...

DISK is the program made from disk.c.  KIND is ext4, ext4-fast_commit,
ext4-no-journal, xfs or btrfs.  Needs root, FUSE and a loop device.

A queue, Maildirs and the log stand on a file system on a disk with a
volatile cache.  Clients send by SMTP for SECONDS, alone and several at once,
small messages and some that are longer than queue-inject waits for, and note
when each 250 came; meanwhile the mail is delivered, and each fifth recipient
is deferred for good.  Then CUTS moments are drawn.  For each an image is
made of what was flushed by then, and of what was not each BYTES (512) with a
chance.  ext4-no-journal gets 4096, a disk that does not tear a block, unless -b
says otherwise: who rewrites the block of a directory in its place has no other
copy of it.  It is repaired and mounted as after a cut, and an instance
drains it.  Of every message with a 250 before the cut each recipient must
then have a whole mail in its Maildir, or wait in the queue if it is one
that is deferred.

Prints a row of a table for each KIND, and everything that is wrong with -v:
lost      recipients that have neither
damaged   mails in a Maildir that are not what was sent
twice     further copies: deliveries that the journal had not yet on the disk
aside     damaged files in the queue that were set aside or left alone, and said
audit     log-audit's faults, what it says is lost or unexplained: before the
          instance was started again, and after it had drained it
no fs     cuts that tore the superblock, and its copies, so that the file system
          could not be mounted even when it had been repaired"""
import argparse
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

MB = 1 << 20
KINDS = {
    "ext4": (192, ["mkfs.ext4", "-q", "-F", "-b", "4096"]),
    "ext4-fast_commit": (192, ["mkfs.ext4", "-q", "-F", "-b", "4096", "-O", "fast_commit"]),
    "ext4-no-journal": (192, ["mkfs.ext4", "-q", "-F", "-b", "4096", "-O", "^has_journal"]),
    "xfs": (320, ["mkfs.xfs", "-q", "-f"]),
    "btrfs": (320, ["mkfs.btrfs", "-q", "-f"]),
}
LARGE = 300000


def call(*args, **kw):
    return subprocess.run(args, check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kw).stdout.decode()


def quiet(*args):
    return subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).returncode


def wait_for(seconds, what):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def body(i):
    n = LARGE if i % 97 == 50 else 10000 if i % 7 == 3 else 1500
    return b"Subject: cut\nX-Number: %d\n\n" % i + (b"%d " % i * n)[:n] + b"\nend %d\n" % i


def rcpts(i):
    """of message i: user and whether it is deferred"""
    return ["later%d" % i] if i % 5 == 4 else \
        ["u%d" % (i % 3), "u%d" % ((i + 1) % 3)] if i % 3 == 0 else ["u%d" % (i % 3)]


class Instance:
    """queue-run, and smtp-recv over queue-inject if there is a port"""

    def __init__(self, top, port=None):
        self.top, self.all = top, []
        log = os.path.join(top, "log")
        r, w = os.pipe()
        os.makedirs(log, exist_ok=True)
        self.svlogd = subprocess.Popen(["svlogd", log], stdin=r, stderr=subprocess.DEVNULL)
        os.close(r)
        deliver = "exec sed -u 's/\\tto:\\([a-z0-9]*\\)@[^\\t]*/&\\tuser:\\1/' | exec local-deliver mail"
        self.run(["queue-run", "queue", "dispatch", "to:later*",
                  "{", "answer", "status:deferred", "code:451", "esc:4.2.0", "text:come again", "}",
                  "{", "sh", "-c", deliver, "}"], w)
        if port:
            self.run(["smtp-recv", "-C", "conf", "-l", "127.0.0.1:%d" % port, "queue-inject", "-r", "0",
                      "queue"], w)
        os.close(w)

    def run(self, args, log):
        self.all.append(subprocess.Popen(args, cwd=self.top, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=log,
                                         start_new_session=True))

    def stop(self):
        for p in reversed(self.all):
            p.send_signal(signal.SIGTERM)
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(p.pid, signal.SIGKILL)
                p.wait()
        try:
            self.svlogd.wait(5)
        except subprocess.TimeoutExpired:
            self.svlogd.kill()
            self.svlogd.wait()


class Client(threading.Thread):
    """sends until it is told to stop; acks: number -> nanoseconds of its 250"""
    lock, number = threading.Lock(), 0

    def __init__(self, port, acks, stop, pause):
        super().__init__()
        self.port, self.acks, self.stop, self.pause = port, acks, stop, pause

    def expect(self, f, code):
        while True:
            line = f.readline()
            if line[3:4] != b"-":
                if line[:3] != code:
                    raise OSError(line)
                return

    def run(self):
        s = socket.create_connection(("127.0.0.1", self.port), 30)
        f = s.makefile("rb")
        self.expect(f, b"220")
        s.sendall(b"EHLO c.test\r\n")
        self.expect(f, b"250")
        while not self.stop.is_set():
            with Client.lock:
                i = Client.number
                Client.number += 1
            to = rcpts(i)
            s.sendall(b"MAIL FROM:<a@c.test>\r\n" +
                      b"".join(b"RCPT TO:<%s@box.test>\r\n" % u.encode() for u in to) + b"DATA\r\n")
            for _ in to:
                self.expect(f, b"250")
            self.expect(f, b"250")
            self.expect(f, b"354")
            s.sendall(body(i).replace(b"\n", b"\r\n") + b".\r\n")
            self.expect(f, b"250")
            self.acks[i] = time.time_ns()
            time.sleep(random.random() * self.pause)
        s.close()


def free_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
    s.close()
    return port


def attach(image, where):
    loop = call("losetup", "-f", "--show", image).strip()
    try:
        call("mount", loop, where)
    except subprocess.CalledProcessError as e:
        quiet("losetup", "-d", loop)
        raise OSError("mount: " + e.output.decode())
    return loop


def attach_repaired(image, where, kind):
    """as at a boot: what cannot be mounted is repaired first"""
    if kind == "ext4-no-journal":
        quiet("e2fsck", "-fy", image)
    if kind == "btrfs":  # half a superblock: it has copies
        quiet("btrfs", "rescue", "super-recover", "-y", image)
    try:
        return attach(image, where)
    except OSError:
        if kind.startswith("ext4"):
            quiet("e2fsck", "-fy", image)
        return attach(image, where)


def detach(loop, where):
    if not wait_for(20, lambda: quiet("umount", where) == 0):
        quiet("umount", "-l", where)
    wait_for(10, lambda: quiet("losetup", "-d", loop) == 0)


def make_instance(top):
    call("queue-check", "-i", "queue", cwd=top)
    os.mkdir(top + "/conf")
    for name, text in (("me", "me.test\n"), ("local", "box.test\n"), ("postmaster", "u0@box.test\n"),
                       ("relay", '127.0.0.1:allow,RELAYCLIENT=""\n')):
        with open(top + "/conf/" + name, "w") as f:
            f.write(text)
    call("conf-build", "conf", cwd=top)
    for u in range(3):
        for d in ("tmp", "new", "cur"):
            os.makedirs("%s/mail/u%d/%s" % (top, u, d))
    call("sync")


def load(disk, kind, folder, seconds):
    """one run under load; times of the 250s, and when it began and ended"""
    size, mkfs = KINDS[kind]
    base = folder + "/base"
    with open(base, "wb") as f:
        f.truncate(size * MB)
    call(*mkfs, base)
    for d in ("mnt", "fs"):
        os.makedirs(folder + "/" + d, exist_ok=True)
    fs = folder + "/fs"
    serve = subprocess.Popen([disk, "serve", base, folder + "/log", folder + "/mnt"])
    if not wait_for(10, lambda: os.path.exists(folder + "/mnt/disk")):
        serve.kill()
        raise SystemExit("no FUSE file system")
    loop = attach(folder + "/mnt/disk", fs)
    acks, stop, port = {}, threading.Event(), free_port()
    Client.number, instance = 0, None
    try:
        make_instance(fs)
        instance = Instance(fs, port)
        wait_for(10, lambda: quiet("smtp-ping", "127.0.0.1:%d" % port) == 0)
        began = time.time_ns()
        clients = [Client(port, acks, stop, p) for p in (0.05, 0.05, 0.02, 0.01, 0.01, 0.01, 0.01, 0)]
        for c in clients:
            c.start()
            time.sleep(seconds / 2 / len(clients))  # one alone at first
        time.sleep(seconds / 2)
        ended = time.time_ns()
        stop.set()
        for c in clients:
            c.join()
    finally:
        stop.set()
        if instance:
            instance.stop()
        detach(loop, fs)
        # the loop device may let go of its file a moment later
        if not wait_for(10, lambda: quiet("umount", folder + "/mnt") == 0):
            quiet("umount", "-l", folder + "/mnt")
        serve.wait()
    return acks, began, ended


def maildirs(top):
    """number and user -> how many; and those that are not what was sent"""
    got, bad = {}, []
    for u in range(3):
        d = "%s/mail/u%d/new" % (top, u)
        for name in os.listdir(d):
            with open(os.path.join(d, name), "rb") as f:
                data = f.read()
            m = re.search(rb"^X-Number: (\d+)$", data, re.M)
            i = int(m.group(1)) if m else -1
            if i < 0 or not data.endswith(body(i)):
                bad.append("u%d/new/%s" % (u, name))
                continue
            got[i, "u%d" % u] = got.get((i, "u%d" % u), 0) + 1
    return got, bad


def waiting(top):
    """what queue-list says, a line a recipient; its status says that there
    is also what it cannot read"""
    return subprocess.run(["queue-list", "-l", "queue"], cwd=top, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()


def audit_of(top):
    """log-audit's faults; without a log there is nothing to compare"""
    if not os.path.isdir(top + "/log"):
        return []
    out = subprocess.run(["log-audit", "queue", "log"], cwd=top, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
    # the log itself may be empty then: it is not synced
    return re.findall(r"^audit:(?!unannounced).*$", out, re.M) or ([] if "accepted:" in out else [out])


def other_boot(top):
    """a machine whose power was cut comes back in another boot"""
    lock = top + "/queue/lock"
    if os.path.isfile(lock):
        with open(lock, "r+") as f:
            text = f.read()
            f.seek(0)
            f.write(re.sub(r"[0-9a-f]{8}-[0-9a-f-]+", "00000000-0000-0000-0000-000000000000", text))


class Result:
    def __init__(self):
        self.lost, self.damaged, self.twice, self.aside = 0, 0, 0, 0
        self.acked, self.before, self.audit, self.no_fs, self.says = 0, 0, 0, 0, []


def after(image, kind, acks, ns, res):
    """what is left of it after a cut"""
    fs = os.path.dirname(os.path.dirname(image)) + "/fs"
    try:
        loop = attach_repaired(image, fs, kind)
    except OSError as e:
        res.no_fs += 1
        res.says.append("%s cut at %d: %s" % (kind, ns, e))
        return
    instance = None
    try:
        try:
            check = call("queue-check", "queue", cwd=fs)
        except subprocess.CalledProcessError as e:
            check = e.output.decode()
        broken = set(re.findall(r"^state:damaged\tfile:mess/../(\S+)", check, re.M))
        before = audit_of(fs)
        other_boot(fs)
        instance = Instance(fs)
        pending = lambda: re.search(r"\bu[0-9]@box\.test", waiting(fs))
        wait_for(30, lambda: quiet("queue-ctl", fs + "/queue", "status") == 0)
        time.sleep(0.3)
        drained = wait_for(60, lambda: not pending())
        instance.stop()
        instance = None
        left = waiting(fs)
        got, bad = maildirs(fs)
        aside = os.listdir(fs + "/queue/aside") if os.path.isdir(fs + "/queue/aside") else []
        audit = audit_of(fs)
    finally:
        if instance:
            instance.stop()
        detach(loop, fs)
    says = []
    if not drained:
        says.append("not drained: " + left[:2000])
    for i in sorted(acks):
        if acks[i] >= ns:
            continue
        res.acked += 1
        for u in rcpts(i):
            there = u + "@box.test" in left if u.startswith("later") else (i, u) in got
            if not there:
                res.lost += 1
                says.append("lost: message %d to %s, 250 %.3f s before the cut" %
                            (i, u, (ns - acks[i]) / 1e9))
    res.twice += sum(n - 1 for n in got.values())
    res.aside += len(broken | set(aside))
    res.damaged += len(bad)
    says += ["damaged: " + x for x in bad] + ["aside: " + x for x in sorted(broken | set(aside))]
    res.before += len(before)
    res.audit += len(audit)
    says += ["before it was started: " + x for x in before[:5]] + audit[:5]
    res.says += ["%s cut at %d: %s" % (kind, ns, s) for s in says]


def one(args, kind):
    shm = args.d or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    folder = tempfile.mkdtemp(prefix="powercut.", dir=shm)
    try:
        acks, began, ended = load(args.disk, kind, folder, args.s)
        rnd = random.Random(args.r)
        moments = sorted(rnd.randrange(began + (ended - began) // 20, ended) for _ in range(args.c))
        os.mkdir(folder + "/cuts")
        cut = subprocess.Popen([args.disk, "cut", folder + "/base", folder + "/log", folder + "/cuts",
                                str(args.r), str(args.b or (4096 if kind == "ext4-no-journal" else 512))], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        res = Result()
        for k, ns in enumerate(moments):
            cut.stdin.write(b"%d %d\n" % (ns, rnd.choice((0, 20, 50, 50, 80, 100))))
            cut.stdin.flush()
            line = cut.stdout.readline()
            image = folder + "/cuts/%d" % k
            after(image, kind, acks, ns, res)
            os.unlink(image)
            if args.v:
                sys.stderr.write(line.decode())
                sys.stderr.writelines(s + "\n" for s in res.says)
                res.says = []
                sys.stderr.flush()
        cut.stdin.close()
        cut.wait()
        print("| %s | %d | %d | %d | %d | %d | %d | %d | %d, %d | %d |" %
              (kind, len(moments), len(acks), res.acked, res.lost, res.damaged, res.twice, res.aside,
               res.before, res.audit, res.no_fs), flush=True)
        for s in res.says:
            print("# " + s)
        return res.lost + res.damaged == 0 and res.no_fs * 5 <= len(moments)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-b", type=int)
    p.add_argument("-c", type=int, default=50)
    p.add_argument("-s", type=float, default=10)
    p.add_argument("-r", type=int, default=1)
    p.add_argument("-d")
    p.add_argument("-v", action="store_true")
    p.add_argument("disk")
    p.add_argument("kind", nargs="+", choices=sorted(KINDS))
    args = p.parse_args()
    args.disk = os.path.abspath(args.disk)
    print("| file system | cuts | messages | acknowledged before a cut | lost | damaged | twice | aside | audit | no fs |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    good = [one(args, k) for k in args.kind]
    sys.exit(not all(good))


main()
