#!/usr/bin/env python3
"""smtp-recv and its clients: those that people have, under TLS and with logins,
and those that look for faults"""
import base64, os, re, shutil, smtplib, ssl, subprocess, sys, time
import xml.etree.ElementTree as xml

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

os.mkdir("tls")
conf("me", "mx.test\n")
conf("local", "local.test\n")
subprocess.run([sys.executable, top + "/tests/tools/pki.py", "made"], check=True, text=True,
               input="root ca=1\nec issuer=root names=mx.test,localhost ips=127.0.0.1\nrsa key=rsa2048 issuer=root names=mx.test,localhost ips=127.0.0.1\n")
for name in "ec", "rsa":
    os.link("made/%s.pem" % name, "tls/%s.pem" % name)
conf("tls", "ec.pem\nrsa.pem\n")
ca = T + "/made/root.crt"
os.mkdir("logins", 0o700)
subprocess.run([bin_dir + "/auth-user", "-s", "add", "logins", "ann"], input="secret\n", text=True, check=True)
text = "From: a@b.example\nTo: c@far.example\nSubject: hi\n\n.one\nSMTP\n"
with open("message", "w") as f:
    f.write(text)
env = dict(os.environ, HOME=T, TMPDIR=T, NODE_PATH="/usr/share/nodejs:/usr/lib/nodejs")


def run(*args, input=None, **kw):
    p = subprocess.run(args, input=input, stdin=None if input is not None else subprocess.DEVNULL, capture_output=True, text=True,
                       timeout=120, env=env, errors="replace", **kw)
    return p.returncode, p.stdout + p.stderr


def peer(name):
    there = shutil.which(name) is not None
    ok(there, "%s is there" % name, "make check-peers installs it")
    return there


def came(s, n, name, note, user="ann"):
    """it is the n-th, under TLS, of somebody who has logged in"""
    ok(wait(lambda: s.parcels() == n), name, note)
    e = s.last("env")
    ok("\nuser %s\n" % user in e and "\nproto ESMTPSA\ntls TLSv1.2,ECDHE-" in e, name + ": TLS and login", e)
    ok(s.last("msg").rstrip("\n").endswith("\n\n.one\nSMTP"), name + ": the message", s.last("msg"))


def smtplib_(s, implicit):
    for method in "PLAIN", "LOGIN":
        if implicit:
            c = smtplib.SMTP_SSL("localhost", s.port, timeout=60, context=ssl.create_default_context(cafile=ca))
        else:
            c = smtplib.SMTP("localhost", s.port, timeout=60)
            c.starttls(context=ssl.create_default_context(cafile=ca))
        c.ehlo("x.test")
        c.user, c.password = "ann", "secret"
        c.auth(method, getattr(c, "auth_" + method.lower()))
        c.sendmail("a@b.example", ["c@far.example"], text)
        c.quit()
        yield "smtplib " + method, ""


def swaks(s, implicit):
    for method in "PLAIN", "LOGIN":
        r, note = run("swaks", "--server", "127.0.0.1:%d" % s.port, "--tls-on-connect" if implicit else "--tls", "--tls-ca-path", ca, "--tls-verify",
                      "-a", method, "-au", "ann", "-ap", "secret", "-f", "a@b.example", "-t", "c@far.example", "-d", "@message")
        is_(r, 0, "swaks " + method)
        yield "swaks " + method, note


def msmtp(s, implicit):
    for method in "plain", "login", "scram-sha-256":
        r, note = run("msmtp", "--host=localhost", "--port=%d" % s.port, "--tls=on", "--tls-starttls=" + ("off" if implicit else "on"), "--tls-trust-file=" + ca,
                      "--auth=" + method, "--user=ann", "--passwordeval=echo secret", "--from=a@b.example", "c@far.example", input=text)
        is_((r, note), (0, ""), "msmtp " + method)
        yield "msmtp " + method, note


def curl(s, implicit):
    for method in "PLAIN", "LOGIN":
        r, note = run("curl", "-sS", "--url", "%s://localhost:%d/x.test" % ("smtps" if implicit else "smtp", s.port), "--ssl-reqd", "--cacert", ca,
                      "--user", "ann:secret", "--login-options", "AUTH=" + method, "--mail-from", "a@b.example", "--mail-rcpt", "c@far.example",
                      "--crlf", "--upload-file", "message")
        is_((r, note), (0, ""), "curl " + method)
        yield "curl " + method, note


