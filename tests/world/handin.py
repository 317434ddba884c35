"""Messages handed to the instance of a world, and remembered."""
import fcntl, hashlib, itertools, os, smtplib, ssl, threading, time
import clock, ltsv

CONNECTIONS = 8         # at once, for more than a few messages


class Refused(Exception):
    pass


class Ask:
    """What is asked for with a message: `requiretls`, RFC 8689; `optional`, its
    TLS-Required: No; `utf8`, addresses and words in UTF-8, RFC 6531."""

    def __init__(self, sender, size, requiretls=False, optional=False, utf8=False):
        self.sender, self.size = sender, size
        self.requiretls, self.optional, self.utf8 = requiretls, optional, utf8

    def params(self):
        return " REQUIRETLS" * self.requiretls + " SMTPUTF8 BODY=8BITMIME" * self.utf8


def message(ask, to, mid):
    """head and body, with CRLF; the body has as many bytes as are asked for,
    about"""
    head = ["From: <%s>" % ask.sender, "To: <%s>" % to,
            "Subject: a message of the w%srld" % ("ö" if ask.utf8 else "o"),
            "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(clock.now())), "Message-ID: " + mid]
    head += ["TLS-Required: No"] * ask.optional
    line = "This is a line of text, and one like it follows.\r\n"
    if ask.utf8:
        line = "Dies ist eine Zeile, und die nächste ist ähnlich.\r\n"
        head += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    text = ("." + mid + "\r\n" + line * (ask.size // len(line) + 1)).encode()
    text = text[:max(ask.size - 2, 0)].decode(errors="ignore").encode()
    return "".join(l + "\r\n" for l in head).encode(), text.rstrip(b"\r\n") + b"\r\n"


class Sent:
    """The list of what was handed in: a line a message, with the queue's id."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()

    def add(self, *pairs):
        with self.lock, open(self.path, "a", encoding="utf-8") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            f.write(ltsv.line(pairs))


def one(s, sent, ask, to):
    mid = "<%s@here.test>" % os.urandom(10).hex()
    head, body = message(ask, to, mid)
    for code, text in (s.docmd("MAIL", "FROM:<%s>%s" % (ask.sender, ask.params())), s.docmd("RCPT", "TO:<%s>" % to)):
        if code != 250:
            raise Refused("%d %s" % (code, text.decode(errors="replace")))
    code, text = s.data(head + b"\r\n" + body)
    text = text.decode(errors="replace")
    if code != 250:
        raise Refused("%d %s" % (code, text))
    sent.add(("id", text.split()[-1]), ("t", "%.6f" % clock.now()), ("mid", mid), ("from", ask.sender), ("to", to),
             ("size", len(body)), ("sum", hashlib.sha256(body).hexdigest()), ("requiretls", int(ask.requiretls)))


def connect(address, ask):
    """greeted, and under TLS where that must be: REQUIRETLS is offered there alone"""
    s = smtplib.SMTP(*address, timeout=60)
    s.command_encoding = "utf-8"
    s.ehlo("world")
    if ask.requiretls:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        s.starttls(context=trusting)
        s.ehlo("world")
    return s


def messages(address, path, ask, a):
    """a.n messages to each of a.to, one after the other at a.r a second of
    the world (0: as fast as they are taken); Refused or OSError"""
    todo = iter(list(itertools.chain.from_iterable([a.to] * a.n)))
    lock, sent, failed, begun = threading.Lock(), Sent(path), [], clock.mono()
    count = itertools.count()

    def work():
        try:
            with connect(address, ask) as s:
                while not failed:
                    with lock:
                        to = next(todo, None)
                        due = begun + next(count) / a.r if a.r else 0
                    if to is None:
                        return
                    clock.sleep(max(0, due - clock.mono()))
                    one(s, sent, ask, to)
        except (OSError, Refused, smtplib.SMTPException) as e:
            failed.append(e)

    threads = [threading.Thread(target=work) for _ in range(min(CONNECTIONS, a.n * len(a.to)))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failed:
        raise Refused(str(failed[0]))
