#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
status "make a queue" 0 queue-check -i q
status "again" 0 queue-check -i q
is "directories" "$(find q/mess -type d | wc -l)" 65
ok "trigger" "$(test -p q/trigger; echo $?)"
status "it is good" 0 queue-check q
is "and empty" "$(tr '\t' '\n' <out | grep -v ':0$')" ""
# new: a message, its id in $id, its file in $file
new() {
	printf '15:from a\nto b\n\nx\n,' | queue-inject q >receipt 2>/dev/null
	id=$(cut -c 5-24 receipt)
	dir=$(echo "$id" | cut -c 19-20)
	file=q/mess/$dir/$id
}
count() { tr '\t' '\n' <out | grep "^$1:" | tail -1 | cut -d: -f2; }
fresh() { no_queue q; queue-check -i q; new; }

fresh
status "a message" 0 queue-check q
is "is counted" "$(count messages) $(count queued)" "1 1"
echo "$id 0 S" >q/done/0000000001
status "a sent one" 0 queue-check q
is "is counted" "$(count queued) $(count sent) $(count done)" "0 1 1"
printf '%s 0' "$id" >>q/done/0000000001
status "a cut journal line" 0 queue-check q
is "is counted" "$(count cut)" 1
head -c 100 /dev/zero >>q/done/0000000002
status "zeros behind the journal" 0 queue-check q
is "are counted" "$(count cut)" 2
echo "nonsense?" >q/done/0000000003
status "nonsense in the journal" 100 queue-check q
is "is counted" "$(count damaged)" 1
rm q/done/*
echo "$id 1 S" >q/done/0000000001
status "a recipient too many in the journal" 100 queue-check q
rm q/done/*
echo "0123456789abcdefgh1v 1 S" >q/done/0000000001
status "a journal of what has gone" 0 queue-check q

# what a crash leaves of a file: state young, state old, status
for what in 'truncate -s 0' 'truncate -s 30' 'truncate -s 100' \
    'truncate -s -1' 'dd if=/dev/zero conv=notrunc status=none bs=273 count=1 of='; do
	fresh
	case $what in *=) $what"$file";; *) $what "$file";; esac
	status "young: $what" 0 queue-check q
	is "being made: $what" "$(count making)" 1
	touch -d '2 minutes ago' "$file"
	status "old: $what" 0 queue-check q
	is "never acknowledged: $what" "$(count incomplete)" 1
	ok "it stays" "$(test -e "$file"; echo $?)"
	status "mended: $what" 0 queue-check -r q
	ok "it is gone" "$(test ! -e "$file"; echo $?)"
done
# what no crash leaves
damage() {
	status "$1" 100 queue-check q
	is "$1: $2" "$(count "$2")" 1
	before=$(find q -ls)
	queue-check -r q >out; got=$?
	if [ "${3:-}" = mended ]; then
		is "$1: mended" "$got $(queue-check q >out; echo $?)" "0 0"
	else
		is "$1: stays" "$got $(find q -ls)" "100 $before"
	fi
}
fresh; echo more >>"$file"; damage "a file too long" damaged
fresh; echo rubbish 123456789012345678901234567890123456789 >"$file"
damage "a file of something else" damaged
fresh; sed -i 's/to Q/to ?/' "$file"; damage "an unknown state" damaged
fresh; ln "$file" "$file.link"; mv "$file.link" .; damage "a second name" linked
fresh; [ "$dir" = 00 ] && other=01 || other=00
mv "$file" "q/mess/$other"
damage "a message in another's directory" misplaced mended
fresh; touch q/held q/orders q/orders.new q/suspended q/suspended.new
status "files of queue-run" 0 queue-check q
fresh; mkdir q/suspended; damage "a directory in its place" foreign
fresh; echo x >q/mess/00/README; damage "a foreign file" foreign
fresh; ln -s "$PWD/$file" q/mess/00/00000000000000000000
damage "a symbolic link" foreign
fresh; mkdir q/mess/20; damage "a foreign directory" foreign
fresh; touch q/mess/core; damage "a file beside the directories" foreign
fresh; touch q/README; damage "a file in the queue" foreign
fresh; touch q/done/x; damage "a file beside the journal" foreign
fresh; touch q/tmp/x; damage "a file in tmp" foreign
fresh; rm q/trigger; touch q/trigger; damage "a trigger that is no FIFO" foreign
for part in trigger lock tmp done mess/1v; do
	fresh; rm -rf "q/$part"
	status "no $part" 100 queue-check q
	is "no $part: missing" "$(count missing)" 1
	queue-check -i q
	status "made again" 0 queue-check q
done
fresh; touch q/tmp/$id
status "young in tmp" 0 queue-check -r q
is "being made" "$(count making)" 1
touch -d '2 hours ago' "q/tmp/$id"
status "old in tmp" 0 queue-check q
is "left over" "$(count leftover)" 1
status "mended" 0 queue-check -r q
ok "it is gone" "$(test ! -e "q/tmp/$id"; echo $?)"

flock q/lock queue-check -r q >out 2>err; got=$?
is "no mending while queue-run works" "$got" 111
flock q/lock queue-check q >out 2>err; got=$?
is "testing is allowed" "$got" 0
status "bad usage" 100 queue-check
status "bad option" 100 queue-check -x q
status "no queue" 111 queue-check nowhere
status "nowhere to make one" 111 queue-check -i nowhere/q
status "/dev/full" 111 sh -c 'queue-check q >/dev/full'
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-check q $r"
done
if [ "$(id -u)" = 0 ] && command -v chpst >/dev/null; then
	chmod 755 "$T"
	status "unreadable queue" 111 chpst -u nobody queue-check q
else
	skip "unreadable queue: needs root and chpst"
fi
done_testing
