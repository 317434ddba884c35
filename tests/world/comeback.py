"""What comes back of messages that a receiver has taken: bounces, complaints,
wishes to be unsubscribed, answers of machines; the manner `back` in world(7)."""
import email.parser, email.policy, heapq, http.client, re, smtplib, sys, threading, time, traceback, urllib.parse
import clock

KINDS = ("bounce", "complain", "unsubscribe", "one-click", "autoreply")
WORKERS = 4             # that bring it back
AGAIN_S = 0.5           # of the world: until one that was not taken is brought again
TIMEOUT_S = 60
REPORTS_TO = "fbl"      # at the domain of the return path


def parse(s):
    """KIND:PERCENT[/SECONDS],...; ValueError"""
    found = []
    for word in s.split(","):
        m = re.fullmatch(r"([a-z-]+):([0-9]{1,3})(?:/([0-9]{1,6}))?", word)
        if not m or m.group(1) not in KINDS or m.group(1) in [k for k, *_ in found]:
            raise ValueError
        found.append((m.group(1), int(m.group(2)), int(m.group(3) or 0)))
    if sum(percent for _, percent, _ in found) > 100:
        raise ValueError
    return found


def share(back, i):
    """(kind, seconds) of what comes back of the i-th message, or None; of each
    hundred just as many as are asked for, and not in a row"""
    n = i * 37 % 100
    for kind, percent, seconds in back:
        if n < percent:
            return kind, seconds
        n -= percent
    return None


class Letter:
    """A message that was taken."""

    def __init__(self, host, message, sender, rcpt):
        self.host, self.sender, self.rcpt = host, sender, rcpt
        self.head = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace") + "\r\n"
        self.fields = email.parser.HeaderParser(policy=email.policy.default).parsestr(self.head)
        self.mid = str(self.fields.get("Message-ID", ""))

    def links(self, scheme):
        """of List-Unsubscribe: the first of this scheme, or None"""
        found = re.findall(r"<(%s:[^>]*)>" % scheme, re.sub(r"\s", "", str(self.fields.get("List-Unsubscribe", ""))))
        return found[0] if found else None


def mail(letter, fields, body):
    head = "".join("%s: %s\r\n" % f for f in fields)
    return head + "Date: %s\r\n" % time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(clock.now())) + \
        ("In-Reply-To: %s\r\n" % letter.mid if letter.mid else "") + "\r\n" + body


def report(letter, kind, to, parts):
    text = "".join("--=_b\r\nContent-Type: %s\r\n\r\n%s\r\n" % p for p in parts) + "--=_b--\r\n"
    return mail(letter, [("From", "Mail Delivery System <MAILER-DAEMON@%s>" % letter.host), ("To", "<%s>" % to),
                         ("Subject", "Undelivered Mail Returned to Sender"), ("MIME-Version", "1.0"),
                         ("Content-Type", 'multipart/report; report-type=%s; boundary="=_b"' % kind)], text)


def dsn(letter, whole=True):
    """RFC 3464"""
    status = ("Reporting-MTA: dns; %s\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n"
              "Diagnostic-Code: smtp; 550 5.1.1 <%s>: user unknown\r\n" % (letter.host, letter.rcpt, letter.rcpt))
    parts = [("text/plain", "It could not be delivered.\r\n"), ("message/delivery-status", status)]
    if whole:
        parts.append(("text/rfc822-headers", letter.head))
    return report(letter, "delivery-status", letter.sender, parts)


def free(letter, words, returned):
    text = words % letter.rcpt + (returned + "\r\n" + letter.head if returned else "")
    return mail(letter, [("From", "MAILER-DAEMON@%s" % letter.host), ("To", letter.sender), ("Subject", "failure notice")], text)


QMAIL = ("Hi. This is the mail program here.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
         "\r\n<%s>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n")
EXIM = ("This message was created automatically by mail delivery software.\r\n\r\n"
        "A message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error."
        " The following address(es) failed:\r\n\r\n  %s\r\n    550 5.1.1 Unknown user\r\n\r\n")
# what systems send whose user is unknown, one after the other
BOUNCES = (("dsn", dsn), ("dsn-bare", lambda l: dsn(l, False)),
           ("qmail", lambda l: free(l, QMAIL, "--- Below this line is a copy of the message.\r\n")),
           ("exim", lambda l: free(l, EXIM, "------ This is a copy of the message, including all the headers. ------\r\n")),
           ("bare", lambda l: free(l, QMAIL, "")))


