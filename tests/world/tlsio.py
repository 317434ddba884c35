"""What a receiver reads and writes: in clear, and under TLS, whose handshake
may be slow.  Bytes that came in clear where TLS was agreed are counted."""
import ssl, warnings
import clock

CHUNK = 65536
TYPES = range(20, 25)   # of records, RFC 5246 section 6.2.1, and heartbeats
VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def context(m, pem):
    """of a receiver, with its certificate, and which versions and suites it has"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)     # old versions are wanted
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        weak = "@SECLEVEL=0"
        c.set_ciphers((m.ciphers or "ALL" if m.tls[0] == "1.0" else m.ciphers or "DEFAULT") + ":" + weak)
        c.minimum_version, c.maximum_version = VERSIONS[m.tls[0]], VERSIONS[m.tls[-1]]
        c.load_cert_chain(pem)
        c.sni_callback = asked
    return c


def asked(sslobject, name, _):
    sslobject.asked = name


class Records:
    """Counts what is no TLS record of a stream that is to have nothing else."""

    def __init__(self):
        self.head, self.left, self.clear = b"", 0, 0

    def feed(self, data):
        while data:
            if self.clear:
                self.clear += len(data)
                return
            if self.left:
                n = min(self.left, len(data))
                self.left, data = self.left - n, data[n:]
                continue
            n = 5 - len(self.head)
            self.head, data = self.head + data[:n], data[n:]
            if self.head[0] not in TYPES or self.head[1:2] not in (b"", b"\3"):
                self.clear = len(self.head) + len(data)
                return
            if len(self.head) == 5:
                self.left, self.head = int.from_bytes(self.head[3:], "big"), b""


class Plain:
    """A connection in clear; `records` counts from when it is there."""

    def __init__(self, sock):
        self.sock, self.records = sock, None

    def recv(self):
        """b"": that was all"""
        data = self.sock.recv(CHUNK)
        if self.records:
            self.records.feed(data)
        return data

    def take(self):
        """when there is something to be read"""
        return self.recv()

    def send(self, data):
        self.sock.sendall(data)

    def poll(self):
        """what has come already"""
        timeout = self.sock.gettimeout()
        self.sock.setblocking(False)
        try:
            return self.recv()
        except OSError:
            return b""
        finally:
            self.sock.settimeout(timeout)

    def end(self):
        pass


class Secure:
    """The same under TLS, over a Plain one."""

    def __init__(self, under, ssl_context, drip=0, server=True, name=None):
        self.under, self.drip = under, drip
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = ssl_context.wrap_bio(self.incoming, self.outgoing, server_side=server, server_hostname=name)
        self.tls.asked = None

    def flush(self):
        data = self.outgoing.read()
        if not self.drip:
            self.under.send(data)
            return
        for i in range(len(data)):
            self.under.send(data[i:i + 1])
            clock.sleep(self.drip)

    def fill(self):
        data = self.under.recv()
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()

    def handshake(self):
        """ssl.SSLError, or OSError: there is none"""
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush()
                self.fill()
            except ssl.SSLError:
                self.flush()    # the alert
                raise
        self.flush()
        self.drip = 0

    def facts(self):
        """version, suite, the name that was asked for, whether it was resumed"""
        return self.tls.version(), self.tls.cipher()[0], self.tls.asked or "", int(self.tls.session_reused or 0)

    def read(self):
        """None: nothing yet"""
        try:
            return self.tls.read(CHUNK)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def recv(self):
        while (data := self.read()) is None:
            self.fill()
        return data

    def take(self):
        """what one read brings; None: nothing whole"""
        self.fill()
        return self.come()

    def come(self):
        """what is whole of that which was read already, or None"""
        parts = []
        while data := self.read():
            parts.append(data)
        return b"".join(parts) or data

    def send(self, data):
        for i in range(0, len(data), 16384):
            self.tls.write(data[i:i + 16384])
        self.flush()

    def poll(self):
        data = self.under.poll()
        if data:
            self.incoming.write(data)
        return self.read() or b""

    def end(self):
        """close_notify"""
        try:
            self.tls.unwrap()
        except (ssl.SSLError, OSError, ValueError):
            pass
        try:
            self.flush()
        except OSError:
            pass
