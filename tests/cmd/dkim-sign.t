#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir -p keys
umask 077
echo nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A= >keys/ed
openssl genrsa -traditional -out keys/rsa.pem 2048 2>/dev/null
ed='selector=e key=ed algorithm=ed25519-sha256'
rsa='selector=r key=rsa.pem'
cat >dkim <<X
example.org domain=example.org $ed
example.org domain=example.org $rsa
.example.net domain=example.net $rsa canon=simple/simple
bounce.example.com domain=bounce.example.com $ed by=envelope
xn--bcher-kva.example domain=xn--bcher-kva.example $ed
missing.example domain=missing.example selector=m key=none.pem
X
# mail FROM [BODY]: a message
mail() { printf 'From: %s\nTo: b@example.net\nSubject: x\n\n%b' "$1" "${2-hi\n}"; }
# parcel ENVELOPE: one of standard input, envelope lines with \n
parcel() { { printf '%b\n' "$1"; cat; } >p; printf '%d:' "$(wc -c <p)"; cat p; printf ,; }
inside='from a@example.org\nto b@example.net\norigin inside\n'
# sign [OPTION...]: the link, its next link keeps what comes in $T/got
cat >next.py <<'X'
import os, sys
data, out = b"", open(os.environ.get("GOT", "got"), "ab")
while True:
    d = os.read(0, 65536)
    if not d:
        break
    data += d
    while b":" in data:
        n, rest = data.split(b":", 1)
        n = int(n)
        if len(rest) <= n:
            break
        out.write(rest[:n] + b"\n%%\n"); out.flush()
        data = rest[n + 1:]
        os.write(1, b"4:Kid0,")
X
sign() { rm -f got; dkim-sign -t 1700000000 -K keys -k dkim "$@" python3 next.py; }
# the number of signatures in $1
signatures() { grep -c '^DKIM-Signature:' "$1"; }

# alone
mail a@example.org >m
status "one message" 0 dkim-sign -t 1700000000 -K keys -k dkim <m
is "silent" "$(cat err)" ""
is "both signatures" "$(signatures out)" 2
sed -n '/^From/,$p' out >rest
cmp -s rest m; ok "the message behind them as it was" $?
is "no line is longer than 77" "$(awk 'length > 77' out)" ""
grep -q ' l=' out; ok "no l=" $((! $?))
dkim-sign -t 1700000000 -K keys -k dkim <m >again
cmp -s out again; ok "twice the same" $?
sed 's/$/\r/' m >m.crlf
status "with CRLF" 0 dkim-sign -t 1700000000 -K keys -k dkim <m.crlf
tr -d '\r' <out >out.lf
cmp -s out.lf again; ok "the same signature" $?
is "and CRLF in it" "$(grep -vc "$(printf '\r')" out)" 0
mail x@other.example >m2
status "nobody signs it" 0 dkim-sign -K keys -k dkim <m2
cmp -s out m2; ok "unchanged" $?
mail x@sub.example.net | dkim-sign -K keys -k dkim >out
like "a domain below" "$(cat out)" "c=simple/simple; d=example.net; s=r;"
mail "$(printf 'x@b\303\274cher.example')" | dkim-sign -K keys -k dkim >out
like "a domain not in ASCII" "$(cat out)" 'd=xn--bcher-kva.example;'
mail 'A (c) <a@EXAMPLE.ORG>, b@other.example' | dkim-sign -K keys -k dkim >out
is "the first author decides" "$(signatures out)" 2
status "the keys are beside the table by default" 111 dkim-sign -k dkim <m
is "nothing is written" "$(wc -c <out)" 0
like "says why" "$(cat err)" 'warning: unable to sign for example.org with ed: no such key'
cp dkim keys/table
status "there they are" 0 dkim-sign -k keys/table <m

# what is not fit to be signed passes with a warning
unfit() {
	status "$1" 0 dkim-sign -K keys -k dkim <bad
	cmp -s out bad; ok "unchanged" $?
	is "with a warning" "$(cat err)" "dkim-sign: warning: message of a@example.org is not signed: $2"
}
{ mail a@example.org | sed '1a garbage'; } >bad
unfit "a line that is no field" "a line of the header is no field"
{ echo 'From: a@example.org'; mail b@example.org; } >bad
unfit "two From fields" "there is not just one From field"
{ echo 'From: a@example.org'; yes 'To: b' | head -600; echo; } >bad
unfit "too many fields" "too many fields"
{ echo 'From: a@example.org'; yes "X: $(printf %0900d 1)" | head -1200; echo; echo body; } >bad
unfit "a header above 1 MB" "the header is too long"
printf 'To: b\n\nhi\n' >bad
status "no From" 0 dkim-sign -K keys -k dkim <bad
cmp -s out bad; ok "unchanged" $?

