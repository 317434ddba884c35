#!/bin/sh
# A certificate that is renewed again and again under load: no handshake fails,
# the new one is shown within a second, and no connection ends.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
new_instance site --local example.org --user ann || exit 1
start_instance; ok "an instance is up" $?
offers() { swaks --server "127.0.0.1:$port" --quit-after EHLO 2>&1 | grep -q '^<-  250.STARTTLS'; }
wait_for 10 offers; ok "STARTTLS is offered" $?
cat >"$T/renew.py" <<'P'
"""renew.py PORT PEM RENEWALS: a word for each thing that went as it should"""
import hashlib, smtplib, ssl, subprocess, sys, threading, time

port, pem, renewals = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
seen, faults, sent, stop = [], [], [], threading.Event()


def secure():
    s = smtplib.SMTP("127.0.0.1", port, timeout=30)
    s.ehlo("client.example")
    began = time.monotonic()
    s.starttls(context=context)
    seen.append((began, hashlib.sha256(s.sock.getpeercert(True)).hexdigest()))
    s.ehlo("client.example")
    return s


def load():
    while not stop.is_set():
        try:
            with secure() as s:
                s.sendmail("a@example.org", ["ann@example.org"], "Subject: x\n\nx\n")
                sent.append(1)
        except Exception as e:
            faults.append(repr(e))


def keep():
    try:
        with secure() as s:
            while not stop.wait(0.1):
                assert s.noop()[0] == 250
    except Exception as e:
        faults.append("the one that stays: " + repr(e))


def certificate(n):
    name = "%s.%d" % (pem, n)
    subprocess.run(["tls-cert", "self", name, "n%d.example.org" % n], check=True)
    shown = subprocess.run(["tls-cert", "show", name], check=True, capture_output=True, text=True).stdout
    return name, shown.split("\t")[5]


files = [certificate(n) for n in range(renewals)]
threads = [threading.Thread(target=f) for f in (load, load, load, keep)]
[t.start() for t in threads]
known = {digest: n for n, (_, digest) in enumerate(files)}
for n, (name, digest) in enumerate(files):
    subprocess.run(["tls-cert", "install", pem, name, name], check=True)
    second = time.monotonic() + 1
    # who begins a second later sees it
    while not any(t > second for t, _ in seen) and time.monotonic() < second + 30:
        time.sleep(0.05)
    later = [known.get(d, -1) for t, d in seen if t > second]
    print("renewal:", "shown" if later and min(later) >= n else "%s for %d" % (later, n))
stop.set()
[t.join() for t in threads]
print("handshakes:", "fine" if not faults else "; ".join(faults[:5]))
print("enough of them:", "yes" if len(sent) >= renewals else len(sent))
print(len(sent), file=sys.stderr)
P
python3 "$T/renew.py" "$port" "$I/tls/self.pem" 10 >"$T/renewed" 2>"$T/sent"
is "what came of it" "$(sort "$T/renewed" | uniq -c | sed 's/^ *//')" "1 enough of them: yes
1 handshakes: fine
10 renewal: shown"
wait_for 60 queue_empty; ok "all is delivered" $?
is "each message once" "$(count_mail "$I/mail/ann")" "$(cat "$T/sent")"
is "nothing is said of it" "$(grep -h 'warning\|fatal' "$I"/log/tls/current "$I"/log/smtp/current | grep -v 'unable to reach')" ""
stop_instance
out=$(audit); ok "log-audit" $?
done_testing
