#!/usr/bin/env python3
"""tls-check: servers of Python and OpenSSL in many manners"""
import os, queue, re, signal, socket, ssl, struct, subprocess, sys, threading, time, warnings

sys.dont_write_bytecode = True
warnings.simplefilter("ignore")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
from smtpserver import *

program = bin_dir + "/tls-check"
subprocess.run([sys.executable, top + "/tests/tools/pki.py", "made"], check=True, text=True, input="""\
root ca=1
ca issuer=root ca=1
lone names=mx.test
ec issuer=ca names=mx.test,b.test
rsa issuer=ca names=mx.test key=rsa2048
small issuer=ca names=mx.test key=rsa1024
soon issuer=ca names=mx.test until=5d
past issuer=ca names=mx.test from=-9d until=-1d
wrong issuer=ca names=c.test
bare issuer=ca names=
""")
path = lambda n: "made/%s" % n


def begun(port, *args):
    return subprocess.Popen([program, "-w", "5", "-n", "mx.test", "-h", "me.test", "-a", path("root.crt"), "-p", str(port), *args, "127.0.0.1"],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)


def check(port, *args):
    return said(begun(port, *args))


def said(p):
    out, err = p.communicate(timeout=200)
    is_((p.returncode, err), (0, ""), "it ends well")
    lines = {}
    for line in out.splitlines():
        grade, subject, text = line.split("\t")
        assert subject.startswith("mx.test 127.0.0.1 "), line
        lines[subject[18:]] = grade + " " + text
    return lines


class Fake:
    """one connection behind the other; obeys(c) has it before TLS, with what came behind STARTTLS"""

    def __init__(self, cert, implicit=False, keep=False, limit=None, after=b"250-mx.test\r\n250 REQUIRETLS\r\n", **ctx):
        self.l = socket.create_server(("127.0.0.1", 0))
        self.port = self.l.getsockname()[1]
        self.implicit, self.keep, self.limit, self.after, self.n = implicit, keep, limit, after, 0
        self.resets = None
        c = self.ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if "ciphers" in ctx:
            c.set_ciphers(ctx["ciphers"])
        c.load_cert_chain(path(cert), path(cert.split(".")[0] + ".key"))
        c.minimum_version = ctx.get("low", ssl.TLSVersion.TLSv1_2)
        c.maximum_version = ctx.get("high", ssl.TLSVersion.TLSv1_3)
        c.options |= ssl.OP_NO_TICKET
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                c, _ = self.l.accept()
            except OSError:
                return
            self.n += 1
            c.settimeout(20)
            try:
                self.one(c)
            except (OSError, ValueError):
                pass
            c.close()

    def one(self, c):
        if self.limit is not None and self.n > self.limit:
            c.sendall(b"421 too often\r\n")
            return
        rest = b""
        if not self.implicit:
            c.sendall(b"220 mx.test\r\n")
            c.recv(1000)
            c.sendall(b"250-mx.test\r\n250 STARTTLS\r\n")
            said = c.recv(1000)
            rest = said.partition(b"\r\n")[2]
            c.sendall(b"220 go\r\n")
        s = self.ctx.wrap_socket(c, server_side=True)
        if self.implicit:
            s.sendall(b"220 mx.test\r\n")
        pending = [b"250 ok\r\n"] if rest and self.keep else []
        while True:
            for p in pending:
                s.sendall(p)
            pending = []
            line = s.recv(1000)
            if not line:
                s.unwrap()
                return
            if self.resets:
                self.reset(s)
                return
            s.sendall(b"221 bye\r\n" if line.startswith(b"QUIT") else self.after)

    def reset(self, s):
        """an answer, and no connection any more before it is read"""
        pid = self.resets.get()
        os.kill(pid, signal.SIGSTOP)
        wait(lambda: open("/proc/%d/stat" % pid).read().rpartition(")")[2].split()[0] == "T")
        s.sendall(self.after)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
        self.resets = None
        os.kill(pid, signal.SIGCONT)

    def stop(self):
        self.l.close()