def nodemailer(s, implicit):
    with open("mailer.js", "w") as f:
        f.write("""
const m = require('nodemailer');
const t = m.createTransport({ host: 'localhost', port: %d, secure: %s, requireTLS: true, name: 'x.test',
    tls: { ca: require('fs').readFileSync('made/root.crt') }, auth: { user: 'ann', pass: 'secret' } });
t.sendMail({ envelope: { from: 'a@b.example', to: 'c@far.example' }, raw: require('fs').readFileSync('message') },
    (e, i) => { console.log(e ? 'bad ' + e : i.response); t.close(); });
""" % (s.port, "true" if implicit else "false"))
    r, note = run("nodejs" if shutil.which("nodejs") else "node", "mailer.js")
    like(note, "^250 ", "nodemailer")
    yield "nodemailer", note


def mail(implicit):
    s = Server("-K", T + "/key", "-P", "unix:" + T + "/auth", "-o", "submission", *(["-i"] if implicit else []))
    wait(lambda: implicit or Client(s).starttls()[:3] == "220")
    n = 0
    how = "implicit: " if implicit else "STARTTLS: "
    for client in smtplib_, swaks, msmtp, curl, nodemailer:
        if client in (swaks, msmtp, curl) and not peer(client.__name__):
            continue
        for name, note in client(s, implicit):
            n += 1
            came(s, n, how + name, note + s.log())
    s.stop()


def talk(args, lines):
    """each line when the reply to the one before is there"""
    p = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
    os.set_blocking(p.stdout.fileno(), False)
    got = b""
    for line, want in lines:
        try:
            p.stdin.write(line.encode())
            p.stdin.flush()
        except BrokenPipeError:
            break
        seen, end = len(got), time.monotonic() + 20
        while not re.search(want, got[seen:]) and time.monotonic() < end and p.poll() is None:
            got += p.stdout.read() or b""
            time.sleep(0.01)
        got += p.stdout.read() or b""
    try:
        p.stdin.close()
    except BrokenPipeError:
        pass
    if not wait(lambda: p.poll() is not None, 5):
        p.kill()
    p.wait()
    return got.decode(errors="replace")


session = [("EHLO x.test\r\n", rb"(?m)^250 "), ("AUTH PLAIN AGFubgBzZWNyZXQ=\r\n", b"235 "), ("MAIL FROM:<a@b.example>\r\n", b"250 "),
           ("RCPT TO:<c@far.example>\r\n", b"250 "), ("DATA\r\n", b"354 "), ("Subject: x\r\n\r\n..one\r\nSMTP\r\n.\r\n", b"250 "), ("QUIT\r\n", b"221 ")]