def complaint(letter, to):
    """RFC 5965"""
    fields = ("Feedback-Type: abuse\r\nUser-Agent: world/1\r\nVersion: 1\r\nOriginal-Mail-From: <%s>\r\nOriginal-Rcpt-To: <%s>\r\n"
              "Reported-Domain: %s\r\n" % (letter.sender, letter.rcpt, letter.sender.rpartition("@")[2]))
    return report(letter, "feedback-report", to, [
        ("text/plain", "Somebody did not want this.\r\n"), ("message/feedback-report", fields),
        ("message/rfc822", "Return-Path: <%s>\r\n%s\r\n" % (letter.sender, letter.head))])


def compose(letter, kind, n):
    """(form, from, to, text) of a mail; to is None when the letter does not say
    where it goes"""
    if kind == "bounce":
        form, make = BOUNCES[n % len(BOUNCES)]
        return form, "", letter.sender, make(letter)
    if kind == "complain":
        to = "%s@%s" % (REPORTS_TO, letter.sender.rpartition("@")[2])
        return "arf", "complaints@" + letter.host, to, complaint(letter, to)
    if kind == "autoreply":
        return "vacation", "", letter.sender, mail(letter, [
            ("From", letter.rcpt), ("To", letter.sender), ("Subject", "Out of office"),
            ("Auto-Submitted", "auto-replied")], "I am away.\r\n")
    link = urllib.parse.urlsplit(letter.links("mailto") or "")
    subject = urllib.parse.parse_qs(link.query).get("subject", ["unsubscribe"])[0]
    return "mailto", letter.rcpt, urllib.parse.unquote(link.path) or None, mail(letter, [
        ("From", letter.rcpt), ("To", link.path), ("Subject", subject)], "\r\n")


def hand_in(home, source, letter, sender, to, text):
    """the reply; OSError or SMTPException when it is to be tried again"""
    with smtplib.SMTP(*home, timeout=TIMEOUT_S, source_address=(source, 0)) as s:
        s.ehlo(letter.host)
        for code, said in (s.mail(sender), s.rcpt(to)):
            if code != 250:
                break
        else:
            code, said = s.data(text.encode())
        if code // 100 == 4:
            raise OSError("%d" % code)
        return "%d %s" % (code, said.decode(errors="replace"))


def post(web, link):
    """one-click, RFC 8058, as a proxy that has the TLS hands it on"""
    url = urllib.parse.urlsplit(link)
    h = http.client.HTTPConnection(*web, timeout=TIMEOUT_S)
    h.request("POST", url.path + ("?" + url.query if url.query else ""), "List-Unsubscribe=One-Click",
              {"Host": url.netloc, "Content-Type": "application/x-www-form-urlencoded"})
    r = h.getresponse()
    r.read()
    h.close()
    if r.status in (429, 502, 503):
        raise OSError("%d" % r.status)
    return "%d" % r.status


class Comeback:
    """What is on its way back; home, web: (address, port) of who sent the mail."""

    def __init__(self, home, web):
        self.home, self.web, self.due, self.n = home, web, [], 0
        self.lock = threading.Condition()
        for _ in range(WORKERS):
            threading.Thread(target=self.work, daemon=True).start()

    def put(self, after, job):
        with self.lock:
            self.n += 1
            heapq.heappush(self.due, (clock.mono() + after, self.n, job))
            self.lock.notify()

    def next(self):
        with self.lock:
            while True:
                wait = self.due[0][0] - clock.mono() if self.due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self.due)[2]
                self.lock.wait(wait and clock.system(wait))

    def work(self):
        while True:
            job = self.next()
            try:
                job()
            except (OSError, smtplib.SMTPException, http.client.HTTPException):
                self.put(AGAIN_S, job)
            except Exception:
                traceback.print_exc(file=sys.stderr)

    def add(self, say, source, letter, kind, seconds, n):
        """say(WHAT, PAIR...) is told when it has been taken, or refused"""
        if not letter.sender:
            return
        if kind == "one-click":
            form, to = "post", letter.links("https") or letter.links("http")
            bring = lambda: post(self.web, to)
        else:
            form, sender, to, text = compose(letter, kind, n)
            bring = lambda: hand_in(self.home, source, letter, sender, to, text)
        about = (("kind", kind), ("form", form), ("id", letter.mid), ("to", letter.rcpt), ("from", letter.sender), ("at", to or ""))
        if to is None:
            say("nowhere", *about)
            return
        self.put(seconds, lambda: say("back", *about, ("reply", bring())))
