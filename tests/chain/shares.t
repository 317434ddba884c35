#!/usr/bin/env python3
"""One party cannot take a receiver from the others.  smtp-recv with a queue
behind it; what one address may try from 127.1.0.1, and beside it messages
of a neighbour in its network, of another network, and of one who may relay."""
import os, shutil, signal, socket, subprocess, sys, tempfile, threading, time

top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
bin_dir = os.environ.get("ROHRPOST_BIN", top + "/build/bin")
GREEDY, NEAR, FAR, OURS = "127.1.0.1", "127.1.0.2", "127.2.0.1", "127.0.0.1"
OTHERS = (NEAR, FAR, OURS)
T = tempfile.mkdtemp(prefix="shares.")
os.chdir(T)
count = bad = 0


def ok(good, name, note=""):
    global count, bad
    count += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name), flush=True)
    if not good:
        for line in str(note).splitlines():
            print("# " + line[:300])


class Server:
    def __init__(self, name, *opts):
        self.queue, self.log = name + ".queue", name + ".log"
        subprocess.run([bin_dir + "/queue-check", "-i", self.queue], check=True)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.p = subprocess.Popen([bin_dir + "/smtp-recv", "-C", "conf", "-d", T, "-l", "127.0.0.1:%d" % self.port, *opts,
                                   bin_dir + "/queue-inject", self.queue], stdin=subprocess.DEVNULL, stderr=open(self.log, "w"))
        end = time.monotonic() + 20
        while "ev:started" not in self.text() and time.monotonic() < end and self.p.poll() is None:
            time.sleep(0.01)

    def text(self):
        return open(self.log).read()

    def stop(self):
        self.p.send_signal(signal.SIGTERM)
        return self.p.wait(20)


class Client:
    def __init__(self, server, src):
        self.s = socket.socket()
        self.s.settimeout(30)
        self.s.bind((src, 0))
        self.s.connect(("127.0.0.1", server.port))
        self.f = self.s.makefile("rb")
        self.reply()
        self.cmd("HELO x")

    def reply(self):
        try:
            return self.f.readline().decode().rstrip()
        except OSError as e:
            return "gone: %s" % e

    def send(self, text):
        self.s.sendall(text.encode())

    def cmd(self, line):
        self.send(line + "\r\n")
        return self.reply()

    def mail(self, to="c@local.test", text="Subject: x\r\n\r\nhello\r\n"):
        r = [self.cmd(c) for c in ("MAIL FROM:<a@elsewhere.test>", "RCPT TO:<%s>" % to, "DATA")]
        return self.cmd(text + ".") if r[2][:3] == "354" else r

    def gone(self):
        """while somebody reads"""
        try:
            self.s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self):
        self.f.close()
        self.s.close()


def flood(server, n, make):
    """n clients of one address that send what make() says, and read"""
    clients, threads = [], []
    for _ in range(n):
        c = Client(server, GREEDY)
        c.codes = {}

        def read(c=c):
            while True:
                code = c.reply()[:9]
                if not code or code[:4] == "gone":
                    return
                c.codes[code] = c.codes.get(code, 0) + 1

        def write(c=c):
            try:
                c.send(make())
            except OSError:
                pass
        clients.append(c)
        threads += [threading.Thread(target=read, daemon=True), threading.Thread(target=write, daemon=True)]
    for t in threads:
        t.start()
    return clients


