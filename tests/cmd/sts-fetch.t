#!/bin/sh
# sts-fetch against an HTTPS server and a name server of the test: what counts
# as a policy, what is kept, what holds when record and server are gone, and
# what becomes of the files in a crash.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

printf '%s\n' 'root ca=1' 'stranger ca=1' 'good issuer=root names=mta-sts.a.test,mta-sts.b.test,mta-sts.c.test' \
	'expired issuer=root names=mta-sts.a.test from=-9d until=-1d' 'wrong issuer=root names=a.test' \
	'unknown issuer=stranger names=mta-sts.a.test' | python3 "$top/tests/tools/pki.py" pki
policy() { printf 'version: STSv1\\nmode: %s\\nmx: %s\\nmax_age: %s\\n' "$1" "$2" "${3:-604800}"; }
# host NAME CERT WORDS...: the server's only host; words are of JSON
hosts() { printf '%s\n' "$1" >hosts.new && mv hosts.new hosts; }
host() { hosts "{\"mta-sts.$1\": {\"cert\": \"$T/pki/$2.pem\", $3}}"; }
host a.test good '"body": "'"$(policy enforce 'mx.a.test\nmx: *.A.Test')"'"'
bg python3 "$top/tests/tools/httpsserver.py" https.port hosts https.log
wait_for 20 test -s https.port
port=$(cat https.port)
zone() {
	cat >zone.new <<X && mv zone.new zone
{"_mta-sts.a.test": {"TXT": $1},
 "_mta-sts.b.test": {"TXT": "v=STSv1; id=b1"},
 "_mta-sts.c.test": {"TXT": "v=STSv1; id=c1"},
 "_mta-sts.cname.test": {"CNAME": "_mta-sts.a.test"},
 "_mta-sts.dead.test": "SERVFAIL",
 "_mta-sts.nowhere.test": {"TXT": "v=STSv1; id=n1"},
 "_mta-sts.inside.test": {"TXT": "v=STSv1; id=i1"},
 "mta-sts.inside.test": {"A": "127.0.0.2"},
 "mta-sts.a.test": {"A": "127.0.0.1"}, "mta-sts.b.test": {"A": "127.0.0.1"}, "mta-sts.c.test": {"A": "127.0.0.1"}}
X
	[ -z "${dns_pid-}" ] || kill -HUP "$dns_pid"
}
zone '"v=STSv1; id=a1"'
fake_dns zone
look() { sts-fetch -a pki/root.crt -i 127.0.0.1 -p "$port" -r "$dns" -w 2 -q "$@"; }

# what people see
status "a policy" 0 look a.test
is "it is shown" "$(cat out)" "a.test
record: id a1
policy: enforce for 604800 s mx.a.test *.A.Test"
is "it was asked for where RFC 8461 says" "$(tail -n 1 https.log)" "mta-sts.a.test GET /.well-known/mta-sts.txt - rohrpost 0 -"
zone '["v=spf1 -all", "hello"]'
status "no record" 100 look a.test
is "is said" "$(tail -n 1 out)" "record: none"
zone '["v=STSv1; id=a1", "v=STSv1; id=a1"]'
status "several records" 100 look a.test
is "are none" "$(tail -n 1 out)" "record: several records"
zone '"v=STSv1; id=a-1"'
status "a malformed record" 100 look a.test
is "is none" "$(tail -n 1 out)" "record: malformed record"
zone '"v=STSv1; id=a1"'
status "the DNS fails" 111 look dead.test
is "is said" "$(tail -n 1 out)" "record: no answer: SERVFAIL"
status "no server" 111 look nowhere.test
is "is said" "$(tail -n 1 out)" "policy: sts-policy-fetch-error: no address"
status "a server at an address of this machine" 111 look inside.test
is "is not asked" "$(tail -n 1 out)" "policy: sts-policy-fetch-error: no address outside of here"
status "what is no domain" 100 look 'a b'
like "is said" "$(cat err)" 'a b: not a domain$'
bad() { # NAME STATUS CERT WORDS TEXT
	host a.test "$3" "$4"
	status "$1" "$2" look a.test
	like "$1: is said" "$(tail -n 1 out)" "^policy: $5\$"
}
good='"body": "'"$(policy enforce mx.a.test)"'"'
bad "a certificate that has expired" 111 expired "$good" "sts-webpki-invalid: certificate: .*"
bad "one for another name" 111 wrong "$good" "sts-webpki-invalid: certificate: .*"
bad "one of a stranger" 111 unknown "$good" "sts-webpki-invalid: certificate: .*"
bad "not found" 111 good '"status": 404' "sts-policy-fetch-error: the answer is 404, not 200"
bad "moved" 111 good '"status": 301, "fields": {"Location": "https://mta-sts.b.test/"}' \
	"sts-policy-fetch-error: the answer is 301, not 200"
