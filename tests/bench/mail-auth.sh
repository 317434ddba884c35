#!/bin/sh
# mail-auth.sh [COUNT] - how many messages a second mail-auth judges
#
# COUNT (20,000) parcels of 10 KB, each with one RSA-2048 signature, SPF and a
# DMARC policy, through mail-auth to parcel-sink; the name server is on
# 127.0.0.1 and is asked once for each name.  Both links and the resolver's
# thread share one core.  Needs python3-dkim and taskset; run it in the tree
# after `make all build/bench/parcel-sink`.
set -eu
count=${1:-20000}
top=$(cd "$(dirname "$0")/../.." && pwd)
python=python3
$python -c 'import dkim' 2>/dev/null || python=/usr/bin/python3
T=$(mktemp -d)
pid=
trap 'kill $pid 2>/dev/null; rm -rf "$T"' EXIT
openssl genrsa -traditional -out "$T/key" 2048 2>/dev/null
cat >"$T/zone.json" <<X
{"s._domainkey.example.org": {"TXT": ["v=DKIM1; k=rsa; p=$(openssl rsa -in "$T/key" -pubout -outform DER 2>/dev/null | base64 -w0)"]},
 "example.org": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]},
 "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject"]},
 "1.2.0.192.in-addr.arpa": {"PTR": ["mx.example.org"]}, "mx.example.org": {"A": "192.0.2.1"}}
X
$python - "$T/key" "$count" >"$T/parcels" <<'X'
import dkim, sys
key, count, some = open(sys.argv[1], "rb").read(), int(sys.argv[2]), []
for i in range(50):
    m = b"From: A <a@example.org>\r\nTo: b@example.net\r\nSubject: %d\r\nMIME-Version: 1.0\r\n\r\n" % i
    m += b"".join(b"line %d, which goes on and on as the lines of mail do, number %d\r\n" % (k, i) for k in range(145))
    m = (dkim.sign(m, b"s", b"example.org", key, canonicalize=(b"relaxed", b"relaxed")) + m).replace(b"\r\n", b"\n")
    c = b"from a@example.org\nto b@example.net\nclient 192.0.2.1\nhelo mx.example.org\n\n" + m
    some.append(b"%d:%s," % (len(c), c))
for i in range(count):
    sys.stdout.buffer.write(some[i % 50])
X
python3 "$top/tests/tools/fakedns.py" "$T/port" "$T/zone.json" &
pid=$!
while [ ! -s "$T/port" ]; do sleep 0.05; done
start=$(date +%s%N)
taskset -c 1 "$top/build/bin/mail-auth" -n mx.example.net -r "127.0.0.1@$(cat "$T/port")" \
    "$top/build/bench/parcel-sink" <"$T/parcels" >"$T/receipts" 2>"$T/log"
end=$(date +%s%N)
good=$(grep -c 'dkim:pass:.*dmarc:pass' "$T/log")
echo "$good of $count passed, $((count * 1000000000 / (end - start))) messages a second"
