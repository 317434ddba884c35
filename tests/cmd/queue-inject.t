#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
nl='
'
# netstring FILE
netstring() { printf '%d:' "$(wc -c <"$1")"; cat "$1"; printf ,; }
# parcel ENVELOPE MESSAGE: one netstring
parcel() { printf '%s\n%s' "$1" "$2" >body; netstring body; }
env="from a@b${nl}to c@d NOTIFY=NEVER${nl}helo x${nl}"
files() { find q/mess -type f | wc -l; }
# the file of the last receipt in ./out
last() { tr , '\n' <out | tail -1 | sed 's/.*K\(.*\(..\)\)$/q\/mess\/\2\/\1/'; }
receipts() { tr , '\n' <out | sed 's/^[0-9]*:K.*/K/; s/^[0-9]*://' | tr '\n' , ; }
fresh() { no_queue q; queue-check -i q; }

fresh
parcel "$env" "hello$nl" >one
status "one parcel" 0 sh -c 'queue-inject q <one'
like "its receipt" "$(cat out)" '^21:K[0-9a-v]{20},$'
id=$(cut -c 5-24 out)
is "its file" "$(sed 's/ [0-9a-f]\{8\}$/ SUM/; s/  *c@d/ c@d/; s/[0-9]*\.[0-9]*$/NOW/' "$(last)")" "rohrpost 1 0000000337 000000000000006 0000001 SUM
time NOW
from a@b
helo x
to Q - 00000 0000000000 c@d NOTIFY=NEVER

hello"
like "its event" "$(cat err)" "ev:accepted	prog:queue-inject	id:$id	from:a@b	to:c@d	rcpts:1	size:6	helo:x"
is "its mode" "$(stat -c %a "$(last)")" 640
status "two parcels" 0 sh -c 'cat one one | queue-inject q'
is "files" "$(files)" 3
parcel "from$nl${env#*"$nl"}to e@f$nl" '' >p
status "null sender, empty message, two recipients" 0 sh -c 'queue-inject q <p'
like "its event" "$(cat err)" "	from:	rcpts:2	size:0	helo:x"
parcel "time 3${nl}uid 5$nl$env" x >p
status "lines that are ours" 0 sh -c 'queue-inject q <p'
is "time is replaced, uid kept" "$(grep -c -e '^time 3' -e '^uid 5' "$(last)")" 1

fresh
{
	cat one
	parcel "from a$nl" x
	parcel "from a${nl}tag x=y$nl" x
	parcel "from a${nl}to b" x
	printf 0:,
	cat one
} >mixed
status "good and bad" 0 sh -c 'queue-inject q <mixed'
bad="D5.6.0 malformed envelope"
is "receipts in order" "$(receipts)" "K,$bad,$bad,$bad,$bad,K,"
is "only the good are queued" "$(files)" 2
status "byte by byte" 0 sh -c '
    perl -e "\$|=1; print while read STDIN, \$_, 1" <mixed | queue-inject q'
is "the same" "$(receipts)" "K,$bad,$bad,$bad,$bad,K,"

# faulty LINE WHY: it is named, and nothing is queued; the next parcel is
# not touched by it, and neither is one whose size makes it wait for its end
faulty() {
	for more in '' "$long"; do
		{ parcel "$env$1$nl" "$more"; cat one; } >p
		status "$1" 0 sh -c 'queue-inject q <p'
		is "the answer" "$(receipts)" "D5.6.0 bad envelope line: $1: $2,K,"
	done
}
fresh
long=$(yes 'some line' | head -c 300000)
faulty "from c@d" "stands twice"
faulty "to <e@f>" "an address stands without < and >"
faulty "to e@f g@h" "unknown parameter"
faulty "to e@f NOTIFY=SOMETIMES" "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY"
faulty "to e@f ORCPT=e@f" "ORCPT has a type, a semicolon, xtext"
faulty "to" "no address"
faulty "prio 12" "no digit"
faulty "key" "no text"
faulty "key-sum 0123456789abcdeg" "no 16 hexadecimal digits"
faulty "key-sum 0123456789abcde" "no 16 hexadecimal digits"
faulty "hold-until tomorrow" "no time"
faulty "expire x" "no time"
faulty "time now" "no time"
faulty "tag spam" "no NAME=VALUE"
faulty "origin outside" "not inside"
faulty "client host" "no IP address"
faulty "port smtp" "no number"
faulty "uid root" "no number"
faulty "body BINARYMIME" "neither 7bit nor 8bit"
faulty "smtputf8 0" "not 1"
faulty "ret ALL" "neither FULL nor HDRS"
faulty "envid a b" "no xtext"
faulty "dkim ok!" "no result"
faulty "Prio 1" "no key"
faulty ": 1" "no key"
faulty 'spf maybe' 'no result'
faulty 'proto E SMTP' 'no word'
faulty 'tag a b=c' 'no NAME=VALUE'
faulty 'probe 2' 'not 1'
faulty 'x a\q' "value not escaped"
is "only the good are queued" "$(files)" 60
esc=$(printf '\033')
parcel "${env}prio ${esc}[2J$nl" x >p
status "a control byte" 0 sh -c 'queue-inject q <p'
is "is not sent back" "$(receipts)" 'D5.6.0 bad envelope line: prio \x1b[2J: no digit,'
parcel "$env$(printf 'y %04094d' 1)$nl" x >p
status "a line too long" 0 sh -c 'queue-inject q <p'
like "is cut" "$(receipts)" '^D5.6.0 bad envelope line: y 0{98}[.]{3}: line too long,$'
parcel "${env}x-mine prio 12${nl}x-mine${nl}hold-until 1790000000.5$nl" x >p
status "keys that nobody here knows" 0 sh -c 'queue-inject q <p'
is "are kept" "$(receipts)$(grep -c ^x-mine "$(last)")" K,2

