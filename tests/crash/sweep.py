"""Programs that die, or are failed by the system, at each of their calls.

A scenario is a function scenario(d, wrap, point) that works in the fresh
folder d, runs the program under test as wrap(argv), lets everything be
started again as an administrator's supervisor would, and returns a list of
faults, empty when all is well.  point is None in the undisturbed run.

sweep() has strace count the calls of the undisturbed run, those of the
dynamic loader excepted, and then runs the scenario once for each point:
killed at the n-th call of a kind, or that call failing.  Where a kind has
many calls, the first 3, the last 2 and some between are taken, and at the
end of the time what is left is left (it says how much).  SWEEP_SECONDS and
SWEEP_MOST in the environment are other limits than the test's own."""
import collections
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
TOOLS = TOP + "/tests/tools"
RUN_S = 10  # for one command; longer is a hang
# memory is libc's: it ends a program in any place, but proves nothing here
NEVER = {"mmap", "munmap", "mremap", "brk", "mprotect", "madvise", "execve",
         "exit", "exit_group", "rt_sigreturn", "arch_prctl",
         "restart_syscall", "futex"}
# not close and fcntl: an injected error leaves undone what never fails
FAIL = {
    "read": ["EIO", "ENOMEM"], "pread64": ["EIO"], "readlink": ["EIO"],
    "write": ["EIO", "ENOSPC"], "pwrite64": ["EIO", "ENOSPC"],
    "writev": ["EIO", "ENOSPC"], "pwritev": ["EIO"], "sendfile": ["EIO"],
    "copy_file_range": ["EIO"], "sendto": ["EIO"], "sendmsg": ["ENOMEM"],
    "recvfrom": ["EIO"], "recvmsg": ["EIO"],
    "openat": ["EMFILE", "ENOMEM", "EIO"], "dup": ["EMFILE"],
    "socket": ["EMFILE", "ENOMEM"], "socketpair": ["EMFILE"],
    "pipe2": ["EMFILE"], "accept4": ["EMFILE", "ENOMEM"],
    "connect": ["ENOMEM"], "bind": ["ENOMEM"], "clone": ["ENOMEM"],
    "clone3": ["ENOMEM"], "vfork": ["ENOMEM"], "fork": ["ENOMEM"],
    "epoll_create1": ["EMFILE"], "epoll_ctl": ["ENOMEM"],
    "epoll_wait": ["EIO"], "poll": ["ENOMEM"], "eventfd2": ["EMFILE"],
    "fstat": ["EIO"], "newfstatat": ["EIO", "ENOMEM"], "lseek": ["EIO"],
    "getdents64": ["EIO"], "linkat": ["ENOSPC"], "renameat": ["ENOSPC"],
    "renameat2": ["ENOSPC"], "rename": ["EIO"], "mkdirat": ["ENOSPC"],
    "unlinkat": ["EIO"], "unlink": ["EIO"], "ftruncate": ["EIO"],
    "fsync": ["EIO"], "fdatasync": ["EIO"], "syncfs": ["EIO"],
    "fstatfs": ["EIO"], "flock": ["EIO"], "getrandom": ["EIO"],
    "getsockname": ["ENOMEM"],
    "getpeername": ["ENOMEM"], "setsockopt": ["ENOMEM"],
    "getsockopt": ["ENOMEM"], "listen": ["ENOMEM"], "fchmod": ["EIO"],
}
Point = collections.namedtuple("Point", "call action when")
tests = bad = 0


def ok(good, name):
    global tests, bad
    tests += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)


def done():
    print("1..%d" % tests)
    sys.exit(bad > 0)


def skip_without_strace():
    if not shutil.which("strace") or subprocess.run(
            ["strace", "-o", "/dev/null", "true"],
            stderr=subprocess.DEVNULL).returncode:
        print("1..0 # SKIP strace does not work here")
        sys.exit(0)


class Hang(Exception):
    pass


def call(argv, d, data=b"", seconds=RUN_S, env=None):
    """status (negative: by signal), output, messages; Hang after a while"""
    p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, cwd=d, start_new_session=True,
                         env=dict(os.environ, **env) if env else None)
    try:
        out, err = p.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.communicate()
        raise Hang("no end of %s" % " ".join(argv)[-60:])
    return p.returncode, out, err.decode(errors="replace")


def fields(line):
    """of an LTSV line, as text"""
    if isinstance(line, bytes):
        line = line.decode(errors="replace")
    return dict(f.split(":", 1) for f in line.rstrip("\n").split("\t")
                if ":" in f)


def files(path):
    return sorted(os.path.join(a, x) for a, _, f in os.walk(path) for x in f)


