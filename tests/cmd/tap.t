#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
printf 'id:1\tn:0\nid:2\tn:0\n' >jobs
status "passes both directions" 0 tap copy answer status:sent <jobs
is "the answers" "$(cat out)" "id:1${tab}n:0${tab}status:sent
id:2${tab}n:0${tab}status:sent"
is "says nothing" "$(cat err)" ""
is "the copy" "$(cat copy)" "> id:1${tab}n:0
> id:2${tab}n:0
< id:1${tab}n:0${tab}status:sent
< id:2${tab}n:0${tab}status:sent"
is "only the owner reads it" "$(stat -c %a copy)" 600
status "once more" 0 tap copy answer status:sent <jobs
is "appends" "$(wc -l <copy)" 8

# bytes
printf '7:abc\n\0\nd,' >bytes
status "raw" 0 tap -r raw cat <bytes
cmp -s out bytes; ok "comes back as it was" $?
cmp -s raw.down bytes; ok "copy of what goes down" $?
cmp -s raw.up bytes; ok "copy of what comes up" $?
printf 'id:1\nid:2' >cut
status "a line cut short" 111 tap copy2 cat <cut
is "whole lines have passed" "$(cat out)" "id:1"
is "it is said" "$(cat err)" "tap: warning: request cut short by end of input"

# replay: what went down, fed again
sed -n 's/^> //p' copy | head -2 >replay
cmp -s replay jobs; ok "the copy can be fed again" $?

status "nowhere to write" 111 tap no/such/file cat <jobs
like "says so" "$(cat err)" 'tap: fatal: unable to open no/such/file: '
status "no next link" 111 tap copy3 no-such-program <jobs
like "says so too" "$(cat err)" 'tap: fatal: unable to run no-such-program: '
status "next link fails" 111 tap copy3 sh -c 'exit 111' <jobs
status "next link ends early" 111 tap copy3 true </dev/zero
status "next link: bad usage" 100 tap copy3 answer <jobs
status "next link is killed" 111 tap copy3 sh -c 'kill -9 $$' <jobs
status "next link says stop" 99 tap copy3 sh -c 'cat >/dev/null; exit 99' <jobs
status "next link fails behind its answers" 111 tap copy3 sh -c 'cat; exit 7' <jobs
is "which are not lost" "$(cat out)" "$(cat jobs)"
status "the copy cannot be written: mail goes on" 0 tap /dev/full answer a:b <jobs
is "all answered" "$(wc -l <out)" 2
is "it is said once" "$(cat err)" "tap: warning: unable to write /dev/full: No space left on device; no more copies"
status "no arguments" 100 tap
status "no next" 100 tap file
status "bad option" 100 tap -x file cat
tap copy4 cat <jobs >/dev/full 2>err
is "/dev/full" $? 111
tap copy4 cat <&- >out 2>err
is "0 closed" $? 111
tap copy4 cat <jobs >&- 2>err
is "1 closed" $? 111

# the next link closes its 0 and goes on: its answers come, then the end
mkfifo in
timeout 10 tap copy5 sh -c 'read l; exec <&-; sleep 0.1; echo id:3' <in >out 2>err &
exec 7>in
cat jobs >&7
wait $!
is "next link takes nothing more" $? 111
is "its answers come" "$(cat out)" 'id:3'
exec 7>&-
# the upper reader goes away while nothing flows: the chain ends
(exec timeout 10 tap copy6 sh -c 'echo ready; cat; echo end >ended') <in 2>err | head -1 >out &
exec 7>in
wait_for 5 test -s ended; ok "a dead reader ends an idle chain" $?
exec 7>&-
wait

# root in the folder of another user, who has put links there
if [ "$(id -u)" = 0 ]; then
	chmod 711 "$T"
	mkdir his
	echo secret >ours
	ln -s ../ours his/copy
	chown -h nobody his his/copy
	status "a link is not gone through" 111 tap his/copy answer status:sent <jobs
	is "what is behind it stays" "$(cat ours)" secret
	status "a file is made" 0 tap his/mine answer status:sent <jobs
	is "and is his" "$(stat -c '%U %a' his/mine)" "nobody 600"
else
	for n in 1 2 3 4; do skip "not root $n"; done
fi
done_testing