def others_are_served(server, what, size=20):
    for src in OTHERS:
        c = Client(server, src)
        r = c.mail(text="Subject: x\r\n\r\n" + ("y" * 98 + "\r\n") * (size // 100 + 1))
        ok(r[:3] == "250", "%s: %s is served" % (what, src), r)
        c.close()


def until(what, seconds=30):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def recipients():
    """16 connections with 134,000 recipients, that of a message without end"""
    rcpts = "MAIL FROM:<a@elsewhere.test>\r\n" + "".join("RCPT TO:<u%d@local.test> ORCPT=rfc822;%0490d\r\n" % (i, i) for i in range(8375))
    # and short ones, for what is left then
    rcpts += "".join("RCPT TO:<v%d@local.test>\r\n" % i for i in range(300))
    for opts, what in (((), "recipients"), (("-r", "10000"), "as many as ours")):
        s = Server("r%d" % len(opts), *opts)
        c = flood(s, 16, lambda: rcpts)
        full = lambda x: sum(n for code, n in x.codes.items() if code[:3] == "452") > 0
        ok(until(lambda: all(full(x) for x in c)), "%s: all of his connections have heard 452" % what, [x.codes for x in c])
        others_are_served(s, what)
        ok(all(x.codes.get("250 2.1.5", 0) <= (10000 if opts else 100) for x in c), "%s: no more than a stranger may have" % what)
        if not opts:
            ok(sum(x.codes.get("250 2.1.5", 0) for x in c) == 1600, "%s: each of them 100" % what, [x.codes for x in c])
        for x in c:
            x.gone()
        ok(s.stop() == 0, "%s: ends well" % what, s.text()[-1000:])


def unfinished():
    """20 messages that do not end; room for 20 MB in files"""
    s = Server("u", "-S", "20000000")
    body = ("y" * 98 + "\r\n") * 19000
    c = flood(s, 20, lambda: "MAIL FROM:<a@elsewhere.test>\r\nRCPT TO:<c@local.test>\r\nDATA\r\n" + body)

    def files():
        n = 0
        for fd in os.listdir("/proc/%d/fd" % s.p.pid):
            try:
                st = os.stat("/proc/%d/fd/%s" % (s.p.pid, fd))
            except OSError:
                continue
            n += st.st_size if st.st_nlink == 0 else 0
        return n
    ok(until(lambda: all(x.codes.get("354 end w") for x in c)), "unfinished messages: all have begun")
    others_are_served(s, "unfinished messages", 1000000)
    ok(files() <= 5000000, "they hold no more than a third of what strangers may have", files())
    for x in c:
        x.gone()
    ok(until(lambda: files() == 0), "and nothing when they are gone", files())
    ok(s.stop() == 0, "unfinished messages: ends well")


def commands():
    """100 clients with nothing but NOOP"""
    s = Server("n")
    c = flood(s, 100, lambda: "NOOP\r\n" * 20000)
    for _ in range(20):
        others_are_served(s, "NOOPs")
    most = max(sum(x.codes.values()) for x in c)
    ok(most <= 51, "none of them has had more than 51 replies", most)
    for x in c:
        x.gone()
    ok(s.stop() == 0, "NOOPs: ends well")


def refusals():
    """one address is refused as often as it can be"""
    s = Server("f")
    for _ in range(300):
        c = Client(s, GREEDY)
        c.send("MAIL FROM:<a@elsewhere.test>\r\n" + "RCPT TO:<a@elsewhere.test>\r\n" * 19)
        [c.reply() for _ in range(20)]
        c.close()
    others_are_served(s, "refusals")
    ok(s.stop() == 0, "refusals: ends well")
    lines = [l for l in s.text().split("\n") if "ev:rejected" in l]
    told = [dict(f.split(":", 1) for f in l.split("\t") if ":" in f) for l in lines]
    ok(sum(int(f.get("count", 1)) for f in told) == 5700, "refusals: each is told, or in a sum", len(lines))
    ok(len(lines) <= 100, "refusals: in a few lines", len(lines))
    ok(s.text().count("ev:accepted") == 3, "refusals: what was accepted is told")


try:
    os.mkdir("conf")
    for name, text in (("me", "mx.test"), ("local", "local.test"), ("relay", '127.0.0.1:allow,RELAYCLIENT=""')):
        with open("conf/" + name, "w") as f:
            f.write(text + "\n")
    subprocess.run([bin_dir + "/conf-build", "conf"], check=True)
    for f in (recipients, unfinished, commands, refusals):
        f()
finally:
    shutil.rmtree(T, ignore_errors=True)
print("1..%d" % count)
sys.exit(bad > 0)
