"""A smtp-recv with a chain that keeps what comes, and clients of it, for tests
that are Python.  To import it makes a fresh folder and goes there; done() takes
it away, with all that was started."""
import contextlib, os, re, signal, socket, ssl, subprocess, sys, tempfile, time

top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
bin_dir = os.environ.get("ROHRPOST_BIN", top + "/build/bin")
os.environ["PATH"] = bin_dir + ":" + os.environ["PATH"]
fake = [sys.executable, top + "/tests/tools/fakeinject.py"]
T = tempfile.mkdtemp(prefix="smtp-recv.")
os.chdir(T)
os.mkdir("conf")
count = bad = 0
started = []


def ok(good, name, note=""):
    global count, bad
    count += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name), flush=True)
    if not good:
        for line in str(note).splitlines():
            print("# " + line)


def is_(got, want, name):
    ok(got == want, name, "got: %r\nwant: %r" % (got, want))


def like(got, want, name):
    ok(re.search(want, got) is not None, name, "got: %s\nwant: %s" % (got, want))


def wait(what, seconds=10):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def start(args, **kw):
    p = subprocess.Popen(args, stdin=subprocess.DEVNULL, start_new_session=True, **kw)
    started.append(p)
    return p


def end(p, sig=signal.SIGTERM):
    if p.poll() is None:
        os.kill(p.pid, sig)
        try:
            p.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()


def conf(name, text):
    with open("conf/" + name, "w") as f:
        f.write(text)
    if name != "me":
        subprocess.run([bin_dir + "/conf-build", "conf", name], check=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Keys:
    """tls-key behind sock-serve"""

    def __init__(self, path):
        self.path, self.err = path, open(path + ".err", "w+")
        self.p = start([bin_dir + "/sock-serve", "unix:" + path, bin_dir + "/tls-key", "conf", "tls"],
                       stderr=self.err)
        wait(lambda: os.path.exists(path))

    def signal(self, sig):
        # the ones that serve, not only the one that accepts
        os.killpg(self.p.pid, sig)

    def stop(self):
        end(self.p)
        self.err.close()


class Server:
    def __init__(self, *opts, run=(), listen=True, answers="K", program="smtp-recv", **kw):
        self.dir, self.port = tempfile.mkdtemp(dir=T), free_port()
        self.err = open(self.dir + "/err", "w+")
        at = ["-l", "127.0.0.1:%d" % self.port] if listen else []
        self.p = start([*[w % self.port if "%d" in w else w for w in run], bin_dir + "/" + program, "-C", "conf",
                        *at, *opts, *fake, self.dir, answers], stderr=self.err, **kw)
        wait(self.listening)

    def listening(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    def log(self):
        return open(self.dir + "/err").read()

    def parcels(self):
        return len([f for f in os.listdir(self.dir) if f.endswith(".msg")])

    def last(self, what):
        n = self.parcels()
        return open("%s/%d.%s" % (self.dir, n, what)).read() if n else ""

    def stop(self):
        end(self.p)
        self.err.close()


def context(cert=None):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    if cert:
        c.load_cert_chain(cert)
    return c


class Client:
    def __init__(self, server, banner=True, seconds=20, src="127.0.0.1"):
        self.s = socket.create_connection(("127.0.0.1", server.port), seconds, (src, 0))
        self.f = self.s.makefile("rb")
        self.banner = self.reply() if banner else None

    def reply(self):
        text = b""
        while True:
            try:
                line = self.f.readline()
            except (ConnectionResetError, ssl.SSLError, socket.timeout):
                return text.decode() + "(reset)"
            text += line
            if line[3:4] != b"-":
                return text.decode().replace("\r\n", "\n").rstrip("\n")

    def send(self, text):
        self.s.sendall(text.encode() if isinstance(text, str) else text)

    def cmd(self, line):
        self.send(line + "\r\n")
        return self.reply()

    def tls(self, ctx=None, session=None, name="mx.test"):
        self.s = (ctx or context()).wrap_socket(self.s, server_hostname=name, session=session)
        self.f = self.s.makefile("rb")
        return self

    def starttls(self, **kw):
        self.cmd("EHLO before.example")
        r = self.cmd("STARTTLS")
        if r[:3] != "220":
            return r
        self.tls(**kw)
        return r

    def mail(self, to="c@local.test", text="Subject: x\r\n\r\nhello\r\n", sender="a@b.example"):
        self.send("MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n" % (sender, to))
        r = [self.reply() for _ in range(3)][2]
        if r[:3] != "354":
            return r
        self.send(text + ".\r\n")
        return self.reply()

    def gone(self):
        try:
            return self.f.read(1) == b""
        except (ConnectionResetError, ssl.SSLError):
            return True

    def close(self):
        self.f.close()
        self.s.close()


def done():
    for p in started:
        # it may have ended, and have left children
        with contextlib.suppress(ProcessLookupError):
            os.killpg(p.pid, signal.SIGCONT)
            os.killpg(p.pid, signal.SIGKILL)
        p.wait()
    os.chdir("/")
    subprocess.run(["rm", "-rf", T])


def plan():
    print("1..%d" % count)
    sys.exit(bad > 0)
