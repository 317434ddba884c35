#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q || exit 1
{
	printf 'from a@b\nto c@d NOTIFY=NEVER\nto e@f\nhelo x\n\nSubject: s\n\nbody\n' >p
	printf '%d:' "$(wc -c <p)"; cat p; printf ,
} | queue-inject q >receipt 2>/dev/null
id=$(cut -c 5-24 receipt)
status "a message" 0 queue-show q "$id"
is "head and message" "$(grep -v '^time ' out)" "from a@b
helo x
to Q - 0 0 <c@d> NOTIFY=NEVER
to Q - 0 0 <e@f>

Subject: s

body"
like "the time" "$(head -1 out)" '^time [0-9]+\.[0-9]{6}$'
echo "$id 1 S" >q/done/0000000001
status "-h" 0 queue-show -h q "$id"
is "is the head, by the journal" "$(tail -1 out)" "to S - 0 0 <e@f>"
status "-m" 0 queue-show -m q "$id"
is "is the message" "$(cat out)" "Subject: s

body"
status "-h and -m" 100 queue-show -hm q "$id"
status "no such message" 100 queue-show q 0123456789abcdefgh1v
status "no id" 100 queue-show q ../../etc/passwd
status "no queue" 100 queue-show nowhere 0123456789abcdefgh1v -x
status "no queue" 111 queue-show nowhere 0123456789abcdefgh1v
status "one argument" 100 queue-show q
status "bad option" 100 queue-show -x q "$id"
status "/dev/full" 111 sh -c "queue-show q $id >/dev/full"
status "/dev/full, message" 111 sh -c "queue-show -m q $id >/dev/full"
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-show q $id $r"
done
file=q/mess/$(echo "$id" | cut -c 19-20)/$id
head -c 200000 /dev/zero | tr '\0' 'y' >big
{
	printf '%d:' $((17 + 200000)); printf 'from a@b\nto c@d\n\n'; cat big
	printf ,
} | queue-inject q >receipt 2>/dev/null
queue-show -m q "$(cut -c 5-24 receipt)" >out
ok "a message of several pieces" "$(cmp -s out big; echo $?)"
printf x >>"$file"
status "a damaged message" 100 queue-show q "$id"
done_testing
