#!/usr/bin/env python3
"""receiver.py [--listen ADDRESS --port PORT] [--ports FILE] [--certs DIR] [--down FILE] [--home ADDRESS:PORT] [--unsub ADDRESS:PORT] RECEIVERS LOGDIR [NAME...]

The mail servers of a world, see world(7): each behaves as its line in
RECEIVERS says, and writes what comes to LOGDIR/NAME, a line an occurrence,
LTSV, by the world's clock.  Each listens at its own address, port 25, or all
at ADDRESS, where port 0 is one that is free.  FILE says when all listen:
NAME ADDRESS PORT, a line each.  DIR has their certificates; without it none
offers STARTTLS.  --down FILE: lines NAME STATE, of receivers that are down or
hang; FILE.receivers has what was obeyed.  --home is where mail that comes back
is handed in, --unsub where one-click is heard of.
"""
import argparse, collections, contextlib, functools, hashlib, ipaddress, itertools, os, re, selectors, signal, socket, ssl, struct, sys, threading
sys.dont_write_bytecode = True
import clock, comeback, doors, ltsv, manners, tlsio

IDLE_S = 600            # of the world, until a client that says nothing is left
LINE_MAX = 65536
MESSAGE_MAX = 100 << 20
LOOK_S = 0.1            # between looks at what is to be down


class Gone(Exception):
    """The connection is over; says how."""


class Receiver:
    """One server: what all of its connections share."""

    def __init__(self, m, folder, certs, back=None):
        self.m, self.back = m, back
        self.came = itertools.count()       # messages that something may come back of
        self.context = tlsio.context(m, os.path.join(certs, "mx-%s.pem" % m.name)) if certs else None
        self.lock = threading.Lock()
        self.log = open(os.path.join(folder, m.name), "a", encoding="utf-8",
                        errors="surrogateescape", buffering=1)
        # numbered as one before it, of which the log may be, has left off
        self.connections = max((int(l["c"]) for l in ltsv.read(self.log.name) if l["c"].isdigit()), default=0)
        self.open = 0
        self.taken = collections.Counter()  # of messages for each domain
        self.times = collections.deque()    # of messages in the window of limit
        self.first = {}                     # grey: when each was here first
        self.dropped = set()                # messages whose reply was withheld
        self.sockets = set()                # of connections
        self.awake = threading.Event()      # it does not hang
        self.awake.set()

    def say(self, c, what, *pairs):
        with self.lock:
            self.log.write(ltsv.line((("t", "%.6f" % clock.now()), ("c", c), ("what", what)) + pairs))

    def serve(self, sock, peer):
        threading.Thread(target=Session(self, sock, peer).run, daemon=True).start()

    def opened(self, sock):
        """the number of a new connection, and whether it is one too many"""
        with self.lock:
            self.connections += 1
            self.open += 1
            self.sockets.add(sock)
            return self.connections, bool(self.m.conns) and self.open > self.m.conns

    def closed(self, sock):
        with self.lock:
            self.open -= 1
            self.sockets.discard(sock)

    def end_all(self):
        """its connections, at once"""
        with self.lock:
            for s in self.sockets:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)

    def greylisted(self, source, sender, rcpt):
        if not self.m.grey:
            return False
        net = ipaddress.ip_network((source, 64 if ":" in source else 24), strict=False)
        key = net, sender, rcpt
        with self.lock:
            return clock.mono() - self.first.setdefault(key, clock.mono()) < self.m.grey

    def too_fast(self):
        """whether a message is one too many in the window; counts it if not"""
        with self.lock:
            if self.m.limit:
                n, period = self.m.limit
                while self.times and self.times[0] <= clock.mono() - period:
                    self.times.popleft()
                if len(self.times) >= n:
                    return True
                self.times.append(clock.mono())
            return False

    def enough(self, domain):
        """whether it wants no more messages for one; counts this if not"""
        with self.lock:
            if self.m.rejectafter and self.taken[domain] >= self.m.rejectafter:
                return True
            self.taken[domain] += 1
            return False

    def come_back(self, source, message, sender, rcpts):
        """of a message that is taken, for each of its recipients"""
        for rcpt in rcpts if self.back and self.m.back else ():
            n = next(self.came)
            found = comeback.share(self.m.back, n)
            if found:
                letter = comeback.Letter("mx.%s.test" % self.m.name, message, sender, rcpt)
                self.back.add(functools.partial(self.say, "-"), source, letter, *found, n)

    def withholds(self, mid):
        """drop=dot: the reply to a message, the first time it comes"""
        with self.lock:
            again = mid in self.dropped
            self.dropped.add(mid)
            return not again