bad "HTML" 100 good '"type": "text/html", '"$good" "sts-policy-invalid: not text/plain"
bad "no type" 100 good '"type": null, '"$good" "sts-policy-invalid: not text/plain"
bad "a policy that is none" 100 good '"body": "version: STSv1\nmode: strict\nmax_age: 1\n"' "sts-policy-invalid: bad mode"
bad "10 MB" 100 good '"size": 10000000' "sts-policy-invalid: longer than 65536 bytes"
bad "no answer" 111 good '"manner": "silent"' "sts-policy-fetch-error: no answer in time"
bad "half of it" 111 good '"manner": "cut", "size": 1000' "sts-policy-fetch-error: .*"
host a.test good '"type": "Text/Plain; charset=utf-8", '"$good"
status "a type with a parameter" 0 look a.test
host a.test good '"manner": "chunked", '"$good"
status "in pieces, several at once" 100 look a.test none.test
status "no authorities" 111 sts-fetch -a /nonexistent -i 127.0.0.1 -p "$port" -r "$dns" -q a.test

# the service
cat >ask.py <<'X'
"""ask.py SOCKET DOMAIN...: the answers, in the order of the questions"""
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect(sys.argv[1])
s.sendall(b"".join(b"ask:%s\tn:%d\n" % (d.encode(), i) for i, d in enumerate(sys.argv[2:])))
data = b""
while data.count(b"\n") < len(sys.argv) - 2:
    more = s.recv(65536)
    if not more:
        break
    data += more
lines = sorted(data.decode().splitlines(), key=lambda l: int(l.split("\t")[0][2:]))
print("\n".join(l.split("\t", 1)[1] for l in lines))
X
ask() { python3 ask.py sock "$@" | sed 's/expires:[0-9]*/expires:T/' | tr '\t' ' '; }
serve() { # MORE...
	# -w: nobody waits for a server of the test
	bg "$@" sts-fetch -a pki/root.crt -i 127.0.0.1 -p "$port" -r "$dns" -w 5 -l sock sts 2>>log
	serve_pid=$bg_pid
	wait_for 20 python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect("sock")'
}
stop() { kill "$serve_pid"; wait "$serve_pid"; }
mkdir sts
hosts "{\"mta-sts.a.test\": {\"cert\": \"$T/pki/good.pem\", $good},
\"mta-sts.b.test\": {\"cert\": \"$T/pki/good.pem\", \"body\": \"$(policy testing '*.b.test')\"},
\"mta-sts.c.test\": {\"cert\": \"$T/pki/good.pem\", \"body\": \"version: STSv1\nmode: none\nmax_age: 86400\n\"}}"
serve env
is "questions and answers" "$(ask a.test B.Test c.test none.test cname.test dead.test)" \
	"mode:enforce id:a1 expires:T mx:mx.a.test
