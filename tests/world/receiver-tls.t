#!/bin/sh
# The servers of a world under TLS, by themselves: what they offer, what goes
# wrong, and the certificates that they show.
. "$(dirname "$0")/../lib.sh"
W=$top/tests/world
cat >"$T/secure" <<'X'
good  tls=1.2
next  tls=1.3 tlsext=SIZE
drip  hsdrip=0.005
rsa   cert=rsa2048 tls=1.2 ciphers=ECDHE-RSA-AES128-SHA256
old   tls=1.0
not   starttls=454
never starttls=501
no    starttls=no
inject starttls=inject
garbage starttls=garbage
gone  drop=starttls
cut   drop=handshake~reset
ehlo  drop=ehlo2
mitm  proxy=mitm
X
python3 -B "$W/certs.py" "$T/secure" "$T/certs"; ok "certificates are made" $?
cp -Rp "$T/certs" "$T/certs.first"
python3 -B "$W/certs.py" "$T/secure" "$T/certs"
is "and made once" "$(diff -r "$T/certs" "$T/certs.first")" ""
bg python3 "$W/receiver.py" --listen 127.0.0.1 --port 0 --ports "$T/ports" --certs "$T/certs" "$T/secure" "$T/log"
wait_for 10 test -s "$T/ports"; ok "all listen" $?
cat >"$T/tls.py" <<'X'
# EHLO, STARTTLS with TEXT behind it in the same segment, EHLO, QUIT
import socket, ssl, sys
ports = dict((l.split()[0], int(l.split()[2])) for l in open(sys.argv[1]))
name, ca, text = sys.argv[2], sys.argv[3], (sys.argv[4:] or [""])[0]
s = socket.create_connection(("127.0.0.1", ports[name]), 20)
def said(s):
    t = b""
    while not t.endswith(b"\n") or t.splitlines()[-1][3:4] == b"-":
        d = s.recv(65536)
        if not d:
            return "gone"
        t += d
    return t.decode()
def offers(t):
    return " ".join(w for w in ("STARTTLS", "REQUIRETLS") if w in t) or "neither"
def steps():
    said(s)
    s.sendall(b"EHLO me\r\n")
    yield offers(said(s))
    s.sendall(b"STARTTLS\r\n" + text.encode())
    reply = said(s)
    yield reply[:4].strip() + (" and more" if reply.count("\n") > 1 else "")
    if reply[:3] != "220":
        return
    t = ssl.create_default_context(cafile=ca).wrap_socket(s, server_hostname="mx.%s.may.test" % name)
    yield t.version()
    t.sendall(b"EHLO me\r\n")
    yield offers(said(t))
    t.sendall(b"QUIT\r\n")
    yield said(t)[:3]
    yield "end" if t.recv(1) == b"" else "more"
got = []
try:
    for step in steps():
        got.append(step)
except ssl.SSLError:
    got.append("no TLS")
except OSError:
    got.append("lost")
print(*got, sep=", ")
X
tls() { python3 "$T/tls.py" "$T/ports" "$1" "$T/certs/ca.pem" "${2-}"; }
logged() { grep "what:$2" "$T/log/$1" | sed 's/^t:[0-9.]*	c:[0-9]*	what://'; }
is "STARTTLS" "$(tls good)" "STARTTLS, 220, TLSv1.2, REQUIRETLS, 221, end"
is "what came about" "$(logged good tls)" \
	"$(printf 'tls\tversion:TLSv1.2\tsuite:ECDHE-ECDSA-AES256-GCM-SHA384\tsni:mx.good.may.test\tresumed:0')"
wait_for 10 grep -q what:close "$T/log/good"
is "with nothing in clear behind it" "$(logged good close)" "$(printf 'close\thow:quit\tclear:0')"
tls good 'MAIL FROM:<>
' >/dev/null
wait_for 10 grep -q what:early "$T/log/good"; ok "what is said behind STARTTLS is noticed" $?
is "and not obeyed" "$(logged good mail)" ""
is "other words under TLS, and 1.3" "$(tls next)" "STARTTLS, 220, TLSv1.3, neither, 221, end"
is "a handshake in single bytes" "$(tls drip)" "STARTTLS, 220, TLSv1.3, REQUIRETLS, 221, end"
is "another suite and key" "$(tls rsa && logged rsa tls | cut -f3)" "STARTTLS, 220, TLSv1.2, REQUIRETLS, 221, end
suite:ECDHE-RSA-AES128-SHA256"
is "TLS of long ago" "$(tls old)" "STARTTLS, 220, no TLS"
wait_for 10 grep -q what:tlsfail "$T/log/old"; ok "which the log knows" $?
is "454" "$(tls not)" "STARTTLS, 454"
is "501" "$(tls never)" "STARTTLS, 501"
is "not offered" "$(tls no)" "neither, 502"
is "more behind the 220" "$(tls inject | cut -d, -f2)" " 220 and more"
is "no TLS behind it" "$(tls garbage)" "STARTTLS, 220, no TLS"
is "closed instead" "$(tls gone)" "STARTTLS, gone"
is "closed behind it" "$(tls cut | cut -d, -f2)" " 220"
is "closed under TLS" "$(tls ehlo | cut -d, -f3)" " TLSv1.3"

