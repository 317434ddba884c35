#!/bin/sh
# The web server of a world: each receiver's MTA-STS policy, good or bad in one
# way, and the reports that it takes.
. "$(dirname "$0")/../lib.sh"
W=$top/tests/world
cat >"$T/receivers" <<'X'
good
two sts=testing age=60 mx=two
none sts=none
missing sts=missing-mx
gone sts=404
redirect sts=redirect
big sts=big
cert sts=cert
type sts=type
slow sts=slow
X
ROHRPOST_CLOCK=$(PYTHONPATH=$W python3 -Bc 'import clock; print(clock.value(100))')
export ROHRPOST_CLOCK
python3 -B "$W/certs.py" "$T/receivers" "$T/certs"; ok "certificates are made" $?
bg python3 "$W/policies.py" --listen 127.0.0.1 --port 0 --ports "$T/ports" --certs "$T/certs" "$T/receivers" "$T/log"
wait_for 10 test -s "$T/ports"; ok "it listens" $?
cat >"$T/ask.py" <<'X'
# METHOD HOST PATH: status, type, and the lines of what comes, or its size
import http.client, socket, ssl, sys
port, ca, method, host, path = sys.argv[1:6]
class Here(http.client.HTTPSConnection):
    def connect(self):
        s = socket.create_connection(("127.0.0.1", int(port)), 60)
        self.sock = ssl.create_default_context(cafile=ca).wrap_socket(s, server_hostname=host)
try:
    c = Here(host)
    c.request(method, path, body=b"a report" if method == "POST" else None, headers={"Content-Type": "application/tlsrpt+gzip"})
    r = c.getresponse()
    text = r.read()
    print(r.status, r.getheader("Content-Type"), r.getheader("Location", ""), len(text) if len(text) > 1000 else text.decode().split())
except ssl.SSLCertVerificationError as e:
    print(e.verify_message)
X
port=$(cut -d' ' -f3 "$T/ports")
ask() { python3 "$T/ask.py" "$port" "$T/certs/ca.pem" "$@"; }
get() { ask GET "mta-sts.$1" /.well-known/mta-sts.txt; }
v="'version:', 'STSv1', 'mode:'"
is "enforce" "$(get good.sts.test)" "200 text/plain  [$v, 'enforce', 'mx:', 'mx.good.sts.test', 'max_age:', '604800']"
is "also of auto" "$(get good.auto.test | grep -c mx.good.auto.test)" 1
is "testing, two hosts, and its age" "$(get two.sts.test)" \
	"200 text/plain  [$v, 'testing', 'mx:', 'mx.two.sts.test', 'mx:', 'mx2.two.sts.test', 'max_age:', '60']"
is "none" "$(get none.sts.test | cut -d, -f4)" " 'none'"
is "another host" "$(get missing.sts.test | cut -d, -f4-6)" " 'enforce', 'mx:', 'mx.elsewhere.test'"
is "404" "$(get gone.sts.test)" "404 text/plain  []"
is "elsewhere" "$(get redirect.sts.test)" "302 text/plain https://mta-sts.good.sts.test/.well-known/mta-sts.txt []"
is "ten megabytes" "$(get big.sts.test | cut -c1-20)" "200 text/plain  1000"
like "nobody known" "$(get cert.sts.test)" "self-signed certificate in certificate chain"
is "another type" "$(get type.sts.test | cut -d' ' -f1,2)" "200 text/html"
t0=$(date +%s%N)
is "late" "$(get slow.sts.test | cut -d' ' -f1)" 200
[ $((($(date +%s%N) - t0) / 1000000)) -ge 2900 ]; ok "by five minutes" $?
is "another path" "$(ask GET mta-sts.good.sts.test /mta-sts.txt | cut -d' ' -f1)" 404
is "a domain without" "$(python3 "$T/ask.py" "$port" "$T/certs/ca.pem" GET mta-sts.good.may.test / 2>&1 | grep -o 'Hostname mismatch')" "Hostname mismatch"
is "a report" "$(ask POST reports.test /good.sts.test | cut -d' ' -f1)" 201
is "is kept" "$(cat "$T/log.report.1")" "a report"
is "and all is written down" "$(grep -c 'method:GET' "$T/log") $(tail -1 "$T/log" | cut -f3-8)" \
	"11 $(printf 'method:POST\thost:reports.test\tpath:/good.sts.test\tcode:201\tsize:0\ttype:application/tlsrpt+gzip')"
is "one of nobody, or to another host" "$(for at in 'reports.test /nobody.sts.test' 'reports.test /' \
	'mta-sts.good.sts.test /good.sts.test'; do ask POST $at | cut -d' ' -f1; done | tr '\n' ' ')" "404 404 404 "
is "is not" "$(ls "$T" | grep -c 'log.report')" 1
for bad in 'a sts=x' 'a age=x'; do
	echo "$bad" >"$T/bad"
	status "bad: $bad" 1 python3 "$W/receiver.py" --port 0 "$T/bad" "$T/log2"
done
done_testing
