#!/bin/sh
# Logins beside others: the client of sasl/authclient asks Debian's Dovecot, and
# Debian's Postfix asks auth-cdb.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
peer "Dovecot" command -v dovecot || { done_testing; exit 1; }
need_root
chmod 755 "$T"
b=$(cd "$(dirname "$(command -v auth-cdb)")/.." && pwd)
client=$b/t/sasl/authclient
[ -x "$client" ] || (cd "$top" && make -s B="${b#"$top"/}" "${client#"$top"/}") >"$T/make" 2>&1
ok "the client is built" $?
D=$T/dovecot
mkdir -p "$D/run"
cat >"$D/conf" <<X
base_dir = $D/run
log_path = $D/log
protocols =
ssl = no
default_internal_user = dovecot
default_login_user = dovenull
auth_mechanisms = plain login scram-sha-256 anonymous
auth_failure_delay = 1 secs
passdb {
  driver = passwd-file
  args = $D/users
}
service auth {
  unix_listener auth-client {
    mode = 0666
  }
}
X
printf 'ann:{PLAIN}secret\nbob:{PLAIN}other\n' >"$D/users"
chmod 644 "$D/users"
dovecot_up() { bg dovecot -F -c "$D/conf"; dovecot=$bg_pid; wait_for 10 test -S "$D/run/auth-client"; }
dovecot_up; ok "Dovecot is up" $?
cat >"$T/ask.py" <<'P'
"""ask.py CLIENT ADDRESS WORD...: mechs, MECH:NAME:PASSWORD, cancel, stop (a file, and wait for another)"""
import base64, hashlib, hmac, os, subprocess, sys, time
p = subprocess.Popen(sys.argv[1:3], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
b64 = lambda b: base64.b64encode(b).decode() or "="
def do(*words):
    print(*words, file=p.stdin)
    return p.stdout.readline().rstrip("\n")
mechs = p.stdout.readline().rstrip("\n")
def plain(n, pw): return do("AUTH", "PLAIN", b64(b"\0" + n + b"\0" + pw))
def bare(n, pw):
    assert do("AUTH", "PLAIN") == "MORE "
    return do("CONT", b64(b"\0" + n + b"\0" + pw))
def login(n, pw):
    assert do("AUTH", "LOGIN").startswith("MORE ")
    assert do("CONT", b64(n)).startswith("MORE ")
    return do("CONT", b64(pw))
def scram(n, pw):
    first = b"n=" + n + b",r=clientnonce"
    said = do("AUTH", "SCRAM-SHA-256", b64(b"n,," + first))
    if not said.startswith("MORE "): return said
    server = base64.b64decode(said[5:])
    r, s, i = (x[2:] for x in server.split(b",")[:3])
    salted = hashlib.pbkdf2_hmac("sha256", pw, base64.b64decode(s), int(i))
    mac = lambda k, m: hmac.new(k, m, "sha256").digest()
    key, without = mac(salted, b"Client Key"), b"c=biws,r=" + r
    auth = first + b"," + server + b"," + without
    proof = bytes(x ^ y for x, y in zip(key, mac(hashlib.sha256(key).digest(), auth)))
    said = do("CONT", b64(without + b",p=" + base64.b64encode(proof)))
    if not said.startswith("MORE "): return said
    assert base64.b64decode(said[5:]) == b"v=" + base64.b64encode(mac(mac(salted, b"Server Key"), auth))
    return do("CONT", "=")
for w in sys.argv[3:]:
    if w == "mechs": print(mechs)
    elif w == "cancel": do("AUTH", "LOGIN"); print(do("CANCEL"))
    elif w == "hold":
        print("held", flush=True)
        end = time.time() + 30
        while not os.path.exists("go") and time.time() < end: time.sleep(.05)
    elif w == "again":
        end = time.time() + 30
        while (said := plain(b"ann", b"secret")).startswith("LATER") and time.time() < end: time.sleep(.05)
        print(said)
    else:
        m, n, pw = w.split(":")
        print(globals()[m](n.encode(), pw.encode()), flush=True)
p.stdin.close(); p.wait()
P
cd "$T" || exit 1
ask() { python3 ask.py "$client" "unix:$D/run/auth-client" "$@"; }
is "what Dovecot has" "$(ask mechs)" "MECHS PLAIN LOGIN SCRAM-SHA-256"
is "and auth-user sees the same" "$(auth-user -t "unix:$D/run/auth-client")" "PLAIN LOGIN SCRAM-SHA-256"
is "Dovecot: right" "$(ask plain:ann:secret bare:bob:other login:ann:secret scram:ann:secret)" "GOOD ann
GOOD bob
GOOD ann
GOOD ann"
is "Dovecot: wrong" "$(ask plain:ann:x login:ann:x scram:ann:x plain:eve:x)" "WRONG ann
WRONG ann
WRONG ann
WRONG eve"
is "Dovecot: cancelled, and on" "$(ask cancel plain:ann:secret)" "CANCELLED
GOOD ann"
rm -f go
ask plain:ann:secret hold again >restarted 2>said & a=$!
wait_for 20 grep -q held restarted
kill "$dovecot"; wait "$dovecot"
rm -f "$D/run/auth-client"
dovecot_up; : >go; wait $a
is "Dovecot: restarted" "$(cat restarted)" "GOOD ann
held
GOOD ann"
kill "$dovecot"; wait "$dovecot"

# Postfix asks auth-cdb
peer "Postfix" test -x /usr/lib/postfix/sbin/smtpd || { done_testing; exit 1; }
mkdir -m 700 logins
echo secret | auth-user -s add logins ann
bg sock-serve -w -m 0666 "unix:$T/sock" auth-cdb logins 2>log
auth=$bg_pid
wait_for 10 test -S sock
port=$(free_port)
new_postfix "$T/postfix" <<X
myhostname = pf.test
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $T/sock
smtpd_sasl_security_options = noanonymous
X
postfix_serves pf "127.0.0.1:$port"
trap 'px stop; tap_end' EXIT
px start; ok "Postfix is up" $?
wait_for 10 smtp-ping "127.0.0.1:$port"
cat >smtp.py <<'P'
import smtplib, sys
for mech, name, password in (w.split(":") for w in sys.argv[2:]):
    s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=60)
    s.ehlo("x.test")
    s.user, s.password = name, password
    try: print(mech, s.auth(mech, getattr(s, "auth_" + mech.lower()))[0])
    except smtplib.SMTPAuthenticationError as e: print(mech, e.smtp_code)
    s.close()
P
is "Postfix: by auth-cdb" "$(python3 smtp.py "$port" PLAIN:ann:secret LOGIN:ann:secret PLAIN:ann:x LOGIN:eve:secret)" "PLAIN 235
LOGIN 235
PLAIN 535
LOGIN 535"
like "Postfix offers what there is" "$(swaks --server "127.0.0.1:$port" --quit-after EHLO 2>/dev/null)" "250-AUTH PLAIN LOGIN SCRAM-SHA-256"
kill "$auth"; wait "$auth"
is "Postfix: without it" "$(python3 smtp.py "$port" PLAIN:ann:secret 2>/dev/null | grep -c 235)" 0
done_testing