for tail in x 5 5:abc 5:abcdeX 01:a, 99999999999999999999999: -1:x,; do
	fresh
	printf %s "$tail" | cat one - >p
	case $tail in 5 | 5:abc) want=111 ;; *) want=100 ;; esac
	status "a stream that ends with $tail" $want sh -c 'queue-inject q <p'
	is "what was whole is queued" "$(receipts)$(files)" K,1
done

# around the length from which on a parcel is not waited for
for len in 262143 262144 262145 400000; do
	fresh
	{ printf 'from a\nto b\n\n'; yes 'some line' | head -c $((len - 13)); } >body
	netstring body >p
	tail -n +4 body >want
	status "a parcel of $len bytes" 0 sh -c 'cat p one | queue-inject q'
	is "receipts" "$(receipts)" K,K,
	queue-show -m q "$(cut -c 5-24 out)" >got
	ok "the message" "$(cmp -s want got; echo $?)"
	head -c -1 p >cut
	status "cut before its comma" 111 sh -c 'queue-inject q <cut'
	is "leaves nothing" "$(cat out)$(files)" 2
	(cat cut; printf x) >p
	status "no comma" 100 sh -c 'queue-inject q <p'
	is "leaves nothing" "$(cat out)$(files)" 2
done
yes x | head -c 300000 >big
{ printf 'from a\n\n'; cat big; } >body; netstring body >p; cat one >>p
status "a long one with a bad envelope" 0 sh -c 'queue-inject q <p'
is "is refused, the next is not" "$(receipts)" "$bad,K,"
netstring big >p; cat one >>p
status "a long one that is no parcel" 0 sh -c 'queue-inject q <p'
is "is refused, the next is not" "$(receipts)" "$bad,K,"

# limits, exact and one above
big="D5.3.4 message too big for this queue"
status "-s, exact" 0 sh -c 'queue-inject -s 6 q <one'
is "queued" "$(receipts)" K,
status "-s, one above" 0 sh -c 'queue-inject -s 5 q <one'
is "refused" "$(receipts)" "$big,"
{ printf 'from a\nto b\n\n'; head -c 300000 /dev/zero; } >body; netstring body >p
status "-s, long, exact" 0 sh -c 'queue-inject -s 300000 q <p'
is "queued" "$(receipts)" K,
status "-s, long, one above" 0 sh -c 'cat p one | queue-inject -s 299999 q'
is "refused, the next is not" "$(receipts)" "$big,K,"
parcel "from a${nl}to b${nl}to c$nl" x >p
status "-n, exact" 0 sh -c 'queue-inject -n 2 q <p'
is "queued" "$(receipts)" K,
status "-n, one above" 0 sh -c 'queue-inject -n 1 q <p'
is "refused" "$(receipts)" "D5.5.3 too many recipients,"

# several batches, in several directories; a receipt for each
fresh
for _ in $(seq 50); do cat one; done >fifty
for _ in $(seq 50); do cat fifty; done >many
status "2500 parcels" 0 sh -c 'queue-inject q <many'
is "all queued" "$(receipts | tr , '\n' | sort | uniq -c | tr -d ' \n')$(files)" 2500K2500
is "ids are unique" "$(grep -o 'id:[^	]*' err | sort -u | wc -l)" 2500
ok "more than one directory" \
    "$([ "$(find q/mess -mindepth 1 -type d ! -empty | wc -l)" -gt 1 ]; echo $?)"
