#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q || exit 1
# new N: makes N message files, their ids in ./ids
new() {
	printf '15:from a\nto b\n\nx\n,' >p
	for _ in $(seq "$1"); do cat p; done | queue-inject q 2>/dev/null |
	    tr , '\n' | sed 's/^21:K//' >ids
}
files() { find q/mess -type f | wc -l; }

for n in 1 7 8 9 300; do
	new "$n"
	is "$n files" "$(files)" "$n"
	status "$n removed" 0 sh -c 'queue-clean q <ids'
	is "$n answers" "$(sort out)" "$(sort ids)"
	is "no files after $n" "$(files)" 0
done
status "what is gone already" 0 sh -c 'queue-clean -j 1 q <ids'
is "is answered" "$(wc -l <out)" 300
status "bytes come one by one" 0 sh -c 'head -2 ids |
    perl -e "\$|=1; print while read STDIN, \$_, 1" | queue-clean q'
is "the same answers" "$(cat out)" "$(head -2 ids)"

new 9
echo "$(head -1 ids) 0 S" >q/done/0000000001
(head -8 ids; echo sync 0000000001; echo drop 0000000001; tail -1 ids) >in
status "segments" 0 sh -c 'queue-clean q <in'
is "are answered in their place" "$(cat out)" "$(cat in)"
is "and removed" "$(ls q/done)" ""
status "segments that are gone" 0 sh -c 'sed -n 9,10p in | queue-clean q'
is "are answered" "$(wc -l <out)" 2

# a file goes when the journal is on the disk
new 1
echo "$(cat ids) 0 S" >q/done/0000000002
status "traced" 0 strace -o trace -e trace=fdatasync,unlinkat queue-clean q <ids
is "the journal first" "$(sed -n 's/^\([a-z]*\)(.*= 0$/\1/p' trace | head -2 | tr '\n' ' ')" "fdatasync unlinkat "
new 1
status "a folder that cannot be read to its end" 0 strace -o /dev/null \
    -e trace=getdents64 -e inject=getdents64:error=EIO queue-clean q <ids
is "has segments that are not synced: nothing is removed" "$(cat out)$(files)" 1
like "which is said" "$(cat err)" "unable to sync the journal: Input/output error; nothing is removed"
status "one that cannot be looked at" 0 strace -o trace -P done/0000000002 \
    -e trace=newfstatat -e inject=newfstatat:error=EIO queue-clean q <ids
is "nor then" "$(cat out)$(files)" 1
rm q/done/0000000002
queue-clean q <ids >/dev/null
mkfifo in.fifo
bg sh -c 'exec queue-clean q <in.fifo >out'
exec 3>in.fifo
new 1
cat ids >&3
gone() { [ "$(files)" = 0 ] && cmp -s ids out; }
wait_for 5 gone; ok "and when nobody asks for a sync, by itself" $?
exec 3>&-
wait "$bg_pid"

new 1
dir=$(cut -c 19-20 ids)
odd=000000000000000000$dir
mkdir "q/mess/$dir/$odd"
status "what cannot be removed" 0 sh -c "(echo $odd; cat ids) | queue-clean q"
is "is not answered" "$(cat out)" "$(cat ids)"
like "but told" "$(cat err)" "^queue-clean: warning: unable to remove $odd: "

for line in x '' 0123456789abcdefgh2v ../../etc/passwd 'drop 1' \
    'drop 0000000000' 'sync ../mess/xx' 'cut 0000000001'; do
	status "bad request '$line'" 100 sh -c "echo '$line' | queue-clean q"
done
status "a line too long" 100 sh -c "printf %0100d 1 | queue-clean q"
status "a cut request" 100 sh -c "printf 0123 | queue-clean q"
status "nothing to do" 0 sh -c "queue-clean q </dev/null"
status "no queue" 111 sh -c "queue-clean nowhere </dev/null"
status "no argument" 100 queue-clean
status "two arguments" 100 queue-clean q q
status "bad option" 100 queue-clean -x q
status "no thread" 100 queue-clean -j 0 q
status "64 threads" 0 sh -c "queue-clean -j 64 q <ids"
status "65 threads" 100 queue-clean -j 65 q
new 1
status "/dev/full" 111 sh -c "queue-clean q <ids >/dev/full"
is "it is removed all the same" "$(files)" 0
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-clean q $r"
done
done_testing