def good():
    s = Fake("ec.chain")
    r = check(s.port)
    is_(r["connect"], "good 220 mx.test", "the greeting")
    is_(r["starttls"], "good offered", "STARTTLS")
    like(r["handshake"], "^good TLS 1.2, ECDHE-ECDSA-AES[0-9]*-GCM-SHA[0-9]*, ", "a handshake")
    is_(r["requiretls"], "good offered", "REQUIRETLS under TLS")
    like(r["ECDSA certificate"], "^good P-256, for mx.test b.test, from [0-9-]{10} until [0-9-]{10}$", "the certificate")
    is_(r["ECDSA verdict"], "good pkix", "verified")
    is_(r["ECDSA chain"], "good 2 certificates, in order", "the chain")
    is_(r["version"], "good TLS 1.2, TLS 1.3", "versions")
    is_(r["resumption"], "good a session is resumed", "resumption")
    is_(r["injection"], "good what stands behind STARTTLS is not obeyed", "injection")
    ok("RSA certificate" not in r and "questions" not in r, "and no more", r)
    out = lambda *a: subprocess.run(["openssl", *a], capture_output=True, text=True).stdout
    cert = out("x509", "-in", path("ec.crt"), "-noout", "-fingerprint", "-sha256").strip().partition("=")[2].replace(":", "").lower()
    pub = subprocess.run("openssl x509 -in %s -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum" % path("ec.crt"), shell=True, capture_output=True, text=True).stdout[:64]
    is_(r["ECDSA pins"], "good cert:%s key:%s" % (cert, pub), "pins as OpenSSL has them")
    is_(check(s.port, "-q"), {}, "-q: nothing")
    s.stop()


def certificates():
    for cert, line, want in (("ec.crt", "ECDSA verdict", "^warning incomplete: .*; send it behind"),
                             ("lone.crt", "ECDSA verdict", "^warning self-signed: .* known authority"),
                             ("small.chain", "RSA verdict", "^warning weak-key: .*; make a key"),
                             ("soon.chain", "ECDSA certificate", "^warning .*: renew it$"),
                             ("past.chain", "ECDSA certificate", "^warning .*: it has ended, renew it$"),
                             ("past.chain", "ECDSA verdict", "^warning expired: expired on .*; renew it$"),
                             ("wrong.chain", "ECDSA verdict", "^warning name: certificate is for c.test; it must"),
                             ("bare.chain", "ECDSA verdict", "^warning no-san: ")):
        s = Fake(cert, ciphers="DEFAULT@SECLEVEL=0")
        r = check(s.port)
        like(r.get(line, str(r)), want, cert + ": " + line)
        s.stop()
    with open(path("mixed.chain"), "w") as f:
        for n in "ec.crt", "root.crt", "ca.crt":
            f.write(open(path(n)).read())
    os.link(path("ec.key"), path("mixed.key"))
    s = Fake("mixed.chain")
    r = check(s.port)
    is_(r["ECDSA verdict"], "good pkix", "out of order: verified")
    like(r["ECDSA chain"], "^warning certificate 2 is not the issuer", "and told")
    s.stop()
    s = Fake("ec.chain")
    like(check(s.port, "-t", "4000000000")["ECDSA verdict"], "^warning expired", "-t: in a hundred years")
    s.stop()


