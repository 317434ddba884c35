#!/usr/bin/env python3
"""smtp-recv -P: logins, and what they are good for"""
import base64, hashlib, hmac, os, signal, smtplib, socket, ssl, subprocess, sys, threading, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

at = T + "/auth"
secrets = []


def b64(b):
    return base64.b64encode(b if isinstance(b, bytes) else b.encode()).decode()


def user(name, password, *opts):
    subprocess.run([bin_dir + "/auth-user", *opts, "add", "logins", name], check=True, input=password + "\n", text=True)
    secrets.append(b64("\0" + name + "\0" + password))


class Auth:
    """auth-cdb at a socket"""

    def __init__(self, path=at):
        self.err = open(T + "/auth.err", "w")
        self.p = start([bin_dir + "/sock-serve", "-w", "unix:" + path, bin_dir + "/auth-cdb", "logins"], stderr=self.err)
        wait(lambda: os.path.exists(path))

    def stop(self):
        os.killpg(self.p.pid, signal.SIGTERM)
        self.p.wait()


class Deaf(threading.Thread):
    """a server of logins that says what it has, and answers nothing more"""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.s, self.asked, self.held = socket.socket(socket.AF_UNIX), 0, []
        self.s.bind(path)
        self.s.listen(5)
        self.start()

    def run(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            self.held.append(c)
            c.sendall(b"VERSION\t1\t1\nMECH\tPLAIN\nDONE\n")
            threading.Thread(target=self.hear, args=(c,), daemon=True).start()

    def hear(self, c):
        while True:
            d = c.recv(65536)
            if not d:
                return
            self.asked += d.count(b"AUTH\t")

    def hang_up(self):
        for c in self.held:
            c.shutdown(socket.SHUT_RDWR)


def hello(s, **kw):
    c = Client(s, **kw)
    c.ehlo = c.cmd("EHLO client.example")
    return c


def plain(c, name, password):
    return c.cmd("AUTH PLAIN " + b64("\0" + name + "\0" + password))


def scram(c, name, password):
    """RFC 5802; the reply, or what is wrong with the server's proof"""
    name, password = name.encode(), password.encode()
    bare = b"n=" + name + b",r=clientnonce"
    r = c.cmd("AUTH SCRAM-SHA-256 " + b64(b"n,," + bare))
    if r[:3] != "334":
        return r
    first = base64.b64decode(r[4:])
    r, s, i = (x[2:] for x in first.split(b",")[:3])
    salted = hashlib.pbkdf2_hmac("sha256", password, base64.b64decode(s), int(i))
    mac = lambda k, m: hmac.new(k, m, "sha256").digest()
    key = mac(salted, b"Client Key")
    without = b"c=biws,r=" + r
    auth = bare + b"," + first + b"," + without
    proof = bytes(a ^ b for a, b in zip(key, mac(hashlib.sha256(key).digest(), auth)))
    r = c.cmd(b64(without + b",p=" + base64.b64encode(proof)))
    if r[:3] != "334":
        return r
    if base64.b64decode(r[4:]) != b"v=" + base64.b64encode(mac(mac(salted, b"Server Key"), auth)):
        return "no proof"
    return c.cmd("")


def mechanisms():
    s = Server("-P", "unix:" + at, "-o", "plain-auth")
    c = hello(s)
    ok(wait(lambda: "AUTH PLAIN LOGIN SCRAM-SHA-256\n" in c.cmd("EHLO x") + "\n"), "mechanisms are offered", c.ehlo)
    is_(c.cmd("RCPT TO:<x@far.example>")[:3], "503", "no transaction")
    is_(c.mail(to="x@far.example")[:3], "554", "a stranger may not relay")
    c.cmd("RSET")
    is_(plain(c, "ann", "secret"), "235 2.7.0 authenticated", "PLAIN")
    is_(plain(c, "ann", "secret")[:9], "503 5.5.1", "once")
    ok("AUTH" not in c.cmd("EHLO client.example"), "nor is it offered")
    is_(c.mail(to="x@far.example")[:3], "250", "who has logged in may relay")
    like(s.last("env"), "\nproto ESMTPA\nuser ann\norigin inside\n", "the envelope says who it is")
    like(s.last("msg"), "with ESMTPA;", "and Received how")
    c.close()

    c = hello(s)
    is_(c.cmd("AUTH PLAIN"), "334 ", "without initial response")
    is_(c.cmd(b64("\0ann\0secret"))[:3], "235", "which comes then")
    c.close()
    c = hello(s)
    is_(c.cmd("AUTH LOGIN"), "334 VXNlcm5hbWU6", "LOGIN")
    is_(c.cmd(b64("ann")), "334 UGFzc3dvcmQ6", "goes on")
    is_(c.cmd(b64("secret"))[:3], "235", "to its end")
    c.close()
    c = hello(s)
    is_(scram(c, "ann", "secret")[:3], "235", "SCRAM-SHA-256")
    c.close()
    c = hello(s)
    is_(scram(c, "ann", "Secret")[:9], "535 5.7.8", "a wrong password")
    is_(plain(c, "eve", "secret")[:9], "535 5.7.8", "a wrong name")
    is_(plain(c, "ann", "x"), "421 4.7.0 too many failed logins", "the third")
    ok(c.gone(), "is the last")
    c.close()
    like(s.log(), "ev:rejected.*client:127.0.0.1.*login:ann\tcode:535\tesc:5.7.8", "the log says who it was not")
    c = hello(s)
    is_(plain(c, "off", "secret")[:10], "525 5.7.13", "one that is off")
    is_(c.cmd("AUTH LOGIN")[:3], "334", "an exchange")
    is_(c.cmd("*"), "501 5.7.0 cancelled", "is cancelled")
    is_(c.cmd("AUTH PLAIN ?")[:9], "501 5.5.2", "no base64")
    is_(c.cmd("AUTH FOO")[:9], "504 5.5.4", "another mechanism")
    is_(c.cmd("AUTH EXTERNAL =")[:9], "504 5.5.4", "one that is never offered")
    is_(c.cmd("AUTH PLAIN " + "A" * 12000)[:9], "500 5.5.6", "too long for who is asked")
    is_(c.cmd("AUTH PLAIN " + "A" * 12800)[:9], "500 5.5.6", "too long a line")
    c.cmd("MAIL FROM:<a@b.example>")
    is_(plain(c, "ann", "secret")[:9], "503 5.5.1", "not within a transaction")
    c.cmd("RSET")
    is_(c.cmd("MAIL FROM:<a@b.example> AUTH=<>")[:3], "250", "MAIL AUTH=")
    c.close()
    # pipelined, in pieces
    c = Client(s)
    c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for b in "EHLO x\r\nAUTH PLAIN %s\r\nNOOP\r\nQUIT\r\n" % b64("\0ann\0secret"):
        c.send(b)
    is_([c.reply()[:3] for _ in range(4)], ["250", "235", "250", "221"], "byte by byte")
    c.close()
    c = hello(s)
    c.send("AUTH PLAIN %s\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@far.example>\r\nQUIT\r\n" % b64("\0ann\0secret"))
    is_([c.reply()[:3] for _ in range(4)], ["235", "250", "250", "221"], "at once")
    c.close()
    # the client's own library
    m = smtplib.SMTP("127.0.0.1", s.port)
    m.login("ann", "secret")
    m.sendmail("a@b.example", ["x@far.example"], "Subject: y\r\n\r\nhi\r\n")
    m.quit()
    like(s.last("env"), "\nuser ann\n", "smtplib logs in")
    for secret in secrets:
        ok(secret not in s.log() and "secret" not in s.log(), "no password is logged")
    s.stop()


def under_tls():
    s = Server("-P", "unix:" + at, "-K", key)
    c = hello(s)
    ok("STARTTLS" in c.ehlo and "AUTH" not in c.ehlo, "in clear no login is offered", c.ehlo)
    is_(plain(c, "ann", "secret"), "538 5.7.11 STARTTLS first", "nor taken")
    c.starttls()
    ok(" PLAIN " in c.cmd("EHLO client.example"), "it is under TLS")
    is_(plain(c, "ann", "secret")[:3], "235", "and taken")
    is_(c.mail(to="x@far.example")[:3], "250", "a message")
    like(s.last("env"), "\nproto ESMTPSA\ntls TLSv1.2,.*\nuser ann\n", "its envelope")
    c.close()
    s.stop()
    # a login from before STARTTLS is none behind it
    s = Server("-P", "unix:" + at, "-K", key, "-o", "plain-auth", "-a", "1")
    c = Client(s, src="127.0.0.5")
    c.cmd("EHLO x")
    wait(lambda: plain(c, "ann", "secret")[:3] == "235" or time.sleep(0.1))
    is_(c.starttls()[:3], "220", "STARTTLS behind a login")
    c.cmd("EHLO x")
    is_(c.mail(to="x@far.example")[:3], "554", "it is forgotten")
    d = Client(s, src="127.0.0.5")
    is_(d.banner, "421 4.7.0 too many connections from your address, try again later", "and counted for its address again")
    c.close()
    d.close()
    s.stop()


def submission():
    s = Server("-P", "unix:" + at, "-K", key, "-o", "submission")
    c = hello(s)
    is_(c.cmd("MAIL FROM:<a@b.example>"), "530 5.7.0 STARTTLS first", "submission: TLS first")
    c.starttls()
    c.cmd("EHLO x")
    is_(c.cmd("MAIL FROM:<a@b.example>"), "530 5.7.0 log in first", "then a login")
    is_(plain(c, "ann", "secret")[:3], "235", "which is taken")
    is_(c.mail(to="x@far.example")[:3], "250", "and the message")
    c.close()
    m = smtplib.SMTP("127.0.0.1", s.port)
    m.starttls(context=context())
    m.login("ann", "secret")
    m.sendmail("a@b.example", ["x@far.example", "c@local.test"], "Subject: y\r\n\r\nhi\r\n")
    m.quit()
    like(s.last("env"), "\nproto ESMTPSA\n", "smtplib submits")
    s.stop()
    s = Server("-P", "unix:" + at, "-K", key, "-i", "-o", "submission,plain-auth")
    m = smtplib.SMTP_SSL("127.0.0.1", s.port, context=context())
    m.login("ann", "secret")
    m.sendmail("a@b.example", ["x@far.example"], "Subject: y\r\n\r\nhi\r\n")
    m.quit()
    like(s.last("env"), "\nproto ESMTPSA\n", "also by TLS from the first byte")
    s.stop()


def senders():
    """as whom a login may send"""
    s = Server("-P", "unix:" + at, "-o", "plain-auth")
    conf("senders", "ann a@b.example @shop.example\n")
    c = hello(s)
    wait(lambda: plain(c, "ann", "secret")[:3] == "235" or time.sleep(0.1))
    ok(wait(lambda: c.cmd("MAIL FROM:<c@b.example>") == "553 5.7.1 you may not send as this address" or c.cmd("RSET") and time.sleep(0.1)),
       "an address that is not listed")
    is_(c.cmd("MAIL FROM:<>")[:3], "553", "the null sender is not either")
    is_(c.cmd("MAIL FROM:<x@shop.example>")[:3], "250", "one of a domain that is")
    c.cmd("RSET")
    to = "x@far.example"
    is_(c.mail(to=to, text="From: a@b.example\r\n\r\nhi\r\n", sender="A@B.example")[:3], "250", "and in the message")
    is_(c.mail(to=to, text="From: eve@b.example\r\n\r\nhi\r\n", sender="a@b.example"),
        "550 5.7.1 you may not write as the address in From", "From of another")
    is_(c.mail(to=to, text="From: eve@b.example\r\n\r\n" + "hello hello\r\n" * 10000, sender="a@b.example")[:9], "550 5.7.1",
        "in a large message")
    is_(s.parcels(), 1, "nothing of it goes on")
    like(s.log(), "ev:rejected.*\tuser:ann\tcode:550", "the log says who it was")
    d = hello(s)
    is_(d.mail(text="From: eve@b.example\r\n\r\nhi\r\n", sender="c@b.example")[:3], "250", "others are not asked")
    d.close()
    with open("conf/senders.cdb", "w") as f:
        f.write("damaged")
    ok(wait(lambda: c.cmd("MAIL FROM:<a@b.example>")[:9] == "451 4.3.0" or c.cmd("RSET") and time.sleep(0.1)), "damaged: not now")
    ok("warning: nobody may send: conf/senders.cdb: " in s.log(), "which is said", s.log())
    os.unlink("conf/senders.cdb")
    ok(wait(lambda: c.cmd("MAIL FROM:<c@b.example>")[:3] == "250" or c.cmd("RSET") and time.sleep(0.1)), "without the file: as anybody")
    c.close()
    s.stop()


def certificates():
    """a certificate is a login"""
    with open("client.pem", "w") as f:
        f.write(open("made/client.crt").read() + open("made/client.key").read())
    text = subprocess.run(["openssl", "x509", "-in", "made/client.crt", "-noout", "-fingerprint", "-sha256"],
                          capture_output=True, text=True).stdout
    conf("certs", text.split("=", 1)[1].strip() + " shop\n")
    s = Server("-A", "-K", key, "-P", "unix:" + at, "-o", "submission")
    c = hello(s)
    c.starttls(ctx=context("client.pem"))
    ok("AUTH EXTERNAL\n" in c.cmd("EHLO client.example") + "\n", "its owner is offered EXTERNAL")
    is_(c.mail(to="x@far.example")[:3], "250", "and has logged in without")
    like(s.last("env"), "\nproto ESMTPS\ntls .*\ntls-cert sha256:[0-9a-f]{64}\nuser shop\norigin inside\n", "the envelope")
    is_(c.cmd("AUTH PLAIN =")[:3], "504", "another mechanism is not offered")
    is_(c.cmd("AUTH EXTERNAL " + b64("eve"))[:3], "535", "as somebody else")
    is_(c.cmd("AUTH EXTERNAL"), "334 ", "without initial response")
    is_(c.cmd(b64("shop"))[:3], "235", "as himself")
    is_(c.cmd("AUTH EXTERNAL =")[:3], "503", "once")
    c.mail(to="x@far.example")
    like(s.last("env"), "\nproto ESMTPSA\n", "which the envelope says")
    c.close()
    c = hello(s)
    c.starttls(ctx=context("client.pem"))
    c.cmd("EHLO client.example")
    is_(c.cmd("AUTH EXTERNAL =")[:3], "235", "as whom the certificate says")
    c.close()
    c = hello(s)
    c.starttls()
    ok("AUTH PLAIN" in c.cmd("EHLO client.example"), "others log in by password")
    is_(c.cmd("MAIL FROM:<a@b>")[:3], "530", "or not at all")
    c.close()
    conf("certs", "00" * 32 + " shop\n")
    c = hello(s)
    c.starttls(ctx=context("client.pem"))
    ok(wait(lambda: "certs.cdb is in force" in s.log() or (Client(s).starttls(ctx=context("client.pem")) and time.sleep(0.1))), "another table", s.log())
    c.close()
    c = hello(s)
    c.starttls(ctx=context("client.pem"))
    c.cmd("EHLO client.example")
    is_(c.cmd("MAIL FROM:<a@b>")[:3], "530", "a certificate that is nobody's")
    c.close()
    s.stop()


def one_each():
    s = Server("-P", "unix:" + at, "-o", "plain-auth", run=["tcpserver", "-HRl0", "127.0.0.1", "%d"], listen=False)
    c = hello(s)
    is_(plain(c, "ann", "secret")[:3], "235", "under tcpserver")
    is_(c.mail(to="x@far.example")[:3], "250", "a message")
    like(s.last("env"), "\nuser ann\n", "its envelope")
    c.close()
    s.stop()


def away():
    s = Server("-P", "unix:" + T + "/nowhere", "-o", "plain-auth")
    c = hello(s)
    ok("AUTH PLAIN LOGIN" in c.ehlo, "nobody to ask: still offered", c.ehlo)
    is_(plain(c, "ann", "secret")[:9], "454 4.7.0", "and put off")
    is_(c.mail()[:3], "250", "mail is taken")
    c.close()
    ok("warning: no logins: unix:%s/nowhere: " % T in s.log(), "which is said", s.log())
    # one who does not answer holds nobody else
    deaf = Deaf(T + "/nowhere")
    c = hello(s)
    ok(wait(lambda: "AUTH PLAIN\n" in c.cmd("EHLO x") + "\n"), "one who comes is asked")
    waiting = [hello(s) for _ in range(90)]
    for w in waiting:
        w.send("AUTH PLAIN %s\r\n" % b64("\0ann\0secret"))
    ok(wait(lambda: deaf.asked >= 90), "many wait", deaf.asked)
    t = time.monotonic()
    is_(c.mail()[:3], "250", "mail of others")
    ok(time.monotonic() - t < 1, "flows")
    waiting[0].send("QUIT\r\n")
    waiting[1].close()
    deaf.hang_up()
    is_([w.reply()[:3] for w in waiting[:1] + waiting[2:]], ["454"] * 89, "he goes away: not now")
    is_(waiting[0].reply()[:3], "221", "and on with what stood behind it")
    for w in waiting[2:]:
        w.send("AUTH PLAIN %s\r\n" % b64("\0ann\0secret"))
    wait(lambda: deaf.asked >= 91)
    t = time.monotonic()
    s.p.send_signal(signal.SIGTERM)
    s.p.wait(10)
    ok(time.monotonic() - t < 2, "TERM ends it within two seconds")
    is_(waiting[2].reply()[:3] in ("421", "454"), True, "and says so")
    s.stop()
    deaf.s.close()


try:
    conf("me", "mx.test\n")
    conf("local", "local.test\n")
    for opts, want in ((["-o", "x"], "bad -o x: want submission, plain-auth, no-bdat, header-rcpts, or lmtp without first and last"),
                       (["-o", "submission"], "-o submission without -P: nobody could log in"),
                       (["-P", "x"], "bad -P x: want unix:PATH")):
        p = subprocess.run([bin_dir + "/smtp-recv", "-C", "conf", *opts, "cat"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        is_((p.returncode, p.stderr), (100, "smtp-recv: fatal: %s\n" % want), " ".join(opts))
    os.mkdir("logins", 0o700)
    user("ann", "secret", "-s")
    user("off", "secret", "-s")
    subprocess.run([bin_dir + "/auth-user", "off", "logins", "off"], check=True)
    os.mkdir("tls")
    subprocess.run([sys.executable, top + "/tests/tools/pki.py", "made"], check=True, text=True, input="ec names=mx.test\nclient names=client.example\n")
    os.link("made/ec.pem", "tls/ec.pem")
    conf("tls", "ec.pem\n")
    key = T + "/key"
    keys, auth = Keys(key), Auth()
    mechanisms()
    under_tls()
    submission()
    senders()
    certificates()
    one_each()
    away()
finally:
    done()
plan()