cat >"$T/together.py" <<'X'
# the end of the handshake and EHLO in one segment
import socket, ssl, sys
ports = dict((l.split()[0], int(l.split()[2])) for l in open(sys.argv[1]))
s = socket.create_connection(("127.0.0.1", ports["mitm"]), 5)
for line in "EHLO me", "STARTTLS":
    s.recv(65536)
    s.sendall(line.encode() + b"\r\n")
s.recv(65536)
c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
t = c.wrap_bio(come, go)
def ask(what):
    while True:
        try:
            return what()
        except ssl.SSLWantReadError:
            s.sendall(go.read())
            come.write(s.recv(65536))
ask(t.do_handshake)
t.write(b"EHLO me\r\n")
print(t.version(), ask(lambda: t.read(3)).decode())
X
is "somebody in between passes on what came with the handshake" \
	"$(python3 "$T/together.py" "$T/ports" 2>&1 | tail -n 1)" "TLSv1.3 250"

cat >"$T/clear.py" <<'X'
# mail in clear where TLS was agreed; then records by name alone
import socket, sys
sys.path.insert(0, sys.argv[2])
import tlsio
ports = dict((l.split()[0], int(l.split()[2])) for l in open(sys.argv[1]))
s = socket.create_connection(("127.0.0.1", ports["good"]), 20)
for line in "EHLO me", "STARTTLS", "MAIL FROM:<a@b>":
    s.recv(65536)
    s.sendall(line.encode() + b"\r\n")
s.settimeout(5)
while s.recv(65536):
    pass
r = tlsio.Records()
whole = b"\x16\3\1\0\2ab" + b"\x17\3\3\1\0" + b"x" * 256
for i in range(len(whole)):
    r.feed(whole[i:i + 1])
r.feed(whole + whole[:3])
print(r.clear)
r.feed(b"\0\0" + b"QUIT\r\n")
print(r.clear)
X
is "records are told from words" "$(python3 -B "$T/clear.py" "$T/ports" "$W" | tr '\n' ' ')" "0 6 "
wait_for 10 grep -q 'clear:17' "$T/log/good"; ok "and words are counted" $?

# each certificate, as openssl(1) sees it
cat >"$T/kinds.py" <<'X'
import subprocess, sys
sys.path.insert(0, sys.argv[1])
import certs, manners
folder = sys.argv[2]
kinds = [k for k in manners.CERTS if k != "rsa8192"]
found = manners.parse("\n".join("x-%s cert=%s" % (k, k) for k in kinds))
certs.write(folder, found)
for m in found:
    path = "%s/mx-%s" % (folder, m.name)
    p = subprocess.run(["openssl", "verify", "-auth_level", "2", "-verify_hostname", "mx.%s.may.test" % m.name,
        "-CAfile", folder + "/ca.pem", "-untrusted", path + ".pem", path + ".crt"], capture_output=True, text=True)
    why = [l.split("lookup: ")[-1] for l in p.stderr.splitlines() if "lookup: " in l]
    print("%s: %s" % (m.cert, why[0] if why else "good"))
    if m.cert == "big":
        with open(path + ".der", "rb") as f:
            print(len(f.read()))
X
is "each certificate, as openssl(1) sees it" "$(python3 -B "$T/kinds.py" "$W" "$T/kinds")" "ok: good
self: self-signed certificate
unknown-ca: self-signed certificate in certificate chain
expired: certificate has expired
not-yet: certificate is not yet valid
wrong-name: hostname mismatch
cn-only: good
wildcard: good
misordered: good
no-inter: unable to get local issuer certificate
cross: good
constr: good
big: good
1000000
rsa2048: good
rsa1024: EE certificate key too weak
ed25519: good"
for bad in 'a cert=good' 'a tls=1.1' 'a tls=' 'a starttls=yes' 'a hsdrip=x' 'a ciphers=a,b' 'a tlsa=2.1.1' 'a proxy=x'; do
	echo "$bad" >"$T/bad"
	status "bad: $bad" 1 python3 "$W/receiver.py" --port 0 "$T/bad" "$T/log"
done
done_testing