mode:testing id:b1 expires:T mx:*.b.test
mode:none id:c1 expires:T
mode:none
mode:none fail:sts-policy-fetch-error text:no address
mode:none text:no answer of the DNS"
like "an event for each fetch" "$(grep domain:a.test log)" "	ev:sts	prog:sts-fetch	domain:a.test	id:a1	mode:enforce	max-age:604800	mx:mx.a.test	result:ok\$"
like "for one that failed, too" "$(grep domain:cname.test log)" "	result:sts-policy-fetch-error	text:no address\$"
is "a file for each policy" "$(echo sts/*)" "sts/a.test sts/b.test sts/c.test"
like "in the form of the page" "$(sed 's/:17[0-9]*/:T/g' sts/a.test | tr '\t\n' ' |')" \
	'^domain:a.test id:a1 fetched:T expires:T used:[T0]*.*version: STSv1.mode: enforce.mx: mx.a.test.max_age: 604800.$'
n=$(grep -c . https.log)
ask a.test b.test >/dev/null
is "what is known is not fetched again" "$(grep -c . https.log)" "$n"
printf 'hello\n' | timeout 10 python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("sock"); s.sendall(sys.stdin.buffer.read()); print(s.recv(10))' >out
is "a line that is no question ends the connection" "$(cat out)" "b''"
is "others go on" "$(ask b.test)" "mode:testing id:b1 expires:T mx:*.b.test"
many=$(for i in $(seq 300); do echo "n$i.test"; done)
# shellcheck disable=SC2086
is "more questions at once than the resolver takes" "$(ask $many | sort | uniq -c | tr -s ' ')" " 300 mode:none"
stop; is "SIGTERM: 0" $? 0
[ ! -e sock ]; ok "its socket is gone" $?

# record and server are gone
zone '"v=spf1 -all"'
host a.test good '"status": 404'
serve env
is "what is kept holds" "$(ask a.test)" "mode:enforce id:a1 expires:T mx:mx.a.test"
is "and goes on to do so" "$(ask a.test)" "mode:enforce id:a1 expires:T mx:mx.a.test"
kill -9 "$serve_pid"; wait "$serve_pid" 2>/dev/null
rm -f sock

# damaged files, and what is none of ours; one of each is said, nothing is lost
cp sts/a.test a.kept
: >sts/empty.test
head -c 40 a.kept >sts/half.test
sed 's/mode: enforce/mode: strict/; s/domain:a.test/domain:mode.test/' a.kept >sts/mode.test
cp a.kept sts/other.test
sed 's/id:a1/id:a\/1/; s/domain:a.test/domain:id.test/' a.kept >sts/id.test
sed 's/expires:[0-9]*/expires:9999999999/; s/domain:a.test/domain:times.test/' a.kept >sts/times.test
head -c 100000 /dev/zero >sts/large.test
mkdir sts/folder.test
head -c 40 a.kept >sts/.new
printf 'x' >'sts/old.test~'
sed 's/fetched:\([0-9]*\)/fetched:2000000000/; s/expires:[0-9]*/expires:2000604800/; s/domain:a.test/domain:future.test/' a.kept >sts/future.test
: >log
serve env
is "a good one among them" "$(ask a.test)" "mode:enforce id:a1 expires:T mx:mx.a.test"
is "the others are none" "$(ask half.test empty.test mode.test other.test id.test times.test future.test)" "$(yes mode:none | head -n 7)"
for f in 'empty.test: not a kept policy: no first line' 'half.test: not a kept policy: no first line' \
	'mode.test: not a kept policy: bad mode' 'other.test: not a kept policy: of another domain' \
	'id.test: not a kept policy: bad id' 'times.test: not a kept policy: bad times' \
	'large.test: not a kept policy: File too large' 'folder.test: not a kept policy: Is a directory' \
	'future.test: fetched in the future: the clock was, or is, wrong'; do
	grep -qF "warning: sts/$f" log; ok "$f" $?
done
is "and nothing else is said" "$(grep -c warning: log)" 9
stop
rm -rf sts/empty.test sts/half.test sts/mode.test sts/other.test sts/id.test sts/times.test sts/large.test sts/folder.test sts/future.test

