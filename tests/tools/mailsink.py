#!/usr/bin/env python3
"""mailsink.py [-h] [-t PEM] [-w MS] PORT [FILE] - a fast SMTP server on 127.0.0.1 that takes everything

Each message is appended to FILE as it came, dots and line ends undone, behind
a line "X-Rcpt-Args: ADDRESS" for each recipient.  FILE is opened for each
message, so that whoever reads it may take it away.  Recipients that begin with
"refused" are refused.  With -h no DATA is answered before SIGUSR1; with -t
STARTTLS is offered, by the certificate and key in PEM, and the client asked
for its own; with -w each final dot is answered MS milliseconds after FILE has
the message.
"""
import asyncio, getopt, re, resource, signal, socket, ssl, sys

BACKLOG = 4000
opts, args = getopt.getopt(sys.argv[1:], "ht:w:")
opts = dict(opts)
held = [] if "-h" in opts else None
wait_s = int(opts.get("-w", 0)) / 1000
port, path = int(args[0]), (args[1:] or ["/dev/null"])[0]
OFFER = b"250-mailsink\r\n250-PIPELINING\r\n%s250 8BITMIME\r\n"
OK = b"250 2.0.0 ok\r\n"
tls = opts.get("-t")


def context():
    """one for each connection: it knows no sessions, so each is a handshake"""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(tls)
    c.load_verify_locations(tls)
    c.verify_mode = ssl.CERT_OPTIONAL
    return c


class Session(asyncio.Protocol):
    def connection_made(self, transport):
        self.out, self.rest, self.data, self.to = transport, b"", False, []
        self.secure = self.shaking = self.waits = False
        transport.write(b"220 mailsink ESMTP\r\n")

    def data_received(self, bytes_):
        self.rest += bytes_
        if not self.shaking and not self.waits:
            self.work()

    def work(self):
        replies = []
        while not self.waits and (self.message(replies) if self.data else self.command(replies)):
            pass
        last = replies.pop() if self.waits else b""
        self.out.write(b"".join(replies))
        if self.waits:
            asyncio.get_running_loop().call_later(wait_s, self.answered, last)
        if replies and replies[-1][:3] == b"221":
            self.out.close()

    def answered(self, reply):
        self.waits = False
        if not self.out.is_closing():
            self.out.write(reply)
            self.work()

    async def handshake(self):
        try:
            self.out = await asyncio.get_running_loop().start_tls(self.out, self, context(), server_side=True)
        except (OSError, ssl.SSLError):
            return
        self.shaking = False
        self.work()

    def message(self, replies):
        body, end, rest = (b"\r\n" + self.rest).partition(b"\r\n.\r\n")
        if not end:
            return False
        head = b"".join(b"X-Rcpt-Args: %s\n" % a for a in self.to)
        with open(path, "ab", 0) as f:
            f.write(head + body[2:].replace(b"\r\n.", b"\r\n").replace(b"\r\n", b"\n") + b"\n")
        self.rest, self.data, self.to = rest, False, []
        self.waits = wait_s > 0
        replies.append(OK)
        return True

    def command(self, replies):
        line, end, rest = self.rest.partition(b"\r\n")
        if not end:
            return False
        self.rest, word = rest, line[:4].upper()
        if word == b"STAR" and tls and not self.secure:
            self.out.pause_reading()
            self.out.write(b"220 2.0.0 go ahead\r\n")
            self.secure, self.shaking, self.rest = True, True, b""
            self.shake = asyncio.ensure_future(self.handshake())
            return False
        if word == b"RCPT":
            to = re.search(rb"<.*>", line)[0]
            if to.startswith(b"<refused"):
                replies.append(b"550 5.1.1 nobody\r\n")
                return True
            self.to.append(to)
        elif word in (b"MAIL", b"RSET", b"EHLO", b"HELO"):
            self.to = []
        if word == b"DATA" and not self.to:
            replies.append(b"503 5.5.1 to whom?\r\n")
            return True
        self.data = word == b"DATA"
        if self.data and held is not None:
            held.append(self.out)
            return False
        replies.append({b"EHLO": OFFER % (b"250-STARTTLS\r\n" if tls and not self.secure else b""), b"DATA": b"354 go on\r\n",
                        b"QUIT": b"221 2.0.0 bye\r\n"}.get(word, OK))
        return word != b"QUIT"


def go_on():
    global held
    for out in held or []:
        out.write(b"354 go on\r\n")
    held = None


async def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go_on)
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    server = await asyncio.get_running_loop().create_server(Session, sock=s, backlog=BACKLOG)
    await server.serve_forever()


asyncio.run(main())
