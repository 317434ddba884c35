#!/usr/bin/env python3
"""Programs by which people and their scripts write mail, each in the ways that it
has: by the command sendmail, and by SMTP under TLS with a login.  What tls-clients.t,
senders.t and relays.t have is not here again."""
import email, email.policy, os, re, shutil, subprocess, sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

os.mkdir("tls")
conf("me", "mx.test\n")
conf("local", "local.test\n")
subprocess.run([sys.executable, top + "/tests/tools/pki.py", "made"], check=True, text=True,
               input="root ca=1\nec issuer=root names=mx.test,localhost ips=127.0.0.1\n")
os.link("made/ec.pem", "tls/ec.pem")
conf("tls", "ec.pem\n")
ca = T + "/made/root.crt"
os.mkdir("logins", 0o700)
subprocess.run([bin_dir + "/auth-user", "-s", "add", "logins", "ann"], input="secret\n", text=True, check=True)
os.mkdir("handed")
sendmail = bin_dir + "/sendmail"
env = dict(os.environ, HOME=T, TMPDIR=T, NODE_PATH="/usr/share/nodejs:/usr/lib/nodejs", ROHRPOST_DIR=T, LC_ALL="C.UTF-8",
           ROHRPOST_INJECT="%s %s %s/handed K" % (sys.executable, fake[1], T), EMAIL="a@b.example", REPLYTO="", GIT_CONFIG_NOSYSTEM="1")
# what must come as it was written: dots, a line that looks like a mailbox's, UTF-8
body = "one\n.two\n..three\nFrom here on: gr\u00fc\u00dfe\n"


def run(*args, input=None, **kw):
    p = subprocess.run(args, input=input, stdin=None if input is not None else subprocess.DEVNULL, capture_output=True, text=True,
                       timeout=120, env=env, errors="replace", **kw)
    return p.returncode, p.stdout + p.stderr


def peer(name, *where):
    there = shutil.which(name) is not None or any(os.path.exists(w) for w in where)
    ok(there, "%s is there" % name, "make check-peers installs it")
    return there


def check(name, where, how):
    """the one message in `where' is what was written"""
    if not wait(lambda: os.path.exists(where + ".msg")):
        ok(False, name + ": it comes")
        return
    e, text = open(where + ".env").read(), open(where + ".msg", "rb").read()
    m = email.message_from_bytes(text, policy=email.policy.default)
    seen = m.get_content()
    is_(re.findall("(?m)^(?:from|to) (.*)$", e), ["a@b.example", "c@far.example", "d@far.example"], name + ": sender and recipients")
    is_((str(m["Subject"]), seen.rstrip("\n") + "\n"), ("gr\u00fc\u00dfe", body), name + ": the message")
    for field in "From", "Date", "Message-ID":
        ok(len(m.get_all(field, [])) == 1, "%s: one %s" % (name, field), repr(text))
    ok(m["Bcc"] is None, name + ": no Bcc", repr(text))
    like(e, how, name + ": how it came")


def by_sendmail(name, *args, input=None, says=""):
    for f in os.listdir("handed"):
        os.unlink("handed/" + f)
    r, note = run(*args, input=input)
    is_((r, note), (0, says), name + ", sendmail")
    check(name + ", sendmail", T + "/handed/1", "(?m)^proto local$")


def by_smtp(name, s, *args, input=None):
    n = s.parcels()
    r, note = run(*args, input=input)
    is_(r, 0, name + ", SMTP")
    if r != 0:
        print("# " + (note + s.log()).replace("\n", "\n# "))
    check(name + ", SMTP", "%s/%d" % (s.dir, n + 1), r"(?m)^proto ESMTPSA\ntls TLSv1.2,ECDHE-(.*\n)*user ann$")


def write(name, text):
    with open(name, "w") as f:
        f.write(text)
    return T + "/" + name


def mutt(s):
    rc = 'set from = "a@b.example"\nset use_from\nset use_envelope_from\nset copy = no\nset ssl_starttls = yes\nset ssl_force_tls\n' \
         'set certificate_file = "%s"\nset ssl_verify_host\nset header_cache = ""\nset hostname = "x.test"\nunset record\n' % ca
    args = ["mutt", "-n", "-F"], ["-s", "gr\u00fc\u00dfe", "-b", "d@far.example", "c@far.example"]
    by_sendmail("mutt", *args[0], write("muttrc", rc + 'set sendmail = "%s -oem -oi"\n' % sendmail), *args[1], input=body)
    by_smtp("mutt", s, *args[0], write("muttrc", rc + 'set smtp_url = "smtp://ann:secret@localhost:%d"\nset smtp_authenticators = "plain"\n' % s.port), *args[1], input=body)