def versions():
    V = ssl.TLSVersion
    weak = dict(ciphers="ALL:@SECLEVEL=0")
    for low, high, want in ((V.TLSv1_2, V.TLSv1_2, "^good TLS 1.2$"), (V.TLSv1_3, V.TLSv1_3, "^warning TLS 1.3 only"),
                            (V.TLSv1, V.TLSv1_3, "^warning TLS 1.2, TLS 1.3, and TLS 1.0, TLS 1.1, too: turn off"),
                            (V.TLSv1, V.TLSv1_1, "^bad older than TLS 1.2 only")):
        s = Fake("rsa.chain", low=low, high=high, **weak)
        r = check(s.port)
        like(r["version"], want, "%s to %s" % (low.name, high.name))
        if low == V.TLSv1_3 or high == V.TLSv1_1:
            like(r["handshake"], "^bad no TLS: ", "no handshake of ours")
        else:
            like(r["RSA certificate"], "^good RSA 2048, for mx.test", "an RSA certificate")
        s.stop()
    # a server without ECDHE shows its certificate all the same
    s = Fake("rsa.chain", high=V.TLSv1_2, ciphers="AES256-SHA:AES128-SHA:@SECLEVEL=0")
    r = check(s.port, "-e")
    like(r["handshake"], "^bad no TLS: ", "no ECDHE: no handshake of ours")
    is_(r["RSA verdict"], "good pkix", "its certificate")
    like(r["other suites"], "^warning AES(256|128)-SHA AES(256|128)-SHA: ", "its suites")
    is_(r["version"], "good TLS 1.2", "its version")
    s.stop()