def tools():
    """OpenSSL's s_client and gnutls-cli"""
    s = Server("-K", T + "/key", "-P", "unix:" + T + "/auth", "-o", "submission")
    wait(lambda: Client(s).starttls()[:3] == "220")
    at = "127.0.0.1:%d" % s.port
    client = ["openssl", "s_client", "-connect", at, "-starttls", "smtp", "-CAfile", ca]
    out = talk([*client, "-verify_return_error", "-quiet"], [("", rb"(?m)^250 ")] + session)
    came(s, 1, "s_client", out + s.log())
    for suite in ("ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 ECDHE-ECDSA-AES256-GCM-SHA384 "
                  "ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384").split():
        like(run(*client, "-cipher", suite, input="QUIT\r\n")[1], "Cipher is %s\n" % suite, "s_client: " + suite)
    for bad in (["-tls1_3"], ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-cipher", "AES128-GCM-SHA256"], ["-cipher", "ECDHE-RSA-AES128-SHA"], ["-curves", "P-521"]):
        like(run(*client, *bad, input="QUIT\r\n")[1], "alert (protocol version|handshake failure|internal error)|no protocols available", "s_client: %s is refused" % " ".join(bad))
    out = run(*client, "-reconnect", "-tls1_2", input="QUIT\r\n")[1]
    is_(out.count("Reused, TLSv1.2"), 5, "s_client: sessions are resumed")
    out = talk([*client, "-tls1_2"], [("", rb"(?m)^250 "), ("EHLO x\r\n", rb"(?m)^250 "), ("R\n", b"(?i)no renegotiation")])
    ok("no renegotiation" in out, "s_client: no renegotiation", out[-2000:])
    if peer("gnutls-cli"):
        for name, args in ("gnutls-cli", []), ("gnutls-cli, RSA", ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-ECDHE-ECDSA"]):
            n = s.parcels()
            out = talk(["gnutls-cli", "--starttls-proto=smtp", "--x509cafile=" + ca, "--port=%d" % s.port, *args, "localhost"],
                       [("", b"Simple Client Mode")] + session)
            came(s, n + 1, name, out + s.log())
            ok("Status: The certificate is trusted" in out, name + ": trusts the certificate", out)
    s.stop()


def b64(text):
    return base64.b64encode(text.encode()).decode()


def thunderbird(implicit):
    """What Thunderbird says, command by command, as its source has it (comm-central,
    mailnews/compose/src/SmtpClient.sys.mjs).  It looks at the challenges of LOGIN,
    which must be these; after a refusal it goes on with the next mechanism, and
    asks for another password, in the same session; it keeps a connection for the
    next message, and begins that without RSET."""
    name = "Thunderbird, %s: " % ("implicit TLS" if implicit else "STARTTLS")
    s = Server("-K", T + "/key", "-P", "unix:" + T + "/auth", "-o", "submission", *(["-i"] if implicit else []))
    wait(lambda: implicit or Client(s).starttls()[:3] == "220")
    trust = ssl.create_default_context(cafile=ca)
    if implicit:
        c = Client(s, banner=False).tls(ctx=trust)
        like(c.reply(), "^220 ", name + "greeting")
        hello = "EHLO [IPV6:2001:db8::1]"
    else:
        c = Client(s)
        like(c.cmd("EHLO we-guess.mozilla.org"), "(?m)^250[- ]STARTTLS$", name + "its account wizard sees STARTTLS")
        like(c.cmd("QUIT"), "^221 ", name + "which leaves")
        c = Client(s)
        hello = "EHLO [127.0.0.1]"
        like(c.cmd(hello), "(?m)^250[- ]STARTTLS$", name + "EHLO")
        like(c.cmd("STARTTLS"), "^220 ", name + "STARTTLS")
        c.tls(ctx=trust)
    like(c.cmd(hello), "(?m)^250[- ]AUTH (?=.*PLAIN)(?=.*LOGIN)", name + "EHLO under TLS")
    like(c.cmd("AUTH PLAIN " + b64("\0ann\0wrong")), "^535 ", name + "PLAIN, the wrong password")
    is_(c.cmd("AUTH LOGIN"), "334 VXNlcm5hbWU6", name + "LOGIN asks for the name")
    is_(c.cmd(b64("ann")), "334 UGFzc3dvcmQ6", name + "and for the password")
    if implicit:
        like(c.cmd(b64("secret")), "^235 ", name + "which is right")
    else:
        like(c.cmd(b64("wrong")), "^535 ", name + "which is wrong again")
        like(c.cmd("AUTH PLAIN " + b64("\0ann\0secret")), "^235 ", name + "PLAIN, another one")
    for n, mail, rcpt in (1, "", ""), (2, " RET=HDRS ENVID=1b2c@b.example", " NOTIFY=SUCCESS,FAILURE"):
        body = text.replace("\n", "\r\n").replace("\n.", "\n..")
        for command, want in (("MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=%d%s" % (len(text), mail), "250"),
                              ("RCPT TO:<c@far.example>" + rcpt, "250"), ("RCPT TO:<d@far.example>" + rcpt, "250"), ("DATA", "354")):
            like(c.cmd(command), "^" + want, name + command.split(":")[0])
        like(c.cmd(body + "."), "^250 ", name + "the message")
        came(s, n, name + "message %d" % n, s.log())
    like(s.last("env"), "(?m)^envid ", name + "with what it asked for")
    like(c.cmd("QUIT"), "^221 ", name + "QUIT")
    ok(c.gone(), name + "end")
    s.stop()


def scan():
    """what sslscan finds"""
    if not peer("sslscan"):
        return
    s = Server("-K", T + "/key")
    wait(lambda: Client(s).starttls()[:3] == "220")
    r, note = run("sslscan", "--starttls-smtp", "--xml=scan.xml", "--no-colour", "--sni-name=mx.test", "127.0.0.1:%d" % s.port)
    t = xml.parse("scan.xml").find("ssltest")
    on = [p.get("type") + p.get("version") for p in t.findall("protocol") if p.get("enabled") == "1"]
    is_(on, ["tls1.2"], "sslscan: versions")
    ok(all(f.get("supported") == "0" or f.get("secure") == "1" for f in t.findall("renegotiation")), "no insecure renegotiation")
    ok(all(c.get("supported") == "0" for c in t.findall("compression")), "no compression")
    ok(all(h.get("vulnerable") == "0" for h in t.findall("heartbleed")), "no Heartbleed")
    suites = {c.get("cipher") for c in t.findall("cipher")}
    is_(suites, {"ECDHE-%s-%s" % (k, c) for k in ("ECDSA", "RSA") for c in ("AES128-GCM-SHA256", "CHACHA20-POLY1305", "AES256-GCM-SHA384", "AES128-SHA256", "AES256-SHA384")}, "suites")
    ok(all(c.get("strength") in ("strong", "acceptable") for c in t.findall("cipher")), "none is weak", note)
    s.stop()


keys = Keys(T + "/key")
auth = start([bin_dir + "/sock-serve", "-w", "unix:" + T + "/auth", bin_dir + "/auth-cdb", "logins"])
wait(lambda: os.path.exists(T + "/auth"))
try:
    mail(False)
    mail(True)
    tools()
    thunderbird(False)
    thunderbird(True)
    scan()
finally:
    keys.stop()
    done()
plan()