class Session:
    """One connection."""

    def __init__(self, r, sock, peer):
        self.r, self.m, self.sock = r, r.m, sock
        self.wire, self.plain = None, tlsio.Plain(sock)
        self.source, self.port = peer[0], peer[1]
        self.secure(False)
        self.messages = 0
        self.reset()
        sock.settimeout(clock.system(IDLE_S))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def secure(self, secured):
        """nothing is kept of what was said before"""
        self.buffer, self.helo, self.secured = b"", None, secured
        self.wire = self.wire if secured else self.plain
        self.ext = [w for w in self.m.offers(secured) if w != "STARTTLS" or self.r.context]

    def reset(self):
        self.sender, self.rcpts, self.params, self.chunks = None, [], {}, None

    def say(self, what, *pairs):
        self.r.say(self.c, what, *pairs)

    def run(self):
        self.c, many = self.r.opened(self.sock)
        how = "ours"
        try:
            self.say("open", ("from", self.source), ("port", self.port))
            self.place("connect")
            self.place("greet")
            if many:
                self.leave("421 4.7.0 too many connections")
            self.reply("220 mx.%s.test ESMTP" % self.m.name)
            while True:
                self.command(self.line())
        except Gone as e:
            how = str(e)
        except OSError as e:
            how = "timeout" if isinstance(e, TimeoutError) else "reset"
        finally:
            self.say("close", ("how", how), ("clear", self.plain.records.clear if self.plain.records else 0))
            self.r.closed(self.sock)
            self.sock.close()

    # ---- bytes ----

    def fill(self):
        data = self.wire.recv()
        if not data:
            raise Gone("eof")
        self.buffer += data

    def line(self):
        while b"\n" not in self.buffer:
            if len(self.buffer) > LINE_MAX:
                self.leave("500 5.5.2 line too long")
            self.fill()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "surrogateescape")

    def pending(self):
        """whether the client has said more than it may, and waited for"""
        self.buffer += self.wire.poll()
        return bool(self.buffer)

    def reply(self, *lines):
        """the last has a blank behind the code already"""
        clock.sleep(self.m.pause)
        self.r.awake.wait()
        if "PIPELINING" not in self.ext and self.pending():
            self.say("early", ("text", self.buffer[:80].decode("utf-8", "replace")))
        text = ("\r\n".join(lines) + "\r\n").encode()
        if not self.m.drip:
            self.wire.send(text)
            return
        for i in range(len(text)):
            self.wire.send(text[i:i + 1])
            clock.sleep(self.m.drip)

    def leave(self, reply):
        self.say("refused", ("reply", reply))
        self.reply(reply)
        raise Gone("ours")

    def place(self, name):
        """here, where the receiver may go away or fall silent"""
        if self.m.drop and self.m.drop[0] == name:
            if self.m.drop[1] == "reset":
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone("ours")
        if self.m.stall and self.m.stall[0] == name:
            while True:
                self.buffer = b""
                self.fill()

    # ---- commands ----

    def command(self, line):
        verb, _, rest = line.partition(" ")
        do = getattr(self, "do_" + verb.lower(), None) if verb.isascii() else None
        if do is None:
            self.say("cmd", ("text", line[:200]))
            self.reply("502 5.5.1 what is that?")
        else:
            do(rest.strip())

    def do_ehlo(self, rest):
        self.say("hello", ("arg", rest))
        self.place("ehlo2" if self.secured else "ehlo")
        self.helo = rest
        self.reset()
        words = ["SIZE %d" % self.m.size if w == "SIZE" and self.m.size else w for w in self.ext]
        said = ["mx.%s.test" % self.m.name] + words
        self.reply(*["250-" + w for w in said[:-1]], "250 " + said[-1])

    def do_helo(self, rest):
        self.say("hello", ("arg", rest))
        self.place("ehlo")
        self.helo = rest
        self.reset()
        self.reply("250 mx.%s.test" % self.m.name)

    def do_noop(self, _):
        self.reply("250 2.0.0 yes")

    def do_rset(self, _):
        self.reset()
        self.reply("250 2.0.0 forgotten")

    def do_quit(self, _):
        self.place("quit")
        self.reply("221 2.0.0 bye")
        self.wire.end()
        raise Gone("quit")

    # ---- TLS ----

    def do_starttls(self, _):
        if "STARTTLS" not in self.ext:
            self.reply("503 5.5.1 not now" if self.secured else "502 5.5.1 what is that?")
            return
        self.place("starttls")
        if self.m.starttls in ("454", "501"):
            self.reply({"454": "454 4.7.0 not now", "501": "501 5.5.4 never"}[self.m.starttls])
            return
        if self.pending():
            self.say("early", ("text", self.buffer[:80].decode("utf-8", "replace")))
        self.buffer = b""
        self.plain.records = tlsio.Records()
        self.reply("220 2.0.0 go on", *["250 injected"] * (self.m.starttls == "inject"))
        self.place("handshake")
        if self.m.starttls == "garbage":
            self.fill()
            self.reply("250 what is this?")
            raise Gone("ours")
        self.handshake()

    def handshake(self):
        self.wire = tlsio.Secure(self.plain, self.r.context, self.m.hsdrip)
        try:
            self.wire.handshake()
        except ssl.SSLError as e:
            self.say("tlsfail", ("why", e.reason or str(e)))
            raise Gone("ours") from None
        version, suite, name, resumed = self.wire.facts()
        self.say("tls", ("version", version), ("suite", suite), ("sni", name), ("resumed", resumed))
        self.secure(True)
        self.reset()

    def do_mail(self, rest):
        m = re.fullmatch(r"FROM:<([^>]*)>(.*)", rest, re.I)
        if m is None or self.sender is not None or self.helo is None:
            self.reply("503 5.5.1 not now" if m else "501 5.5.4 what?")
            return
        self.say("mail", ("from", m.group(1)), ("params", m.group(2).strip()))
        self.place("mail")
        if self.m.per_conn and self.messages >= self.m.per_conn:
            self.leave("421 4.7.0 enough on this connection")
        params = dict((p.upper().partition("=")[::2]) for p in m.group(2).split())
        wrong = self.objection(params, m.group(1))
        if wrong:
            self.reply(wrong)
            return
        self.sender, self.params = m.group(1), params
        self.reply("250 2.1.0 ok")

    def objection(self, params, sender):
        """what is asked for and was not offered"""
        needs = {"SIZE": "SIZE", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8", "RET": "DSN", "ENVID": "DSN",
                 "REQUIRETLS": "REQUIRETLS"}
        for p in params:
            if needs.get(p, "") not in self.ext:
                return "555 5.5.4 %s was not offered" % p
        if not sender.isascii() and "SMTPUTF8" not in params:
            return "553 5.6.7 what letters are these?"
        size = params.get("SIZE", "0")
        if not re.fullmatch("[0-9]{1,20}", size):
            return "501 5.5.4 what size is that?"
        if self.m.size and int(size) > self.m.size:
            return "552 5.3.4 too large"
        return None

    def do_rcpt(self, rest):
        m = re.fullmatch(r"TO:<([^>]+)>(.*)", rest, re.I)
        if m is None or self.sender is None:
            self.reply("503 5.5.1 not now" if m else "501 5.5.4 what?")
            return
        self.place("rcpt")
        reply = self.judge(m.group(1))
        self.say("rcpt", ("to", m.group(1)), ("reply", reply))
        if reply.startswith("2"):
            self.rcpts.append(m.group(1))
        self.reply(reply)

    def judge(self, rcpt):
        if not rcpt.isascii() and "SMTPUTF8" not in self.params:
            return "553 5.6.7 what letters are these?"
        refused = self.m.refuses(rcpt.rpartition("@")[0])
        if refused:
            return refused
        if self.r.greylisted(self.source, self.sender, rcpt):
            return "450 4.7.1 come again later"
        return "250 2.1.5 ok"

    # ---- messages ----

    def do_data(self, _):
        if self.m.data == "refuse":
            self.reply("502 5.5.1 BDAT is what is spoken here")
            return
        if not self.rcpts:
            self.reply("503 5.5.1 no recipient")
            return
        self.place("data")
        self.reply("354 go on")
        parts, left = [], MESSAGE_MAX
        while (line := self.body_line()) != b".\r\n":
            parts.append(line[1:] if line.startswith(b".") else line)
            left -= len(parts[-1])
            if left < 0:
                raise Gone("ours")
            if len(parts) == 1:
                self.place("body")
        self.finish(b"".join(parts), "DATA")

    def body_line(self):
        while True:
            i = self.buffer.find(b"\r\n")
            if i >= 0:
                line, self.buffer = self.buffer[:i + 2], self.buffer[i + 2:]
                return line
            if len(self.buffer) > MESSAGE_MAX:
                raise Gone("ours")
            self.fill()

    def do_bdat(self, rest):
        m = re.fullmatch(r"([0-9]{1,9})( LAST)?", rest, re.I)
        if m is None or "CHUNKING" not in self.ext:
            self.leave("501 5.5.4 what?")
        n = int(m.group(1))
        if len(self.chunks or b"") + n > MESSAGE_MAX:
            self.leave("552 5.3.4 too large")
        while len(self.buffer) < n:
            self.fill()
        chunk, self.buffer = self.buffer[:n], self.buffer[n:]
        self.place("body")
        if not self.rcpts:
            self.reply("503 5.5.1 no recipient")
            return
        self.chunks = (self.chunks or b"") + chunk
        if m.group(2):
            self.finish(self.chunks, "BDAT")
        else:
            self.reply("250 2.0.0 so far")

    def finish(self, message, via):
        head, _, body = message.partition(b"\r\n\r\n")
        m = re.search(rb"^Message-ID:\s*(<[^>\r\n]*>)", head, re.I | re.M)
        mid = m.group(1).decode("utf-8", "replace") if m else ""
        reply = self.verdict(len(message))
        self.say("msg", ("id", mid), ("sum", hashlib.sha256(body).hexdigest()), ("size", len(message)),
                 ("from", self.sender), ("to", ",".join(self.rcpts)), ("via", via),
                 ("utf8", int("SMTPUTF8" in self.params)), ("requiretls", int("REQUIRETLS" in self.params)), ("reply", reply))
        if reply.startswith("2"):
            self.messages += 1
            self.r.come_back(self.sock.getsockname()[0], message, self.sender, self.rcpts)
        if not (self.m.drop and self.m.drop[0] == "dot") or self.r.withholds(mid):
            self.place("dot")
        self.reset()
        self.reply(reply)

    def verdict(self, size):
        if self.m.size and size > self.m.size:
            return "552 5.3.4 too large"
        if self.r.too_fast():
            return "450 4.7.0 too fast"
        if self.r.enough(self.rcpts[0].rpartition("@")[2]):
            return "550 5.7.1 no more of this"
        return "250 2.0.0 taken"