status "the classic way" 0 sh -c 'queue-inject -f q <fifty'
is "all queued" "$(files)" 2550
is "nothing left in tmp" "$(ls q/tmp)" ""
status "queue-check agrees" 0 queue-check q

# queue-run's FIFO: with a reader it gets the ids, full or without it none
fresh
exec 9<>q/trigger
cat one one | queue-inject q >out 2>err
head -c 43 <&9 >ids # an empty line first: look for what is there
exec 9>&-
is "ids to the FIFO" "$(sed 1d ids)" "$(tr , '\n' <out | cut -c 5-)"
perl -e 'open F, "+<", "q/trigger"; $SIG{ALRM} = sub { exit }; alarm 20;
    fcntl F, 4, 2048; 1 while syswrite F, "x" x 4096; 1 while syswrite F, "x";
    open G, ">full"; sleep 20' & holder=$!
wait_for 5 test -e full
status "a full FIFO holds nobody up" 0 sh -c 'queue-inject q <fifty'
kill $holder
is "all queued" "$(files)" 52

# no room
fresh
status "below the reserve of bytes" 0 sh -c 'queue-inject -r 999999999999999 q <one'
is "temporary" "$(receipts)" "Z4.3.1 queue file system is full,"
if [ "$(df --output=itotal . | tail -1)" -gt 0 ]; then
	status "below the reserve of inodes" 0 sh -c 'queue-inject -i 4294967295 q <one'
	is "temporary" "$(receipts)" "Z4.3.1 queue file system is full,"
else
	skip "no inodes here"; skip "no inodes here"
fi
is "nothing queued" "$(files)" 0
head -c 5000 /dev/zero | tr '\0' x >big
{ printf 'from a\nto b\n\n'; cat big; } >body; netstring body >p
status "RLIMIT_FSIZE" 0 sh -c 'ulimit -f 1; cat p one | queue-inject q 2>/dev/null'
is "temporary, the small one fits" "$(receipts)" "Z4.3.0 unable to write to the queue,K,"
is "only that is there" "$(files)" 1
mkdir small
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	# 1 MB; first really full, then with a reserve
	cat >full.sh <<'END'
mount -t tmpfs -o size=1m none small || exit 77
queue-check -i small/q
for _ in $(seq 400); do cat p; done >many
queue-inject -r 0 -i 0 small/q <many >out1 2>/dev/null || exit
queue-check small/q >check || exit
queue-list -l small/q | wc -l >listed
queue-clean small/q <<EOF
$(queue-list -i small/q)
$(queue-list -i small/q)
EOF
queue-inject -r 500000 -i 0 small/q <many >out2 2>/dev/null
END
	status "a full disk" 0 sh -c 'unshare -m sh full.sh >told 2>&1'
	k=$(tr , '\n' <out1 | grep -c :K) z=$(tr , '\n' <out1 | grep -c :Z)
	is "each parcel is answered" $((k + z)) 400
	ok "some are queued, some not" "$([ $k -gt 50 ] && [ $z -gt 50 ]; echo $?)"
	is "those with K are there" "$(cat listed)" "$k"
	k2=$(tr , '\n' <out2 | grep -c :K)
	ok "a reserve leaves room" "$([ $k2 -gt 20 ] && [ $k2 -lt $k ]; echo $?)"
else
	for _ in 1 2 3 4 5; do skip "a full disk: needs root and mount"; done
fi

# a socket
fresh
ask() { # FILE: its bytes to the socket, answers to ./out
	perl -MIO::Socket::UNIX -e '
	$s = IO::Socket::UNIX->new(Peer => "s") or die "connect: $!";
	open F, "<", shift; local $/; print $s <F>; $s->flush; shutdown $s, 1;
	print <$s>' "$1" >out 2>>asked
}
bg queue-inject -l s q 2>log
server=$bg_pid
wait_for 5 test -S s
is "the socket is ours alone" "$(stat -c %a s)" 600
ask one
is "a parcel" "$(receipts)" K,
is "whose peer is recorded" "$(grep -c "^uid $(id -u)\$" "$(last)")" 1
like "and logged" "$(cat log)" "helo:x	uid:$(id -u)"
parcel "uid 7$nl$env" x >p; ask p
is "a trusted one says whose it is" "$(grep '^uid' "$(last)")" "uid 7"
ask mixed
is "receipts in order" "$(receipts)" "K,$bad,$bad,$bad,$bad,K,"
(cat one; echo rubbish) >p; ask p
is "what comes before rubbish is answered" "$(receipts)" K,
(cat one; head -c 10 one) >p; ask p
is "what comes before a cut one is answered" "$(receipts)" K,
perl -MIO::Socket::UNIX -e '
	for (1 .. 50) { $s[$_] = IO::Socket::UNIX->new(Peer => "s") or die }
	open F, "<", "one"; local $/; $one = <F>;
	$s[$_]->syswrite(substr $one, 0, 10) for 1 .. 50;
	$s[$_]->syswrite(substr $one, 10) for reverse 1 .. 50;
	$/ = ","; for (1 .. 50) { $a = readline $s[$_]; print "ok\n" if $a =~ /^21:K/ }' >out