def s_nail(s):
    rc = "set v15-compat\nset from=a@b.example\nset sendwait\nset ttycharset=utf-8\nset sendcharsets=utf-8\nunset save\nset hostname=x.test\n"
    args = ["-n", "-s", "gr\u00fc\u00dfe", "-r", "a@b.example", "-b", "d@far.example", "c@far.example"]
    for name, how in (("sendmail", "set mta=%s\n" % sendmail),
                      ("smtp", "set mta=smtp://ann:secret@localhost:%d\nset smtp-use-starttls\nset smtp-auth=plain\nset tls-verify=strict\nset tls-ca-file=%s\n" % (s.port, ca))):
        env["MAILRC"] = write("nailrc", rc + how)
        if name == "sendmail":
            by_sendmail("s-nail", "s-nail", "-:u", *args[1:], input=body)
        else:
            by_smtp("s-nail", s, "s-nail", "-:u", *args[1:], input=body)
    del env["MAILRC"]


def php():
    script = write("mail.php", "<?php mail('c@far.example', '=?UTF-8?B?' . base64_encode('gr\u00fc\u00dfe') . '?=', $argv[1], "
                   "\"From: a@b.example\\r\\nBcc: d@far.example\\r\\nMIME-Version: 1.0\\r\\nContent-Type: text/plain; charset=utf-8\\r\\nContent-Transfer-Encoding: 8bit\","
                   " '-fa@b.example') or exit(1);\n")
    by_sendmail("PHP mail()", "php", "-d", "sendmail_path=%s -t -i" % sendmail, script, body)


def nodemailer():
    script = write("mailer.js", """
const m = require('nodemailer');
const t = m.createTransport({ sendmail: true, path: '%s' });
t.sendMail({ from: 'a@b.example', to: 'c@far.example', bcc: 'd@far.example', subject: 'gr\u00fc\u00dfe', text: process.argv[2] },
    (e) => { if (e) { console.log('bad ' + e); process.exit(1); } });
""" % sendmail)
    by_sendmail("nodemailer", "nodejs" if shutil.which("nodejs") else "node", script, body)


def git(s):
    write("mail.patch", "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: a@b.example\nDate: Tue, 1 Dec 2026 12:00:00 +0000\n"
          "Subject: =?UTF-8?q?gr=C3=BC=C3=9Fe?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + body)
    args = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "send-email", "--quiet", "--confirm=never", "--suppress-cc=all",
            "--from=a@b.example", "--envelope-sender=a@b.example", "--to=c@far.example", "--bcc=d@far.example"]
    by_sendmail("git send-email", *args, "--smtp-server=" + sendmail, "mail.patch", says="Sent =?UTF-8?q?gr=C3=BC=C3=9Fe?=\n")
    by_smtp("git send-email", s, *args, "--smtp-server=localhost", "--smtp-server-port=%d" % s.port, "--smtp-encryption=tls", "--smtp-ssl-cert-path=" + ca,
            "--smtp-user=ann", "--smtp-pass=secret", "--smtp-auth=PLAIN", "--smtp-domain=x.test", "mail.patch")


keys = Keys(T + "/key")
auth = start([bin_dir + "/sock-serve", "-w", "unix:" + T + "/auth", bin_dir + "/auth-cdb", "logins"])
wait(lambda: os.path.exists(T + "/auth"))
try:
    s = Server("-f", "-K", T + "/key", "-P", "unix:" + T + "/auth", "-o", "submission")
    wait(lambda: Client(s).starttls()[:3] == "220")
    if peer("mutt"):
        mutt(s)
    if peer("s-nail"):
        s_nail(s)
    if peer("php"):
        php()
    if peer("nodemailer", "/usr/share/nodejs/nodemailer"):
        nodemailer()
    if peer("git") and peer("git-send-email", "/usr/lib/git-core/git-send-email"):
        git(s)
    s.stop()
finally:
    keys.stop()
    done()
plan()
