#!/bin/sh
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/dkim
cd "$T" || exit 1
# req ALGORITHM KEY DIGEST: a request
req() { r="$1 $2 $3"; printf '%d:%s,' ${#r} "$r"; }
zeros=0000000000000000000000000000000000000000000000000000000000000000
mkdir -p keys/example.org keys/example.net
openssl genrsa -traditional -out keys/example.org/pkcs1.pem 2048 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in keys/example.org/pkcs1.pem -out keys/example.org/pkcs8.pem
openssl genpkey -algorithm ed25519 -out keys/example.net/ed.pem 2>/dev/null
echo nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A= >keys/seed
openssl genrsa -out keys/small.pem 512 2>/dev/null
openssl genpkey -algorithm rsa-pss -out keys/pss.pem 2>/dev/null
openssl rsa -in keys/example.org/pkcs1.pem -aes128 -passout pass:x -out keys/locked.pem 2>/dev/null
openssl rsa -in keys/example.org/pkcs1.pem -pubout -out pub.pem 2>/dev/null
openssl pkey -in keys/example.net/ed.pem -pubout -out edpub.pem
chmod -R go-rwx keys

# answers of key-sign to what is on its 0, one a line
answers() { key-sign keys | python3 -c '
import sys
d = sys.stdin.buffer.read()
while d:
    n, d = d.split(b":", 1); n = int(n)
    assert d[n:n+1] == b","
    print(d[:n].decode()); d = d[n+1:]'; }
# one ALGORITHM KEY: its answer over a digest of zeros
one() { req "$1" "$2" $zeros | answers; }

# RSA: by openssl, deterministic
head -c 32 /dev/zero >digest
openssl pkeyutl -sign -inkey keys/example.org/pkcs1.pem -pkeyopt digest:sha256 -in digest -out sig
is "RSA, PKCS #1: as openssl signs" "$(one rsa-sha256 example.org/pkcs1.pem)" "K$(base64 -w0 sig)"
is "RSA, PKCS #8" "$(one rsa-sha256 example.org/pkcs8.pem)" "K$(base64 -w0 sig)"
openssl pkeyutl -sign -rawin -inkey keys/example.net/ed.pem -in digest -out sig
is "ed25519, PKCS #8: as openssl signs" "$(one ed25519-sha256 example.net/ed.pem)" "K$(base64 -w0 sig)"
is "the digest in base64" "$(req ed25519-sha256 example.net/ed.pem AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= | answers)" "K$(base64 -w0 sig)"
like "a seed in base64" "$(one ed25519-sha256 seed)" '^K[A-Za-z0-9+/]{86}==$'

# sizes at the bounds
for b in 1024 4096 8192; do
	if [ $b = 8192 ]; then continue; fi
	openssl genrsa -out keys/b$b.pem $b 2>/dev/null; chmod 600 keys/b$b.pem
	like "RSA of $b bits" "$(one rsa-sha256 b$b.pem)" "^K"
done
openssl genrsa -out keys/b1023.pem 1023 2>/dev/null; chmod 600 keys/b1023.pem
is "RSA of 1023 bits" "$(one rsa-sha256 b1023.pem)" "DRSA key of less than 1024 bits"
is "RSA of 512 bits" "$(one rsa-sha256 small.pem)" "DRSA key of less than 1024 bits"

# what is no key
is "no such key" "$(one rsa-sha256 none.pem)" "Dno such key"
is "no such folder" "$(one rsa-sha256 none/none.pem)" "Dno such key"
is "a folder" "$(one rsa-sha256 example.org)" "Dkey is not a regular file"
is "RSA asked of ed25519" "$(one rsa-sha256 example.net/ed.pem)" "Dkey is ed25519, not RSA"
is "ed25519 asked of RSA" "$(one ed25519-sha256 example.org/pkcs1.pem)" "Dkey is RSA, not ed25519"
is "RSA-PSS" "$(one rsa-sha256 pss.pem)" "Dneither an RSA nor an ed25519 key"
is "encrypted" "$(one rsa-sha256 locked.pem)" "Dkey is encrypted"
is "unknown algorithm" "$(one rsa-sha1 seed)" "Dunknown algorithm"
is "out of the folder" "$(one ed25519-sha256 ../keys/seed)" "Dnot a name of a key"
is "a hidden file" "$(one ed25519-sha256 .seed)" "Dnot a name of a key"
is "absolute" "$(one ed25519-sha256 /etc/passwd)" "Dnot a name of a key"
is "no digest" "$(req ed25519-sha256 seed 00 | answers)" "Dnot a digest of 32 bytes"
is "nothing at all" "$(printf '0:,' | answers)" "Dnot a request: want ALGORITHM KEY DIGEST"
: >keys/empty; chmod 600 keys/empty
is "an empty file" "$(one ed25519-sha256 empty)" "Dneither a PEM key nor an ed25519 seed in base64"
for m in 644 660 602 604; do
	chmod $m keys/seed
	is "mode $m" "$(one ed25519-sha256 seed)" "Dkey may be read or written by others: chmod it to 0600 or 0640"
done
chmod 640 keys/seed
like "mode 640" "$(one ed25519-sha256 seed)" "^K"
if [ "$(id -u)" = 0 ]; then
	skip "root reads everything"
else
	chmod 000 keys/seed
	is "unreadable" "$(one ed25519-sha256 seed)" "Zunable to read the key: Permission denied"
fi
chmod 600 keys/seed

# the published signatures: RFC 8463 appendix A
if [ -e "$data/rfc8463-appendix-a.eml" ]; then
	cat >rfc.py <<'X'
import hashlib, re, sys
m = open(sys.argv[1], "rb").read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
head = m.split(b"\r\n\r\n")[0] + b"\r\n"
fields = re.findall(rb"(?:[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*)", head)
def relax(f):
    n, v = f.split(b":", 1)
    return n.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", v.replace(b"\r\n", b"")).strip() + b"\r\n"
for f in fields:
    if not f.lower().startswith(b"dkim-signature") or b"a=" + sys.argv[2].encode() not in f:
        continue
    tags = dict((k.strip(), re.sub(rb"\s", b"", v)) for k, v in
                (t.split(b"=", 1) for t in f.split(b":", 1)[1].split(b";") if b"=" in t))
    rest, h = [g for g in fields], b""
    for name in tags[b"h"].split(b":"):
        for g in reversed(rest):
            if g.split(b":")[0].strip().lower() == name.lower():
                rest.remove(g)
                h += relax(g)
                break
    h += relax(re.sub(rb"(\bb=)[^;]*$", rb"\1", f))[:-2]
    print(hashlib.sha256(h).hexdigest(), tags[b"b"].decode())
X
	cp "$data/rfc8463-ed25519-private.b64" keys/rfc-ed25519; cp "$data/rfc8463-rsa-private.pem" keys/rfc-rsa
	chmod 600 keys/rfc-*
	for a in ed25519 rsa; do
		# shellcheck disable=SC2046
		set -- $(python3 rfc.py "$data/rfc8463-appendix-a.eml" $a-sha256)
		is "RFC 8463 appendix A, $a: the published signature" "$(req $a-sha256 rfc-$a "$1" | answers)" "K$2"
	done
else
	skip "no RFC 8463 message"
	skip "no RFC 8463 message"
fi

# many requests: in order, several keys, however they are cut
i=0
while [ $i -lt 200 ]; do
	req ed25519-sha256 seed "$(printf '%064x' $i)"
	[ $((i % 10)) != 0 ] || req ed25519-sha256 none $zeros
	i=$((i + 1))
done >many
answers <many >whole
is "one answer for each" "$(wc -l <whole)" 220
is "in their order" "$(grep -n '^D' whole | cut -d: -f1 | head -3 | tr '\n' ' ')" "2 13 24 "
python3 -c '
import sys, time
d = open("many", "rb").read()
for i in range(len(d)):
    sys.stdout.buffer.write(d[i:i+1]); sys.stdout.flush()' | answers >bytes
cmp -s whole bytes; ok "byte by byte the same" $?
strace -f -e trace=write -o trace key-sign keys <many >many.out 2>err
ok "few writes" "$([ "$(grep -c '^[0-9]* *write(1' trace)" -le 10 ]; echo $?)"

# a key that changes while the server runs
mkfifo in
key-sign keys <in >out 2>err &
pid=$!
exec 7>in
req ed25519-sha256 seed $zeros >&7
wait_for 5 grep -q , out
echo AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= >keys/seed.new; chmod 600 keys/seed.new
mv keys/seed.new keys/seed
asked() { req ed25519-sha256 seed $zeros >&7; tr , '\n' <out | sort -u | grep -c K | grep -qx 2; }
wait_for 5 asked; ok "a new file is a new key" $?
exec 7>&-
wait $pid; is "ends with its input" $? 0

# no core, no debugger
key-sign keys <in >out 2>err &
pid=$!
exec 7>in
wait_for 5 test "$(stat -c %U /proc/$pid/environ)" = root; ok "its memory is not for others of its user" $?
exec 7>&-
wait $pid

# input that is none
printf 'hello' >bad
status "not a netstring" 100 key-sign keys <bad
is "is said" "$(cat err)" "key-sign: fatal: not a request"
python3 -c 'print("640:" + "x" * 640 + ",641:", end="")' >long
status "one byte too long" 100 key-sign keys <long
is "the one before is answered" "$(cat out)" "41:Dnot a request: want ALGORITHM KEY DIGEST,"
{ req ed25519-sha256 example.net/ed.pem $zeros; printf '80:ed'; } >cut
status "cut short" 111 key-sign keys <cut
is "says so" "$(cat err)" "key-sign: fatal: request cut short by end of input"
is "what was whole is answered" "$(wc -c <out)" 93
status "nothing" 0 key-sign keys </dev/null
is "silent" "$(cat out err)" ""
status "no folder" 111 key-sign none </dev/null
status "no arguments" 100 key-sign
status "too many" 100 key-sign keys keys
status "bad option" 100 key-sign -x keys
key-sign keys <cut >/dev/full 2>err
is "/dev/full" $? 111
key-sign keys <&- >out 2>err
is "0 closed" $? 111
key-sign keys </dev/null >&- 2>err
is "1 closed" $? 111

# as a server on a socket
bg sock-serve "unix:$T/sock" key-sign keys
wait_for 5 test -S sock
is "over a socket" "$(req ed25519-sha256 example.net/ed.pem $zeros | python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("sock")
s.sendall(sys.stdin.buffer.read()); s.shutdown(1)
print(s.makefile("rb").read().decode())' | tail -c +4)" "K$(base64 -w0 sig),"
done_testing
