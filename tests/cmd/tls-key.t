#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf tls
python3 "$top/tests/tools/pki.py" made <<'P'
root ca=1
mid ca=1 issuer=root
ec issuer=mid names=mail.example.org,*.example.net
ec2 issuer=mid names=mail.example.org,*.example.net
p384 key=ec384 issuer=mid names=p384.example
rsa key=rsa2048 names=mail.example.org
P
cp made/ec.pem made/p384.pem tls
cp made/rsa.crt made/rsa.key tls
echo mail.example.org >conf/me
printf 'ec.pem\nrsa.crt key=rsa.key\np384.pem\n' >conf/tls
conf-build conf || exit 1

# req WORDS...: a request
req() { printf '%d:%s,' ${#1} "$1"; }
# answers of tls-key to what is on its 0, one a line
answers() { tls-key "$@" conf tls | python3 -c '
import sys
d = sys.stdin.buffer.read()
while d:
    n, d = d.split(b":", 1); n = int(n)
    assert d[n:n+1] == b",", d
    print(ascii(d[:n])[2:-1]); d = d[n+1:]'; }
# one REQUEST: its answer
one() { req "$1" | answers; }
# id NAME: of its key, as others reckon it
id() { openssl x509 -in "made/$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c 1-64; }
zeros=$(printf '%064d' 0)
for n in ec ec2 p384 rsa; do id $n >$n.id; done

is "ping" "$(one ping)" K
# signed NAME SCHEME BITS: by tls-key, verified by openssl
signed() {
	digest=$(printf "$1 $2" | openssl dgst "-sha$3" -r | cut -d ' ' -f 1)
	printf "$1 $2" | openssl dgst "-sha$3" -binary >digest
	req "sign $(cat "$1.id") $2-sha$3 $digest" | tls-key conf tls | python3 -c '
import sys
d = sys.stdin.buffer.read(); n, d = d.split(b":", 1)
sys.stdout.buffer.write(d[1:int(n)])' >sig
	openssl pkeyutl -verify -certin -inkey "made/$1.crt" -pkeyopt "digest:sha$3" -in digest -sigfile sig >out 2>&1
	ok "$1, $2, $3 bits: openssl verifies it" $?
}
for b in 256 384 512; do
	signed ec ecdsa $b; signed p384 ecdsa $b; signed rsa rsa $b
done
openssl pkeyutl -sign -inkey made/rsa.key -pkeyopt digest:sha512 -in digest -out other
cmp -s sig other; ok "RSA: PKCS #1 version 1.5, as openssl signs" $?

is "no such key" "$(one "sign $zeros ecdsa-sha256 $zeros")" "Dno such key"
is "RSA asked of ECDSA" "$(one "sign $(cat ec.id) rsa-sha256 $zeros")" "Dkey is of another kind"
is "ECDSA asked of RSA" "$(one "sign $(cat rsa.id) ecdsa-sha256 $zeros")" "Dkey is of another kind"
is "no request" "$(one "pong")" "Dnot a request: want sign KEYID SCHEME DIGEST, list GENERATION or ping"
is "no key id" "$(one "sign x ecdsa-sha256 $zeros")" "Dnot a key id"
is "no scheme" "$(one "sign $(cat ec.id) ecdsa-md5 $zeros")" "Dunknown scheme"
is "no digest" "$(one "sign $(cat ec.id) ecdsa-sha256 00")" "Dnot a digest of that length"

# the list
cat >list.py <<'X'
import sys
def strings(d):
    while d:
        n, d = d.split(b":", 1); n = int(n)
        assert d[n:n+1] == b","
        yield d[:n]; d = d[n+1:]
for answer in strings(open(sys.argv[1], "rb").read()):
    if answer[:1] != b"K" or answer == b"K":
        print(answer.decode()); continue
    parts = list(strings(answer[1:]))
    print("generation", parts[0].decode())
    for p in parts[1:]:
        line, *chain = strings(p)
        f = dict(x.split(":", 1) for x in line.decode().split("\t"))
        files = [c for der in chain for c in sys.argv[2:] if open("made/%s.der" % c, "rb").read() == der]
        print(f["file"], f["kind"], f["names"], f["self"], open(files[0] + ".id").read().strip() == f["id"], *files)
X
req 'list 0' | tls-key conf tls >list
python3 list.py list ec ec2 p384 rsa mid root >got
like "its generation" "$(head -1 got)" '^generation [1-9][0-9]*$'
is "and the certificates, in the order of the table" "$(sed 1d got)" "ec.pem ec256 mail.example.org,*.example.net 0 True ec mid
rsa.crt rsa mail.example.org 1 True rsa
p384.pem ec384 p384.example 0 True p384 mid"
g=$(sed -n 's/^generation //p' got)
req 'list 0' | tls-key conf tls | cmp -s - list; ok "another process says the same" $?

# many requests, however they are cut
{
	for i in 1 2 3 4 5; do
		req "sign $(cat rsa.id) rsa-sha256 $(printf '%064d' $i)"; req ping
		req "sign $zeros rsa-sha256 $zeros"
	done
	req 'list 0'; req ping
} >many
tls-key conf tls <many >whole
is "one answer for each" "$(answers <many | cut -c 1 | tr -d '\n')" KKDKKDKKDKKDKKDKK
python3 -c '
import sys, time
d = open("many", "rb").read()
for i in range(len(d)):
    sys.stdout.buffer.write(d[i:i+1]); sys.stdout.flush()' | tls-key conf tls >bytes
cmp -s whole bytes; ok "byte by byte the same" $?

# who waits for news hears of them, and others are not kept
mkfifo in
tls-key conf tls <in >out 2>err &
pid=$!
exec 7>in
req "list $g" >&7; req ping >&7; req "sign $zeros ecdsa-sha256 $zeros" >&7
wait_for 5 grep -q . out
is "a list with nothing new waits, and a ping goes ahead of it" "$(cat out)" "1:K,"
start=$(date +%s%N)
cp -p made/ec2.pem tls/.new && mv tls/.new tls/ec.pem
grep_news() { grep -aq 'no such key,$' out; }
wait_for 5 grep_news
took=$((($(date +%s%N) - start) / 1000000))
ok "a renewed certificate is told of within a second: $took ms" $((took > 1000))
python3 list.py out ec ec2 p384 rsa mid root >got
is "and what came behind it follows" "$(sed -n '1p;3p;$p' got)" "K
ec.pem ec256 mail.example.org,*.example.net 0 True ec2 mid
Dno such key"
g2=$(sed -n 's/^generation //p' got)
ok "in another generation" "$([ "$g2" != "$g" ]; echo $?)"
req "sign $(cat ec.id) ecdsa-sha256 $zeros" >&7; req "sign $(cat ec2.id) ecdsa-sha256 $zeros" >&7
signed_both() { [ "$(grep -aoE '(70|71|72|73):K' out | wc -l)" = 2 ]; }
wait_for 5 signed_both; ok "the old key and the new one sign" $?
# trouble: told once, and nothing is lost
req "list $g2" >&7
(umask 077; head -c 300 made/ec.pem >tls/.new) && mv tls/.new tls/ec.pem
wait_for 5 grep -q . err
is "half a file" "$(cat err)" "tls-key: warning: ec.pem: cut short; the one from before stays"
printf 'rsa.crt key=rsa.key\n' >conf/tls
conf-build conf
one_left() { [ "$(grep -ao 'file:' out | wc -l)" = 4 ]; }
wait_for 5 one_left; ok "another table is news, too" $?
exec 7>&-
wait $pid; is "ends with its input" $? 0
cp made/ec.pem tls; printf 'ec.pem\n' >conf/tls; conf-build conf

# what ends soon is told of to who waits
echo 'soon names=a.example until=5d' | python3 "$top/tests/tools/pki.py" made
cp made/soon.pem tls; printf 'soon.pem\nnone.pem\n' >conf/tls; conf-build conf
req 'list 0' | tls-key conf tls >out 2>err
is "who asks once hears what is wrong" "$(cat err)" "tls-key: warning: none.pem: unable to read: No such file or directory; not used"
g=$(head -1 out | grep -aoE '^[0-9]+:K[0-9]+:[0-9]+' | sed 's/.*://')
tls-key conf tls <in >out 2>err &
pid=$!
exec 7>in
req "list $g" >&7
wait_for 5 grep -q expires err
day=$(date -u -d "$(openssl x509 -in made/soon.crt -noout -enddate | cut -d= -f2)" +%Y-%m-%d)
is "who waits, also what ends soon" "$(tail -1 err)" "tls-key: warning: soon.pem: expires on $day"
exec 7>&-
wait $pid
printf 'ec.pem\n' >conf/tls; conf-build conf

# the table of another name
mv conf/tls.cdb conf/kept.cdb
status "no table" 0 sh -c "printf '6:list 0,' | tls-key conf tls"
is "is said" "$(cat err)" "tls-key: warning: unable to read conf/tls.cdb: No such file or directory"
is "and the list is empty" "$(python3 list.py out | sed 's/[0-9].*//')" "generation "
mv conf/kept.cdb conf/tls-client.cdb
status "another table" 0 sh -c "printf '6:list 0,' | tls-key -f tls-client conf tls"
is "its certificate" "$(python3 list.py out ec mid | sed 1d)" "ec.pem ec256 mail.example.org,*.example.net 0 True ec mid"
mkdir away && mv conf/tls-client.cdb away/tls.cdb && ln -s ../away/tls.cdb conf/tls.cdb
req 'list 0' | tls-key conf tls >out 2>err
is "one that is a link out of its folder" "$(python3 list.py out ec mid | sed 1d)" "ec.pem ec256 mail.example.org,*.example.net 0 True ec mid"
mv away/tls.cdb conf/tls.cdb

# no core, no debugger
tls-key conf tls <in >out 2>err &
pid=$!
exec 7>in
wait_for 5 test "$(stat -c %U /proc/$pid/environ)" = root; ok "its memory is not for others of its user" $?
exec 7>&-
wait $pid

# input that is none
printf 'hello' >bad
status "not a netstring" 100 tls-key conf tls <bad
is "is said" "$(cat err)" "tls-key: fatal: not a request"
python3 -c 'print("256:" + "x" * 256 + ",257:", end="")' >long
status "one byte too long" 100 tls-key conf tls <long
is "the one before is answered" "$(cat out)" "70:Dnot a request: want sign KEYID SCHEME DIGEST, list GENERATION or ping,"
printf '4:ping,7:list' >cut
status "cut short" 111 tls-key conf tls <cut
is "says so" "$(cat err)" "tls-key: fatal: request cut short by end of input"
is "what was whole is answered" "$(cat out)" "1:K,"
status "nothing" 0 tls-key conf tls </dev/null
is "silent" "$(cat out err)" ""
status "no folder" 111 tls-key conf none </dev/null
is "says so" "$(cat err)" "tls-key: fatal: unable to open none: No such file or directory"
status "no arguments" 100 tls-key
status "too few" 100 tls-key conf
status "too many" 100 tls-key conf tls tls
status "a table elsewhere" 100 tls-key -f ../tls conf tls
status "bad option" 100 tls-key -x conf tls
tls-key conf tls <cut >/dev/full 2>err
is "/dev/full" $? 111
is "says so" "$(cat err)" "tls-key: fatal: unable to write: No space left on device"
tls-key conf tls <&- >out 2>err
is "0 closed" $? 111
tls-key conf tls </dev/null >&- 2>err
is "1 closed" $? 111

# as a server on a socket
bg sock-serve "unix:$T/sock" tls-key conf tls
wait_for 5 test -S sock
is "over a socket" "$(req ping | python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("sock")
s.sendall(sys.stdin.buffer.read()); s.shutdown(1)
print(s.makefile("rb").read().decode())')" "1:K,"
done_testing