def suites():
    s = Fake("rsa.chain", ciphers="ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:NULL-SHA256:@SECLEVEL=0")
    r = check(s.port, "-e")
    ok(set(r["TLS 1.2 suites"].split()) == {"good", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"}, "-e: suites", r)
    like(r["TLS 1.3 suites"], "^good TLS_AES_", "of TLS 1.3")
    is_(r["weak suites"], "bad NULL-SHA256: turn them off (RFC 9325 section 4.1)", "weak ones")
    s.stop()


def faults():
    s = Fake("ec.chain", keep=True)
    like(check(s.port)["injection"], "^bad a command behind STARTTLS is obeyed", "injection")
    s.stop()
    s = Fake("ec.chain", after=b"250 mx.test\r\n", high=ssl.TLSVersion.TLSv1_2)
    is_(check(s.port)["requiretls"], "good not offered", "no REQUIRETLS")
    s.stop()
    s = Fake("ec.chain")
    s.resets = queue.Queue()
    p = begun(s.port)
    s.resets.put(p.pid)
    r = said(p)
    is_(r.get("requiretls"), "good offered", "reset behind the answer to EHLO: what it said counts")
    is_(r.get("ECDSA verdict"), "good pkix", "and it is asked on")
    s.stop()
    s = Fake("ec.chain", limit=3)
    r = check(s.port)
    like(r.get("questions", str(r)), "^warning [0-9]+ could not be asked.*421 too often; does it let you in", "a server that has enough")
    like(r.get("version", "-"), "^(-|good|warning)", "and no lies about versions")
    s.stop()


def implicit():
    s = Fake("ec.chain", implicit=True)
    r = check(s.port, "-i")
    is_(r["greeting"], "good 220 mx.test", "-i: the greeting under TLS")
    is_(r["ECDSA verdict"], "good pkix", "verified")
    is_(r["requiretls"], "good offered", "EHLO")
    ok("starttls" not in r and "injection" not in r, "no STARTTLS", r)
    s.stop()
    # OpenSSL's own server, with two certificates
    port = free_port()
    p = subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-quiet", "-cert", path("ec.crt"), "-key", path("ec.key"), "-dcert", path("rsa.crt"), "-dkey", path("rsa.key"),
                          "-cert_chain", path("ca.crt"), "-dcert_chain", path("ca.crt"), "-no_ticket"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers():
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except OSError:
            return False
    ok(wait(answers), "openssl s_server is up")
    r = check(port, "-i", "-w", "1")
    is_((r["ECDSA verdict"], r["RSA verdict"]), ("good pkix", "good pkix"), "both certificates")
    like(r["greeting"], "^bad no reply: ", "it says nothing")
    is_(r["resumption"], "good a session is resumed", "resumed")
    p.kill()
    p.wait()


def ourselves():
    """smtp-recv has nothing to be told of but that its certificate is its own"""
    os.mkdir("tls")
    conf("me", "mx.test\n")
    conf("local", "local.test\n")
    os.link(path("ec.pem"), "tls/ec.pem")
    os.link(path("rsa.pem"), "tls/rsa.pem")
    conf("tls", "ec.pem\nrsa.pem\n")
    keys = Keys(T + "/key")
    s = Server("-K", T + "/key")
    wait(lambda: Client(s).starttls()[:3] == "220")
    r = check(s.port, "-e")
    bad = {k: v for k, v in r.items() if not v.startswith("good ")}
    ok(set(bad) <= {"ECDSA verdict", "RSA verdict"} and all("incomplete" in v for v in bad.values()), "smtp-recv", bad)
    is_(r["version"], "good TLS 1.2", "its version")
    is_(r["resumption"], "good a session is resumed", "resumption")
    is_(r["injection"], "good what stands behind STARTTLS is not obeyed", "injection")
    is_(len(r["TLS 1.2 suites"].split()), 11, "its suites")
    s.stop()
    keys.stop()


def dns():
    """names: addresses, MX, and what is not there"""
    import json
    s = Fake("ec.chain")
    json.dump({"mx.test": {"A": "127.0.0.1"}, "d.test": {"MX": [[20, "gone.test"], [10, "mx.test"]]}, "null.test": {"MX": [[0, "."]]}, "ill.test": "SERVFAIL",
               "half.test": {"A": "127.0.0.1"}, "_%d._tcp.half.test" % s.port: "SERVFAIL"}, open("zone.json", "w"))
    d = subprocess.Popen([sys.executable, top + "/tests/tools/fakedns.py", "dnsport", "zone.json"], stdin=subprocess.PIPE)
    ok(wait(lambda: os.path.exists("dnsport") and os.path.getsize("dnsport")), "a name server")
    server = "127.0.0.1@" + open("dnsport").read().strip()
    run = lambda *a: subprocess.run([program, "-w", "5", "-h", "me.test", "-a", path("root.crt"), "-r", server, "-p", str(s.port), *a], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    p = run("-s", "d.test")
    is_(p.returncode, 0, "-s: a domain")
    subjects = [l.split("\t")[1] for l in p.stdout.splitlines()]
    is_(subjects[0], "mx.test TLSA", "the best exchanger first")
    ok("mx.test 127.0.0.1 ECDSA verdict" in subjects, "by its name", subjects)
    is_(p.stdout.splitlines()[-1], "bad\tgone.test\tthe DNS has no address for it", "then the next")
    like(p.stdout, "good\tmx.test 127.0.0.1 ECDSA TLSA\tit would fit: _%d._tcp.mx.test. TLSA 3 1 1 [0-9a-f]{64}\n" % s.port, "a record that would fit")
    is_(run("-s", "null.test").stdout, 'warning\tnull.test\tit takes no mail: its MX is "." (RFC 7505)\n', "a domain without mail")
    like(run("MX.test.").stdout, "good\tmx.test 127.0.0.1 ECDSA verdict\tpkix\n", "a dot at its end is none of a host's name")
    p = run("ill.test", "gone.test")
    is_(p.returncode, 111, "the DNS does not answer: 111")
    like(p.stdout, "^warning\till.test\taddress: the DNS did not answer", "told")
    ok(p.stdout.endswith("bad\tgone.test\tthe DNS has no address for it\n"), "and the rest is asked", p.stdout)
    p = run("half.test")
    is_(p.returncode, 111, "nor to the question for TLSA: 111")
    like(p.stdout, "^warning\thalf.test TLSA\tthe DNS did not answer: look again\n", "told, too")
    like(p.stdout, "good\thalf.test 127.0.0.1 handshake\t", "and the server is looked at")
    d.kill()
    d.wait()
    s.stop()


try:
    good()
    certificates()
    versions()
    suites()
    faults()
    implicit()
    dns()
    ourselves()
finally:
    done()
plan()
