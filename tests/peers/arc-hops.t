#!/bin/sh
# ARC chains over several hosts, sealed in turns by arc-seal and by dkimpy:
# each verifies what the other made.
. "$(dirname "$0")/../lib.sh"
python=python3
$python -c 'import dkim' 2>/dev/null || python=/usr/bin/python3
peer "python3-dkim, with python3-authres" $python -c 'import dkim, authres' || { done_testing; exit 1; }
cd "$T" || exit 1
mkdir keys
openssl genrsa -traditional -out keys/k1 2048 2>/dev/null
openssl genrsa -traditional -out keys/k2 1024 2>/dev/null
chmod go-rwx keys/*
{
	echo '{"s._domainkey.one.example": {"TXT": ["v=DKIM1; k=rsa; p='"$(openssl rsa -in keys/k1 -pubout -outform DER 2>/dev/null | base64 -w0)"'"]},'
	echo '"s._domainkey.two.example": {"TXT": ["v=DKIM1; k=rsa; p='"$(openssl rsa -in keys/k2 -pubout -outform DER 2>/dev/null | base64 -w0)"'"]}}'
} >zone.json
fake_dns zone.json
# dkimpy: "seal ID DOMAIN KEY" from 0 to 1, or "verify"
cat >other.py <<'X'
import dkim, json, sys
zone = {k: v["TXT"][0] for k, v in json.load(open("zone.json")).items()}
def txt(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    return zone.get(name.rstrip(".").lower(), "").encode() or None
message = sys.stdin.buffer.read()
if sys.argv[1] == "verify":
    cv, results, reason = dkim.arc_verify(message, dnsfunc=txt)
    print(cv.decode() if cv else "none")
else:
    ident, domain, key = sys.argv[2:5]
    lines = dkim.arc_sign(message, b"s", domain.encode(), open(key, "rb").read(), ident.encode(),
                          include_headers=[b"from", b"to", b"subject", b"mime-version"])
    sys.stdout.buffer.write(b"".join(l if l.endswith(b"\n") else l + b"\r\n" for l in lines) + message)
X
# ours N / theirs N: hop number N, from 0 to 1
ours() { arc-seal -K keys -f k1 -d one.example -S s -n "h$1.example" -r "$dns"; }
theirs() { $python other.py seal "h$1.example" two.example keys/k2; }
# what the host found out stands in front, as mail-auth has it
found() { printf 'Authentication-Results: h%s.example;\r\n\tspf=pass smtp.mailfrom=a@one.example;\r\n\tarc=%s\r\n' "$1" "$2"; cat; }
both() {
	is "$1: arc-verify" "$(arc-verify -r "$dns" <m | cut -f 1)" pass
	is "$1: dkimpy" "$($python other.py verify <m)" pass
}
printf '%s\r\n' 'DKIM-Signature: v=1; a=rsa-sha256; d=x; s=y; h=from; bh=x; b=x' \
    'From:  A  <a@one.example>' 'To: b@two.example,' '	c@two.example' \
    'Subject: hops' 'MIME-Version: 1.0' '' 'Hello,  world ' '' 'bye' '' '' >start
for order in "ours theirs ours" "theirs ours theirs" "ours ours ours"; do
	cp start m
	arc=none n=0 way=
	for hop in $order; do
		n=$((n + 1)) way="$way $hop"
		found $n $arc <m >m.in
		$hop $n <m.in >m
		both "hops$way"
		arc=pass
		# the next host adds what hosts add
		{ printf 'Received: from h%s.example\r\n' $n; cat m; } >m.in && mv m.in m
	done
	sed 's/world/mondo/' m >m.in
	found 4 fail <m.in | ours 4 >m
	is "$order, then changed: arc-verify" "$(arc-verify -r "$dns" <m | cut -f 1)" fail
	is "the new set says so" "$(grep -ao 'cv=[a-z]*' m | head -1)" cv=fail
	is "dkimpy takes it for failed" "$($python other.py verify <m | grep -c pass)" 0
done
# many sets by one host
found 1 none <start | ours 1 >m
i=1
while [ $i -lt 50 ]; do i=$((i + 1)); ours $i <m >m.in && mv m.in m; done
is "50 sets" "$(grep -ac '^ARC-Seal:' m)" 50
both "50 sets"
ours 51 <m | cmp -s - m
ok "the 51st is not made" $?
done_testing