# another id: the new policy takes the place, the old one is kept beside
zone '"v=STSv1; id=a2"'
host a.test good '"body": "'"$(policy enforce mx2.a.test)"'"'
serve env
is "the old one is answered at first" "$(ask a.test)" "mode:enforce id:a1 expires:T mx:mx.a.test"
renewed() { ask a.test | grep -q 'id:a2 expires:T mx:mx2.a.test'; }
wait_for 20 renewed; ok "then the new one" $?
grep -q '^mx: mx.a.test' 'sts/a.test~'; ok "the old one is kept with a ~" $?
grep -q '^mx: mx2.a.test' sts/a.test; ok "the new one in its place" $?
stop

# killed at each call of a change: the file is the old one or the new one
want=$(cat sts/a.test)
zone '"v=STSv1; id=a3"'
host a.test good '"body": "'"$(policy enforce mx3.a.test)"'"'
: >log
for call in write:.new fsync:1 linkat:1 renameat:1 fsync:2; do
	printf '%s\n' "$want" >sts/a.test
	rm -f sock 'sts/a.test~' sts/.new
	case $call in
	write:*) set -- -e trace=ftruncate,fsync -e inject=fsync:signal=KILL:when=1 ;;
	*) set -- -e trace="${call%:*}" -e inject="${call%:*}:signal=KILL:when=${call#*:}" ;;
	esac
	bg strace -f -qq -o trace "$@" sts-fetch -a pki/root.crt -i 127.0.0.1 -p "$port" -r "$dns" -w 5 -l sock sts 2>>log
	crash_pid=$bg_pid
	wait_for 20 test -S sock
	wait_for 20 python3 ask.py sock a.test >/dev/null
	gone() { ! kill -0 "$crash_pid" 2>/dev/null; }
	wait_for 20 gone; ok "$call: it is killed" $?
	kill -9 "$crash_pid" 2>/dev/null; wait "$crash_pid" 2>/dev/null
	rm -f sock
	mv hosts hosts.kept; hosts '{}'
	serve env
	like "$call: the old policy or the new one" "$(ask a.test)" '^mode:enforce id:a(2 expires:T mx:mx2|3 expires:T mx:mx3).a.test$'
	is "$call: and no file is damaged" "$(grep -c 'not a kept' log)" 0
	kill -9 "$serve_pid"; wait "$serve_pid" 2>/dev/null; rm -f sock
	mv hosts.kept hosts
done

# no room on the disk; the log has some
printf '%s\n' "$want" >sts/a.test
: >log
host a.test good '"size": 3000, "body": "'"$(policy enforce mx3.a.test)"'"'
serve sh -c 'ulimit -f 2; exec "$@"' sh
wait_for 20 sh -c 'python3 ask.py sock a.test | grep -q id:a3'; ok "no room: the new policy holds all the same" $?
like "it is said" "$(grep warning: log)" 'warning: unable to write sts/a.test: File too large$'
is "the old file has the old one" "$(sed 1d sts/a.test)" "$(echo "$want" | sed 1d)"
stop

