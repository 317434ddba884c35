"""What tests may leave behind on the machine, and what they may not."""
import contextlib, grp, os, pwd, re, shutil, signal, subprocess, tempfile, time

MARK = "ROHRPOST_TEST"  # in the environment of all that a test starts
PREFIX = "rp."          # of the folder for the files of a run
SETTLE_S = 5            # for what goes by itself
# what mkdtemp makes for a test below /tmp
OURS = re.compile(r"(rohrpost|powercut|smtp-recv|shares)|[a-z-]+\.[A-Za-z0-9]{6}$")


def environ(pid):
    try:
        with open("/proc/%s/environ" % pid, "rb") as f:
            return f.read().split(b"\0")
    except OSError:
        return []


def pids():
    return [int(d) for d in os.listdir("/proc") if d.isdigit()]


def processes(mark, grace):
    """(pid, command) of those that have MARK=value, after seconds of grace"""
    end, wait = time.monotonic() + grace, 0.01
    while True:
        found = [p for p in pids() if mark.encode() in environ(p)]
        if not found or time.monotonic() > end:
            return [(p, command(p)) for p in found]
        time.sleep(wait)
        wait = min(2 * wait, 0.2)


def command(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as f:
            return f.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def end(pid):
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def scratch():
    """a folder for the files of a run: all users may write there"""
    path = tempfile.mkdtemp(prefix=PREFIX)
    os.chmod(path, 0o1777)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def listing(*cmd):
    try:
        return subprocess.run(cmd, capture_output=True, text=True).stdout.splitlines()
    except OSError:
        return []


def names(folder, pattern=None):
    try:
        found = os.listdir(folder)
    except OSError:
        return []
    return [folder + "/" + f for f in found if pattern is None or pattern.match(f)]


def state():
    """what is there: words for each thing"""
    with open("/proc/self/mounts") as f:
        mounts = [l.split()[1] for l in f]
    s = {"mounted: " + m for m in mounts}
    s |= {"loop device: " + l for l in listing("losetup", "-nlO", "NAME,BACK-FILE")}
    # results that a queue-run which was killed keeps in memory are for the next
    # one: they are no fault, and a test that takes its queue away forgets them
    s |= {"file: " + f for f in names("/tmp", OURS) + names("/dev/shm")
          if not f.startswith("/dev/shm/rohrpost-")}
    s |= {"network: " + f for f in names("/run/netns")}
    s |= {"user: " + u.pw_name for u in pwd.getpwall()}
    s |= {"group: " + g.gr_name for g in grp.getgrall()}
    return s


def others():
    """files that are open in processes of other runs, or of none"""
    mine, used = ("%s=%d." % (MARK, os.getpid())).encode(), set()
    for p in pids():
        if any(e.startswith(mine) for e in environ(p)):
            continue
        for f in names("/proc/%d/fd" % p) + names("/proc/%d/map_files" % p):
            with contextlib.suppress(OSError):
                used.add("/".join(os.readlink(f).split("/")[:4]))
    return used


def without_accounts(left):
    """those that --users has made go again; what is left then"""
    for kind in "user", "group":
        for l in [l for l in left if l.startswith(kind + ": rohr")]:
            listing(kind + "del", l.split(": ")[1])
    return [l for l in left if l.split(": ")[0] not in ("user", "group") or l in state()]


def sweep_faketime():
    """faketime(1) removes its shared memory when its command ends, and leaves
    it when it is killed itself, which a test of signals may do"""
    for f in names("/dev/shm"):
        m = re.fullmatch(r".*/(?:sem\.)?faketime_(?:shm|sem)_(\d+)", f)
        if m and not os.path.exists("/proc/" + m.group(1)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f)


def left(scratch, before):
    """what is there after a run and was not before, and stays, unless others
    have it"""
    def look():
        found = {"file: " + f for f in names(scratch)}
        if before is not None:
            found |= {l for l in state() - before
                      if scratch + "/" in l or "/" + PREFIX not in l}
        return found
    sweep_faketime()
    until, new = time.monotonic() + SETTLE_S, look()
    while new and time.monotonic() < until:
        time.sleep(0.2)
        new &= look()
    new = without_accounts(new)
    used = others() if new else ()
    return sorted(l for l in new if l.split(": ", 1)[1] not in used)
