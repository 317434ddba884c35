#!/bin/sh
# throttle-share without Redis: its socket, and what is said where Redis is
# gone.  tests/peers/throttle-share.t has the rest.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/throttling.sh"
cd "$T" || exit 1
nobody=unix:$T/nobody

status "no options" 100 throttle-share
status "no Redis" 100 throttle-share -l s -n 2
status "no number of machines" 100 throttle-share -l s -r "$nobody"
status "more than there may be" 100 throttle-share -l s -n 1001 -r "$nobody"
like "is told" "$(cat err)" 'bad -n 1001: want'
status "a name for an address" 100 throttle-share -l s -n 2 -r redis:6379
status "no port" 100 throttle-share -l s -n 2 -r 127.0.0.1
status "a path that does not begin at the root" 100 throttle-share -l s -n 2 -r unix:s
status "too long a prefix" 100 throttle-share -l s -n 2 -r "$nobody" -k "$(printf '%065d' 0)"
status "an empty one" 100 throttle-share -l s -n 2 -r "$nobody" -k ''
status "a database that is none" 100 throttle-share -l s -n 2 -r "$nobody" -d x
status "no file with a password" 111 throttle-share -l s -n 2 -r "$nobody" -a nothing
printf 'no end' >pw
status "no line in it" 111 throttle-share -l s -n 2 -r "$nobody" -a pw
like "is told" "$(cat err)" 'fatal: pw: no line with a password'
printf '%01025d\n' 0 >pw
status "a longer line than there may be" 111 throttle-share -l s -n 2 -r "$nobody" -a pw
status "no folder for the socket" 111 throttle-share -l none/s -n 2 -r "$nobody"
like "is told" "$(cat err)" 'unable to listen at none/s: No such'

# no /dev/full: nothing is written on descriptor 1
status "closed descriptor" 111 sh -c 'exec throttle-share -l s -n 2 -r unix:/nobody <&-'

# start NAME OPTION...: at the socket NAME
start() {
	start_name=$1; shift
	bg throttle-share -l "$start_name" -r "$nobody" "$@" 2>"$start_name.err"
	share_pid=$bg_pid
	wait_for 20 test -S "$start_name"
}
# ask NAME LINE: the answer, without its times
ask() {
	python3 - "$1" "$2" <<'X' | tr '\t' ' ' | sed 's/ until:[0-9]*//; s/ retry:[0-9]*//'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].replace(" ", "\t").encode() + b"\n")
sys.stdout.write(s.makefile().readline())
X
}
q='n:5 who:0123456789abcdef seq:3 kind:rate key:site:a limit:rate=8/s parts:8 fill:9000 have:0 back:0 level:0 want:8'
start s -n 4; ok "it serves" $?
is "nothing at first" "$(ask s "$q")" "n:5 seq:3 kept:0 has:0 of:4 level:0 back:0 after:0 alone:0"
like "it says that Redis is gone, and why" "$(cat s.err)" 'ev:share-lost	prog:throttle-share	text:No such file'
is "who talks nonsense is hung up on" "$(ask s 'n:5 who:me')" ""
wait_for 20 grep -q 'ev:share-alone	prog:throttle-share	machines:4' s.err; ok "after a lease each is alone" $?
is "with one part of four" "$(ask s "$q")" "n:5 seq:3 kept:0 has:1 of:4 level:0 back:0 after:0 alone:1"

# a throttle with it, and without anybody
table 'site:* rate=40/s burst=1 shared' 'site:* conn=none backoff=none'
jobs 1 2 "$site" >in
feed in 2 | throttle -S s conf $next >out 2>err
is "mail goes" "$(grep -c status:sent out)" 2
table 'site:* conn=4 shared' 'site:* backoff=none'
: >out
feed in 2 | throttle -S s conf $next >out 2>err
is "connections, too" "$(grep -c status:sent out)" 2
kill "$share_pid"; wait "$share_pid"
is "its end" $? 0
[ ! -e s ]; ok "removes the socket" $?
: >out
jobs 1 1 "$site" | throttle -S s conf $next >out 2>err
like "without it nothing goes" "$(cat out)" 'status:later'
like "which is told" "$(cat err)" 'warning: s: No such file or directory; nothing goes that is under a shared limit'
: >out
jobs 1 1 "$site" | throttle conf $next >out 2>err
like "without -S the limit is this program's own" "$(cat out)" 'status:sent'

# a cap: what nobody can be asked for does not go
start c -n 4
wait_for 20 grep -q share-alone c.err; ok "each is alone" $?
table 'site:* cap=400/day@UTC shared' 'site:* conn=none backoff=none'
jobs 1 1 "$site" >in
: >out
throttle -S c -s book conf $next <in >out 2>err
like "while Redis is gone nothing more of a cap goes" "$(cat out)" 'status:later'
like "the book has our name" "$(cat book)" '^name	[0-9a-f]{16}	[0-9]+	[0-9a-f]{8}$'
name=$(cut -f 2 book | sed -n 2p)
throttle -S c -s book conf $next <in >out 2>err
is "and keeps it" "$(cut -f 2 book | sed -n 2p)" "$name"
: >out
feed in 1 | throttle conf $next >out 2>err
like "without -S a cap is this program's own" "$(cat out)" 'status:sent'

start z -n 0
wait_for 20 grep -q share-lost z.err

is "-n 0: nothing goes" "$(ask z "$q" | grep -c has:0)" 1
is "and it says nothing of parts" "$(grep -c share-alone z.err)" 0

# what conf-build says of the word
bad() { printf '%s\n' "$1" >conf/throttle; conf-build conf 2>&1; }
like "nothing to share" "$(bad '* backoff=none shared')" 'shared without a rate, a cap or conn'
is "a cap may be" "$(bad '* cap=5/day@UTC shared')" ""
is "and a warm-up beside a rate that is" "$(printf '%s\n' '* warm=50*2..200/2026-12-01@UTC' '* rate=1/s shared' >conf/throttle
conf-build conf 2>&1)" ""
done_testing