# as a link
mail a@example.org | parcel "$inside" >in1
status "a parcel of ours" 0 sign <in1
is "the receipt goes up" "$(cat out)" "4:Kid0,"
is "signed" "$(signatures got)" 2
like "its envelope is there" "$(cat got)" '^origin inside$'
mail a@example.org | parcel 'from a@example.org\nto b\n' >in2
status "one from outside" 0 sign <in2
is "is not signed" "$(signatures got)" 0
status "-a" 0 sign -a <in2
is "signs it" "$(signatures got)" 2
mail x@other.example | parcel 'from v@bounce.example.com\nto b\norigin inside\n' >in3
status "by envelope" 0 sign <in3
is "signed" "$(signatures got)" 1
mail a@example.org | parcel 'from v@bounce.example.com\nto b\norigin inside\n' >in3
sign <in3 >out
is "by both" "$(signatures got)" 3
mail a@missing.example | parcel "$inside" >in4
status "a key that is not there" 0 sign <in4
is "is answered" "$(cat out)" "34:Z4.7.5 unable to sign: no such key,"
[ ! -s got ]; ok "and goes nowhere" $?
like "with a warning" "$(cat err)" "warning: unable to sign for missing.example with none.pem: no such key"
status "-u" 0 sign -u <in4
is "passes it" "$(cat out),$(signatures got)" "4:Kid0,,0"
chmod 644 keys/rsa.pem
status "a key that others can read" 0 sign <in1
like "is refused" "$(cat out)" "^[0-9]*:Z4.7.5 unable to sign: key may be read or written by others"
chmod 600 keys/rsa.pem

# many in flight, in order, mixed
i=0
while [ $i -lt 300 ]; do
	case $((i % 3)) in
	0) mail "u$i@example.org" | parcel "$inside" ;;
	1) mail "u$i@other.example" | parcel "$inside" ;;
	2) mail "u$i@missing.example" | parcel "$inside" ;;
	esac
	i=$((i + 1))
done >many
status "300 at once" 0 sign <many
is "all answered" "$(grep -o 'Kid0\|Z4' out | wc -l)" 300
is "in order" "$(grep -o 'Kid0\|Z4' out | tr '\n' ' ' | cut -c 1-36)" "Kid0 Kid0 Z4 Kid0 Kid0 Z4 Kid0 Kid0 "
is "all signatures are there" "$(signatures got)" 200
python3 - <<'X'
n = 0
for m in open("got", "rb").read().split(b"\n%%\n")[:-1]:
    n += (b"@example.org\nTo" in m) == (m.count(b"DKIM-Signature:") == 2)
open("n", "w").write(str(n))
X
is "each on its message" "$(cat n)" 200
strace -f -e trace=read -o trace -e read=none dkim-sign -t 1 -K keys -k dkim python3 next.py <many >out 2>/dev/null
ok "key-sign reads many requests at once" "$([ "$(grep -c 'rsa-sha256\|ed25519-sha256' trace)" -lt 100 ]; echo $?)"

# key-sign dies in the middle: nothing is lost, nothing goes unsigned
mkfifo fifo
rm -f got
dkim-sign -t 1700000000 -K keys -k dkim python3 next.py <fifo >out 2>err &
pid=$!
exec 7>fifo
cat in1 >&7
wait_for 5 grep -q Kid0 out
for p in $(cat /proc/$pid/task/$pid/children); do
	[ "$(cat "/proc/$p/comm")" != key-sign ] || kill -KILL "$p"
done
for i in 1 2 3 4 5; do cat in1 >&7; done
exec 7>&-
wait $pid; is "key-sign killed" $? 0
is "all sent" "$(grep -o 'Kid0' out | wc -l)" 6
is "all signed" "$(signatures got)" 12
like "it is said" "$(cat err)" 'warning: key-sign has ended'

# a socket that is away, comes, goes
rm -f got
dkim-sign -t 1700000000 -s "$T/sock" -k dkim python3 next.py <fifo >out 2>err &
pid=$!
exec 7>fifo
cat in1 >&7
wait_for 5 grep -q 'Z4.7.5 unable to sign: key-sign is not available' out
ok "away: not now" $?
sock-serve "unix:$T/sock" key-sign keys 7>&- &
server=$!
wait_for 5 test -S sock
cat in1 >&7
wait_for 5 grep -q Kid0 out; ok "there: signed" $?
kill $server; wait $server
rm -f sock
cat in1 >&7
twice() { [ "$(grep -o Z4.7.5 out | wc -l)" = 2 ]; }
wait_for 5 twice; ok "away again: not now" $?
sock-serve "unix:$T/sock" key-sign keys 7>&- &
server=$!; tap_pids="$tap_pids $server"
wait_for 5 test -S sock
cat in1 >&7
four() { [ "$(signatures got)" = 4 ]; }
wait_for 5 four; ok "signed again" $?
exec 7>&-
wait $pid; is "the end" $? 0
is "never unsigned" "$(($(signatures got) / 2))" "$(grep -o Kid0 out | wc -l)"
is "all answered" "$(grep -o 'Kid0\|Z4.7.5' out | wc -l)" 4
kill $server