# ROHRPOST_CLOCK runs 60 times as fast, so ten minutes are ten seconds
rm -f sts/*
zone '"v=STSv1; id=a4"'
host a.test good '"body": "'"$(policy enforce mx4.a.test 600)"'"'
clock=$(python3 -c 'import time; print("%d:%d:60" % (time.time() * 1e6, time.monotonic() * 1e6))')
n=$(grep -c . https.log)
bg env ROHRPOST_CLOCK="$clock" sts-fetch -a pki/root.crt -i 127.0.0.1 -p "$port" -r "$dns" -w 600 -l sock sts 2>>log
serve_pid=$bg_pid
again() { ask a.test >/dev/null 2>&1; [ "$(grep -c . https.log)" -ge $((n + 2)) ]; }
wait_for 60 again; ok "a policy that is used is fetched again before it ends" $?
stop

# who asks a lot and reads nothing
rm -f sts/* sock
zone '"v=STSv1; id=a5"'
long=$(python3 -c 'print("\\nmx: ".join("%02d%s.test" % (i, ".".join(["x" * 60] * 4)[2:]) for i in range(64)))')
host a.test good '"body": "'"$(policy enforce "$long")"'"'
serve env
cat >flood.py <<'X'
"""flood.py SOCKET PID N: how many answers come, and how much memory it took"""
import socket, sys
n = int(sys.argv[3])
s, other = (socket.socket(socket.AF_UNIX) for _ in range(2))
for c in s, other:
    c.settimeout(20)
    c.connect(sys.argv[1])
s.sendall(b"ask:a.test\tn:1\n" * n)
other.sendall(b"ask:none.test\tn:1\n")
other.recv(100)
print(next(l.split()[1] for l in open("/proc/%s/status" % sys.argv[2]) if l.startswith("VmHWM:")))
lines = 0
while lines < n:
    more = s.recv(1 << 20)
    if not more:
        break
    lines += more.count(b"\n")
print(lines)
X
ask a.test >/dev/null
before=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$serve_pid/status")
python3 flood.py sock "$serve_pid" 4000 >out 2>err
is "has all answers in the end" "$(sed -n 2p out)$(cat err)" 4000
kb=$(($(head -n 1 out) - before))
echo "# $kb kB"
[ "$kb" -lt 4096 ]; ok "but not all at once" $?
stop

# a socket that was given blocks: a client that goes before he is accepted would
# hold up all others
cat >given.py <<'X'
import fcntl, os, socket, subprocess, time
s = socket.socket(socket.AF_UNIX); s.bind("given"); s.listen()
p = subprocess.Popen(["sts-fetch", "-l", "-", "sts"], stdin=s)
end = time.monotonic() + 20
while not fcntl.fcntl(s, fcntl.F_GETFL) & os.O_NONBLOCK and time.monotonic() < end and p.poll() is None:
    time.sleep(0.05)
print(bool(fcntl.fcntl(s, fcntl.F_GETFL) & os.O_NONBLOCK), p.poll())
p.terminate(); p.wait()
X
is "a socket that was given does not block" "$(python3 given.py 2>err)" "True None"

# usage, and what all programs do
rm -f sock
status "bad usage" 100 sts-fetch
status "a socket and questions" 100 sts-fetch -l sock -q a.test
status "no domain" 100 sts-fetch -q
status "a bad prefix" 100 sts-fetch -i x -q a.test
status "too many fetches" 100 sts-fetch -n 257 -l sock sts
status "as many as may be" 111 sts-fetch -n 256 -l sock nowhere
status "too long a wait" 100 sts-fetch -w 601 -q a.test
status "no folder" 111 sts-fetch -l sock nowhere
status "no listening socket" 100 sts-fetch -l - sts </dev/null
status "no place for its socket" 111 sts-fetch -l nowhere/sock sts
allow=$(for i in $(seq 64); do printf '%s ' -i 192.0.2.$i; done)
# shellcheck disable=SC2086
status "64 prefixes" 100 sts-fetch $allow -q 'a b'
# shellcheck disable=SC2086
sts-fetch $allow -i 192.0.2.65 -q a.test 2>&1 | grep -q 'more than 64 times -i'; ok "no more" $?
host a.test good "$good"
look a.test >/dev/full 2>err
is "/dev/full" $? 111
sts-fetch -q a.test >&- 2>err
is "closed descriptor" $? 111
# what reads the answers of strangers has nothing of ours: of the resolver neither
mkdir beside && cp "$(command -v sts-fetch)" beside
printf '#!/bin/sh\nls /proc/self/fd >descriptors\n' >beside/https-get && chmod 755 beside/https-get
beside/sts-fetch -r "$dns" -q a.test >out 2>&1
is "https-get has three descriptors, and that of ls" "$(wc -l <descriptors)" 4
done_testing