is "50 connections at once" "$(wc -l <out)" 50
cat >crowd.pl <<'END'
# N: so many connections; which of the first and the last two are served?
use IO::Socket::UNIX;
$n = shift;
for (1 .. $n) { $s[$_] = IO::Socket::UNIX->new(Peer => "s") or die $! }
open F, "<", "one"; local $/; $one = <F>; $SIG{PIPE} = "IGNORE";
for (1, $n - 1, $n) {
	syswrite $s[$_], $one;
	print(sysread($s[$_], $a, 100) ? "ok " : "closed ");
}
END
perl crowd.pl 1001 >out
is "the 1001st connection is closed" "$(cat out)" "ok ok closed "
ask one
is "and it goes on" "$(receipts)" K,
kill "$server"; wait "$server" 2>/dev/null
is "SIGTERM" $? 0
ok "the socket is gone" "$(test ! -e s; echo $?)"
perl -MIO::Socket::UNIX -MPOSIX -e '
	$l = IO::Socket::UNIX->new(Local => "s", Listen => 5) or die;
	dup2(fileno $l, 0); exec "queue-inject", "-l", "-", "q"' 2>log & bg_pid=$!
tap_pids="$tap_pids $bg_pid"
wait_for 5 test -S s
ask one
is "a listening socket on descriptor 0" "$(receipts)" K,
kill "$bg_pid"; wait "$bg_pid" 2>/dev/null
rm -f s
if [ "$(id -u)" = 0 ] && command -v chpst >/dev/null; then
	chmod 755 .
	bg queue-inject -w -l s q 2>log
	wait_for 5 sh -c '[ "$(stat -c %a s)" = 666 ]'
	nobody=$(id -u nobody)
	cat >env <<'END'
from a@b
to c@d
client 192.0.2.1
user root
tenant t
prio 0
tls x
proto ESMTP
key k
tag x=y
envid e
END
	parcel "$(cat env)$nl" x >p
	chmod 644 p
	cat >ask.pl <<'END'
use IO::Socket::UNIX;
$s = IO::Socket::UNIX->new(Peer => "s") or die "connect: $!";
open F, "<", "p"; local $/; print $s <F>; $s->flush; shutdown $s, 1;
print <$s>;
END
	chpst -u nobody perl ask.pl >out
	is "a stranger's parcel" "$(receipts)" K,
	is "has no line it may not set" "$(sed 1,2d "$(last)" | sed '/^$/,$d; s/^to.* c/to c/')" "from a@b
key k
tag x=y
envid e
uid $nobody
to c@d"
	chpst -u nobody perl crowd.pl 21 >out
	is "its 21st connection is closed" "$(cat out)" "ok ok closed "
	cat >users.pl <<'END'
# 50 strangers hold as many connections as they get: is one of us served?
use IO::Socket::UNIX;
use POSIX;
pipe(R, W); pipe(HELD, HOLD);
for $u (1 .. 50) {
	next if fork;
	close HOLD;
	POSIX::setgid(30000 + $u); POSIX::setuid(30000 + $u);
	push @s, IO::Socket::UNIX->new(Peer => "s") for 1 .. 20;
	syswrite W, "x"; sysread HELD, $x, 1;
	POSIX::_exit(0);
}
for (1 .. 50) { sysread R, $x, 1 }
$SIG{PIPE} = "IGNORE";
$s = IO::Socket::UNIX->new(Peer => "s") or die $!;
open F, "<", "one"; local $/; syswrite $s, <F>;
print(sysread($s, $a, 100) ? "served" : "closed");
END
	is "a thousand of strangers leave room for us" "$(perl users.pl)" served
	kill "$bg_pid"; wait "$bg_pid" 2>/dev/null
	rm -f s
	bg queue-inject -w -t nobody -l s q 2>log
	wait_for 5 test -S s
	chpst -u nobody perl ask.pl >out
	is "a trusted user sets all" "$(grep -c -e '^client' -e '^user' -e '^prio 0' -e "^uid $nobody" "$(last)")" 4
	kill "$bg_pid"
	status "unreadable queue" 111 chpst -u nobody sh -c 'queue-inject q <one'
