#!/bin/sh
# The whole receiving chain: smtp-recv, mail-auth, queue-inject, with a name
# server of our own.  It judges what dkimpy signs, and python3-authres reads
# what it has written.
. "$(dirname "$0")/../lib.sh"
python=/usr/bin/python3
peer python3-authres $python -c 'import authres' || { done_testing; exit 1; }
peer python3-dkim $python -c 'import dkim' || { done_testing; exit 1; }
cd "$T" || exit 1
mkdir conf keys
echo mx.test >conf/me
echo local.test >conf/local
conf-build conf; ok "a configuration" $?
queue-check -i q >/dev/null; ok "a queue" $?
openssl genrsa -traditional -out keys/rsa 2048 2>/dev/null
chmod go-rwx keys/rsa
cat >zone.json <<X
{"s._domainkey.good.example": {"TXT": ["v=DKIM1; k=rsa; p=$(openssl rsa -in keys/rsa -pubout -outform DER 2>/dev/null | base64 -w0)"]},
 "good.example": {"TXT": ["v=spf1 ip4:127.0.0.1 -all"], "A": "127.0.0.1"},
 "_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject"]},
 "1.0.0.127.in-addr.arpa": {"PTR": ["good.example"]}}
X
fake_dns zone.json
port=$(free_port)
bg smtp-recv -C conf -l "127.0.0.1:$port" mail-auth -C conf -r "$dns" -w 4 queue-inject q 2>log
up() { swaks --silent 3 --server "127.0.0.1:$port" --quit-after CONNECT; }
wait_for 10 up; ok "the chain is up" $?
# send MESSAGE-FILE FROM [OPTION...]: the last reply in $reply
send() {
	m=$1 f=$2; shift 2
	reply=$(swaks --timeout 20 --server "127.0.0.1:$port" --from "$f" --to user@local.test --ehlo good.example \
	    --data "@$m" --suppress-data "$@" 2>&1 | sed -n '/ lines sent/,$s/^<[-*~]* *\([245][0-9][0-9] .*\)/\1/p' | head -1)
	id=${reply##* }
	file=$(find q -type f -name "$id")
}
message() { sed '1,/^$/d' "$file"; }
field() { message | awk '/^[^ \t]/ && n++ > 0 { off = 1 } !off' | tr -s '\n\t\r ' '    ' | sed 's/ $//'; }

printf 'From: Ann <ann@good.example>\r\nTo: user@local.test\r\nSubject: x\r\n\r\nhi\r\n' >plain
$python -c '
import dkim, sys
m = sys.stdin.buffer.read()
key = open("keys/rsa", "rb").read()
sys.stdout.buffer.write(dkim.sign(m, b"s", b"good.example", key, canonicalize=(b"relaxed", b"simple")) + m)' <plain >m
send m ann@elsewhere.example
like "a signature of dkimpy" "$(field)" 'dkim=pass \(2048-bit key\) header.d=good.example header.i=@good.example header.s=s header.a=rsa-sha256 header.b=[^ ]*; dmarc=pass '

cat >read.py <<'X'
import authres, re, sys
text = re.sub(r"\r?\n[ \t]+", " ", sys.stdin.read()).split("\n")[0].strip()
h = authres.AuthenticationResultsHeader.parse(text)
print(h.authserv_id, " ".join("%s=%s" % (r.method, r.result) for r in h.results))
for r in h.results:
    print(r.method, " ".join("%s.%s=%s" % (p.type, p.name, p.value) for p in r.properties))
X
send plain '"a; b \" c"@good.example'
like "an odd sender" "$reply" '^250'
message | $python read.py >out
# it leaves escapes, and leaves out what is newer than it
is "python3-authres reads it" "$(cat out)" 'mx.test spf=pass dkim=none dmarc=pass arc=none iprev=pass
spf smtp.mailfrom=\"a; b \\\" c\"@good.example
dkim 
dmarc header.from=good.example
arc smtp.remote-ip=127.0.0.1
iprev policy.iprev=127.0.0.1'
send plain '<>'
message | $python read.py >out
like "the empty sender" "$(cat out)" '^spf smtp.helo=good.example'
done_testing