def serve(a, receivers):
    ready = selectors.DefaultSelector()
    found = [doors.doors(a, ready, r) for r in receivers]
    if a.ports:
        doors.write(a.ports, "".join("%s %s %d\n" % (d[-1].receiver.m.name, *d[-1].at) for d in found))
    downs = doors.Downs(a.down, [d for some in found for d in some]) if a.down else None
    while True:
        for key, _ in ready.select(LOOK_S if downs else None):
            key.data.enter()
        if downs:
            downs.look()


def endpoint(s):
    """ADDRESS:PORT"""
    address, _, port = s.rpartition(":")
    return address, int(port)


def main():
    ap = argparse.ArgumentParser(usage=__doc__.split("\n", 1)[0])
    ap.add_argument("--listen")
    ap.add_argument("--port", type=int, default=25)
    ap.add_argument("--ports")
    ap.add_argument("--certs")
    ap.add_argument("--down")
    ap.add_argument("--home", type=endpoint)
    ap.add_argument("--unsub", type=endpoint)
    ap.add_argument("receivers")
    ap.add_argument("log")
    ap.add_argument("names", nargs="*")
    a = ap.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    os.makedirs(a.log, exist_ok=True)
    try:
        all_of_them = manners.load(a.receivers)
    except (OSError, manners.Bad) as e:
        sys.exit("receiver.py: fatal: %s: %s" % (a.receivers, e))
    back = comeback.Comeback(a.home, a.unsub) if a.home else None
    serve(a, [Receiver(m, a.log, a.certs, back) for m in all_of_them if not a.names or m.name in a.names])


if __name__ == "__main__":
    main()