else
	for _ in 1 2 3 4 5; do skip "strangers: needs root and chpst"; done
fi

status "no queue" 111 sh -c 'queue-inject nowhere <one'
mkdir noqueue
status "a directory that is no queue" 111 sh -c 'queue-inject noqueue <one'
status "a socket nowhere" 111 queue-inject -l nowhere/s q
status "a socket with too long a name" 111 queue-inject -l "$(printf %0120d 1)" q
status "-l -: descriptor 0 is a file" 100 sh -c 'timeout 5 queue-inject -l - q <one'
status "-l -: it is a pipe" 100 sh -c 'echo x | timeout 5 queue-inject -l - q'
is "that is said" "$(cat err)" "queue-inject: fatal: descriptor 0 is no listening socket"
status "no argument" 100 queue-inject
status "two arguments" 100 queue-inject q q
status "bad option" 100 queue-inject -x q
for o in i n r s; do
	status "-$o without number" 100 queue-inject -$o x q
done
status "too many recipients allowed" 100 queue-inject -n 100001 q
status "16 times -t" 0 sh -c "queue-inject $(yes -- '-t 1' | head -16 | tr '\n' ' ') q <one"
status "17 times -t" 100 sh -c "queue-inject $(yes -- '-t 1' | head -17 | tr '\n' ' ') q <one"
status "an unknown user" 111 queue-inject -t no.such.user q
status "nothing to do" 0 sh -c 'queue-inject q </dev/null'
status "/dev/full" 111 sh -c 'queue-inject q <one >/dev/full'
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&- <one"
	status "descriptor $fd closed" 111 sh -c "queue-inject q $r"
done
# keys: what is handed in twice is taken once
keyed="from a@b${nl}to c@d${nl}user u$nl"
# ids: of the receipts in ./out, repetitions marked
ids() { tr , '\n' <out | sed 's/^[0-9]*://; s/^K[0-9a-v]*/K/' | tr '\n' , ; }
fresh
parcel "${keyed}key k$nl" x >k
status "a key" 0 sh -c 'cat k one k | queue-inject q'
is "twice in one batch" "$(ids)" "K,K,K repeated,"
is "the same id" "$(tr , '\n' <out | cut -c 5-24 | sort -u | grep -c .)" 2
id=$(cut -c 5-24 out)
like "an event of each" "$(cat err)" "ev:repeated	prog:queue-inject	id:$id	.*key:k"
is "of the first" "$(grep -c ev:accepted err)" 2
status "later" 0 sh -c 'queue-inject q <k'
is "it is known" "$(cat out)" "30:K$id repeated,"
parcel "from a@b${nl}to c@d${nl}user v${nl}key k$nl" x >p
status "somebody else's" 0 sh -c 'queue-inject q <p'
is "is another" "$(ids)" K,
{
	parcel "${keyed}key s${nl}key-sum 0123456789abcdef$nl" x
	parcel "${keyed}key s${nl}key-sum 0123456789abcdee$nl" x
	parcel "${keyed}key s$nl" x
} >p
status "key-sum" 0 sh -c 'queue-inject q <p'
is "another one is refused" "$(ids)" "K,D5.5.0 key has been used for another message,K repeated,"
yes x | head -c 300000 >big
{ printf '%skey k\n\n' "$keyed"; cat big; } >body; netstring body >p
status "a long one" 0 sh -c 'queue-inject q <p'
is "leaves nothing" "$(ids)$(files)" "K repeated,4"
status "a lifetime of a second" 0 sh -c 'queue-inject -k 1 q <k'
for i in 2 3; do parcel "${keyed}key k$i$nl" x >k$i; done
status "no more than two" 0 sh -c 'cat k k2 k3 k | queue-inject -K 2 q'
like "is said" "$(cat err)" '^queue-inject: warning: [0-9]* keys forgotten before their time: more than 2 \(-K\)$'
for o in '-k 0' '-k 31622401' '-K 0' '-K 100000001'; do
	status "$o" 100 sh -c "queue-inject $o q <k"
done
for o in '-k 31622400' '-K 100000000'; do
	status "$o" 0 sh -c "queue-inject $o q <one"
done
status "queue-check" 0 queue-check q
# another one has them
flock q/keys/lock sh -c 'queue-inject q <k >out'
is "not now" "$(cat out)" "35:Z4.3.0 unable to write to the queue,"
rm -rf q/keys
printf x >q/keys
status "no folder" 0 sh -c 'cat k one | queue-inject q'
is "one is not taken, the other is" "$(ids)" "Z4.3.0 unable to write to the queue,K,"
done_testing
