"""Who stands between a sender and a receiver: strips STARTTLS, answers it, talks
TLS to both ends, cuts the connection, or only writes down what goes over the
wire."""
import os, select, socket, ssl, threading
import tlsio

CUT = 6000              # bytes of the sender: within the body of a larger message
STARTTLS = b"STARTTLS\r\n"


class Proxy:
    """In front of one receiver; say(WHAT, PAIR...) writes to its log."""

    def __init__(self, m, target, certs, folder, say):
        self.m, self.target, self.say = m, target, say
        self.wire = os.path.join(folder, m.name + ".wire")
        self.context = None
        if m.proxy == "mitm":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(os.path.join(certs, "mitm-%s.pem" % m.name))

    def serve(self, sock, _):
        threading.Thread(target=Between(self, sock).run, daemon=True).start()


class Between:
    """One connection."""

    def __init__(self, proxy, sock):
        self.p, self.how = proxy, proxy.m.proxy
        self.near = tlsio.Plain(sock)
        self.said = 0                       # bytes of the sender
        self.agreed = False                 # STARTTLS was said
        self.line = b""                     # of the sender, before that

    def run(self):
        try:
            self.far = tlsio.Plain(socket.create_connection(self.p.target, 60))
        except OSError:
            self.near.sock.close()
            return
        try:
            self.relay()
        except (OSError, EOFError):
            pass
        finally:
            clear = [w.records.clear if w.records else 0 for w in (self.far_plain(), self.near_plain())]
            self.p.say("proxy", ("far", clear[0]), ("near", clear[1]))
            for w in (self.near_plain(), self.far_plain()):
                w.sock.close()

    def near_plain(self):
        return getattr(self.near, "under", self.near)

    def far_plain(self):
        return getattr(self.far, "under", self.far)

    def relay(self):
        while True:
            ready, _, _ = select.select([self.near_plain().sock, self.far_plain().sock], [], [])
            for sock in ready:
                if sock is self.near_plain().sock:
                    self.from_sender(self.near.take())
                else:
                    self.from_receiver(self.far.take())

    def record(self, who, data):
        if self.how == "record" and data:
            with open(self.p.wire, "a", encoding="ascii") as f:
                f.write("%s %s\n" % (who, data.hex()))

    def from_sender(self, data):
        if data is None:
            return
        self.record(">", data)
        if not data:
            raise EOFError
        self.said += len(data)
        if self.how == "cut" and self.said > CUT:
            raise EOFError
        if not self.agreed and self.is_starttls(data):
            self.starttls(data)
        else:
            self.far.send(data)

    def is_starttls(self, data):
        """it is never in one segment with others: nothing may be pipelined with it"""
        self.line = (self.line + data)[-len(STARTTLS):]
        return self.line.upper() == STARTTLS

    def starttls(self, data):
        if self.how == "454":
            self.near.send(b"454 4.7.0 not now\r\n")
        elif self.how == "mitm":
            self.agreed = True
            self.both()
        else:
            self.agreed = True
            # its 220 is still to come in clear
            self.near.records = tlsio.Records()
            self.far.send(data)

    def both(self):
        """TLS to either end"""
        self.far.send(STARTTLS)
        if not self.far.recv().startswith(b"220"):
            raise EOFError
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        far = tlsio.Secure(self.far, trusting, server=False, name="mx")
        far.handshake()
        self.far = far
        self.near.send(b"220 2.0.0 go on\r\n")
        near = tlsio.Secure(self.near, self.p.context)
        near.handshake()
        self.near = near
        # no socket is ready for what came with the last of a handshake
        self.from_sender(near.come())
        self.from_receiver(far.come())

    def from_receiver(self, data):
        if data is None:
            return
        self.record("<", data)
        if not data:
            raise EOFError
        if self.how == "strip":
            data = data.replace(b"STARTTLS", b"XXXXXXXX")
        self.near.send(data)
        if self.agreed and self.how != "mitm" and self.far.records is None:
            self.far.records = tlsio.Records()