def messages(queue):
    """id -> the message behind the head, of whole files; and the others"""
    whole, other = {}, []
    for path in files(queue + "/mess"):
        with open(path, "rb") as f:
            data = f.read()
        m = re.match(rb"rohrpost 1 (\d+) (\d+) (\d+)(?: [0-9a-f-]{8})?\n", data)
        if m and len(data) == int(m.group(1)) + int(m.group(2)):
            whole[os.path.basename(path)] = (data[:int(m.group(1))],
                                             data[int(m.group(1)):])
        else:
            other.append(path)
    return whole, other


def check_queue(d, name="q"):
    """[] when queue-check has nothing to say that no crash explains"""
    status, out, err = call(["queue-check", name], d)
    return [] if status == 0 else ["queue-check: %d %s %s" % (
        status, out.decode(errors="replace")[:300], err[:200])]


def counts(trace):
    """calls of a kind behind the loader's, and how many before those"""
    seen, before = collections.Counter(), None
    for line in open(trace, errors="replace"):
        m = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if not m:
            continue
        seen[m.group(1)] += 1
        if m.group(1) == "munmap" and before is None:
            before = collections.Counter(seen)
    return seen, before or collections.Counter()


def sample(first, last, most):
    every = list(range(first, last + 1))
    if len(every) <= most:
        return every
    middle = every[3:-2]
    n = most - 5
    if n < 1:
        return every[:most - 1] + every[-1:]
    return every[:3] + [middle[i * len(middle) // n] for i in range(n)] + \
        every[-2:]


def once(scenario, scratch, point, keep_trace=None):
    d = tempfile.mkdtemp(dir=scratch)
    trace = d + "/strace.out"

    def wrap(argv):
        args = ["strace", "-qq", "-o", trace]
        if point:
            args += ["-e", "trace=" + point.call, "-e", "inject=%s:%s:when=%d"
                     % point]
        return args + argv
    try:
        faults = scenario(d, wrap, point)
    except Hang as e:
        faults = [str(e)]
    hit = False
    if os.path.exists(trace):
        with open(trace, errors="replace") as f:
            text = f.read()
        hit = "INJECTED" in text or "killed by SIGKILL" in text
        if keep_trace:
            shutil.copy(trace, keep_trace)
    if faults and os.environ.get("SWEEP_KEEP"):
        print("# kept %s" % d)
    else:
        shutil.rmtree(d, ignore_errors=True)
    return hit, faults


def sweep(title, scenario, scratch, seconds=12, most=8, kill=True, fail=True,
          only=None, errors=None):
    """all points of a scenario; only: these calls"""
    seconds = int(os.environ.get("SWEEP_SECONDS", seconds))
    most = int(os.environ.get("SWEEP_MOST", most))
    trace = scratch + "/undisturbed"
    hit, faults = once(scenario, scratch, None, trace)
    for f in faults:
        print("# undisturbed: " + f)
    ok(not faults, title + ": undisturbed")
    seen, before = counts(trace)
    lists = []
    table = dict(FAIL, **(errors or {}))
    for name, n in sorted(seen.items()):
        if name in NEVER or n == before[name] or (only and name not in only):
            continue
        actions = (["signal=KILL"] if kill else []) + \
            (["error=" + e for e in table.get(name, [])] if fail else [])
        for a in actions:
            lists.append([Point(name, a, w)
                          for w in sample(before[name] + 1, n, most)])
    # the first of each kind, then the second ...: time cuts evenly
    points = [x[i] for i in range(most) for x in lists if i < len(x)]
    deadline = time.monotonic() + seconds
    hits = {"signal": 0, "error": 0}
    good = {"signal": True, "error": True}
    left = said = 0

    def one(p):
        if time.monotonic() > deadline:
            return p, None, []
        start = time.monotonic()
        result = once(scenario, scratch, p)
        if os.environ.get("SWEEP_SLOW") and time.monotonic() - start > 0.5:
            print("# slow: %s %s" % (p, time.monotonic() - start))
        return (p,) + result
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for p, hit, faults in pool.map(one, points):
            kind = p.action.split("=")[0]
            left += hit is None
            hits[kind] += bool(hit)
            for f in faults:
                said += 1
                if said <= 15:
                    print("# %s %s %d: %s" % (p + (f[:400].replace(
                        "\n", " | "),)), flush=True)
                good[kind] = False
    if left:
        print("# %s: %d points left out, time was up" % (title, left))
    if kill:
        ok(good["signal"] and hits["signal"] > 0,
           "%s: killed at a call, %d points" % (title, hits["signal"]))
    if fail:
        ok(good["error"] and hits["error"] > 0,
           "%s: a call fails, %d points" % (title, hits["error"]))