# the compiled table: replaced, gone, damaged
mkdir conf
echo example.org >conf/me
echo "example.org domain=example.org $ed" >conf/dkim
conf-build conf
rm -f got
dkim-sign -K keys -k conf/dkim.cdb python3 next.py <fifo >out 2>err &
pid=$!
exec 7>fifo
cat in1 >&7
wait_for 5 grep -q Kid0 out
is "from the table" "$(signatures got)" 1
cp dkim conf/dkim
conf-build conf
new() { cat in1 >&7; tail -30 got | grep -q ' s=r;'; }
wait_for 5 new; ok "a new table is in force" $?
printf 'damaged' >conf/dkim.cdb.x; mv conf/dkim.cdb.x conf/dkim.cdb
bad() { cat in1 >&7; grep -q 'Z4.3.5 unable to read the table of signatures' out; }
wait_for 5 bad; ok "a damaged table: not now" $?
exec 7>&-
wait $pid
rm conf/dkim.cdb
status "no table at all" 0 dkim-sign -K keys -k conf/dkim.cdb python3 next.py <in1
like "not now" "$(cat out)" 'Z4.3.5'
status "no text" 111 dkim-sign -K keys -k none python3 next.py <in1
echo 'example.org domain=example.net selector=s key=k' >faulty
status "a text with faults" 111 dkim-sign -K keys -k faulty <m
like "each is told" "$(cat err)" 'warning: faulty:1: domain= is neither'
like "and it is not good" "$(cat err)" 'fatal: faulty is not good'

# thousands of domains
i=0
while [ $i -lt 5000 ]; do echo "d$i.example domain=d$i.example $ed"; i=$((i + 1)); done >thousands
mail x@d4321.example | dkim-sign -K keys -k thousands >out
like "one of 5,000 domains" "$(cat out)" 'd=d4321.example;'

# a large message does not stay in memory
{ mail a@example.org; yes 'a line of some forty bytes, again and again' | head -c 100000000; } >large
limit='ulimit -v 60000'
grep -q __asan_init "$(command -v dkim-sign)" && limit=:
($limit; dkim-sign -t 1 -K keys -k dkim <large >large.out 2>err)
is "100 MB with 60 MB of memory" $? 0
is "signed" "$(head -30 large.out | grep -c '^DKIM-Signature')" 2
is "all of it is there" "$(($(wc -c <large.out) - $(sed -n '1,/^From/{/^From/!p}' large.out | wc -c)))" "$(wc -c <large)"
parcel "$inside" <large >large.in
($limit; dkim-sign -t 1 -K keys -k dkim sh -c 'cat >large.next; :' <large.in >out 2>err)
is "and as a parcel" "$(head -c 2000 large.next | grep -c '^DKIM-Signature'),$(($(wc -c <large.next) > 100000000))" 2,1
rm -f large*
{ echo 'From: a@example.org'; yes a: | head -n 340000; printf '\nhi\n'; } >large
if [ "$limit" != : ]; then
	(ulimit -v 20000; dkim-sign -K keys -k dkim <m >out 2>err)
	is "little memory" $? 0
	(ulimit -v 20000; dkim-sign -K keys -k dkim <large >out 2>err)
	is "too little for 340,000 fields: not now, and not unsigned" "$?,$(head -1 out)" 111,
	like "which is said" "$(cat err)" 'warning: message of a@example.org cannot be signed: out of memory'
fi
is "with more they are signed" "$(dkim-sign -K keys -k dkim <large | grep -c '^DKIM-Signature')" 2
rm -f large

# usage and descriptors
status "no table named" 100 dkim-sign
status "bad option" 100 dkim-sign -x -k dkim
status "bad time" 100 dkim-sign -t x -k dkim
status "socket and folder" 100 dkim-sign -s a -K b -k dkim
status "no next link" 111 dkim-sign -K keys -k dkim no-such-program <in1
dkim-sign -K keys -k dkim <m >/dev/full 2>err
is "/dev/full" $? 111
dkim-sign -K keys -k dkim <&- >out 2>err
is "0 closed" $? 111
dkim-sign -K keys -k dkim <m >&- 2>err
is "1 closed" $? 111
done_testing
