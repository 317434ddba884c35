"""The folder of a world, and what its programs share."""
import fcntl, os, subprocess, sys
import manners

HERE = os.path.dirname(os.path.abspath(__file__))
UP_S = 30               # until all of it answers
SMTP = "127.0.0.1:25"   # of the instance
UNSUB = "127.0.0.1:8025"    # the same, where it has that service


def fatal(code, text):
    sys.stdout.flush()
    sys.stderr.write("rohrpost: fatal: %s\n" % text)
    sys.exit(code)


def run(*command):
    p = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if p.returncode:
        fatal(111, "%s: %s" % (command[0], (p.stderr or p.stdout).strip()))


class Place:
    """The folder of a world."""

    def __init__(self, folder):
        self.dir = os.path.abspath(folder)
        self.world = os.path.join(self.dir, "world")

    def path(self, *names):
        return os.path.join(self.world, *names)

    def pid(self):
        """of the world that runs there, or None"""
        try:
            with open(self.path("pid")) as f:
                try:
                    fcntl.flock(f, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(f.read() or 0) or None
        except FileNotFoundError:
            pass
        return None

    def must_run(self):
        pid = self.pid()
        if pid is None:
            fatal(111, "%s: the world does not run: rohrpost world %s" % (self.dir, self.dir))
        return pid

    def states(self):
        """of parts that are not as they should be: down, hang or forge"""
        try:
            with open(self.path("down")) as f:
                return dict(line.split() for line in f)
        except FileNotFoundError:
            return {}

    def receivers(self):
        try:
            return manners.load(self.path("receivers"))
        except (OSError, manners.Bad) as e:
            fatal(100, "%s: %s" % (self.path("receivers"), e))

    def clock(self):
        try:
            with open(self.path("clock")) as f:
                return f.read().strip()
        except FileNotFoundError:
            return ""
