#!/bin/sh
# mail-feed
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo mx.test >conf/me
export ROHRPOST_DIR="$T"
fake="python3 $top/tests/tools/fakeinject.py"
# fake ANSWERS: a fresh folder, got, for what comes
fake() { rm -rf got; mkdir got; ROHRPOST_INJECT="$fake $T/got $1"; export ROHRPOST_INJECT; }
env_of() { grep -E '^(from|to|ret|envid|smtputf8|body|key) ' "got/$1.env" | tr '\n' ';'; }
body_of() { sed '1,/^$/d' "got/$1.msg"; }

status "no format" 100 mail-feed x@y
status "two" 100 mail-feed -b -m x@y
status "a mailbox without recipients" 100 mail-feed -m
status "replies without a batch" 100 mail-feed -jv
status "a batch with recipients" 100 mail-feed -b x@y
status "no recipient" 100 mail-feed -m 'a b'
status "no sender" 100 mail-feed -j -f 'a b'
status "no window" 100 mail-feed -j -w 0
ROHRPOST_INJECT= status "no instance" 111 mail-feed -C "$T/nowhere" -j

# a mailbox
cat >mbox <<'X'
From ann@a.example Tue Dec  1 12:34:56 2026
Subject: one
To: Joe <joe@j.example>, sue@s.example
Bcc: eve@e.example

From here on
>From there
>>From far

From - Tue Dec  1 12:34:56 2026
Return-Path: <bob@b.example>
Subject: two

grüße

From MAILER-DAEMON Tue Dec  1 12:34:56 2026
Subject: three

X
fake K
status "a mailbox" 0 mail-feed -m x@y.example <mbox
is "what it says" "$(sort out)" "$(printf 'n:1\tat:0\tstatus:queued\tid:fake0001\nn:2\tat:%s\tstatus:queued\tid:fake0002\nn:3\tat:%s\tstatus:queued\tid:fake0003' \
	"$(grep -b '^From -' mbox | cut -d: -f1)" "$(grep -b '^From MAILER' mbox | cut -d: -f1)")"
is "whose they are" "$(env_of 1) $(env_of 2) $(env_of 3)" \
	"from ann@a.example;to x@y.example; from bob@b.example;to x@y.example;body 8bit; to x@y.example;"
like "the null sender" "$(cat got/3.env)" '^from$'
is "the text" "$(body_of 1)" "From here on
From there
>From far"
is "and of another" "$(body_of 2)" "grüße"
is "no Bcc" "$(grep -c '^Bcc' got/1.msg)" 0
fake K
status "its own recipients" 0 mail-feed -m -t -f '' z@z.example <mbox
is "all of them" "$(env_of 1)" "to z@z.example;to joe@j.example;to sue@s.example;to eve@e.example;"
fake K
status "without recipients" 100 mail-feed -m -t <mbox
like "those that have none" "$(cat out)" '^n:2	at:[0-9]*	status:refused	text:5.1.0 no recipients$'
is "one goes" "$(ls got | wc -l)" 2
echo 'Subject: x' >one
status "no mailbox" 100 mail-feed -m x@y <one
like "it is said" "$(cat err)" 'no mailbox at byte 0'
awk 'BEGIN { for (i = 0; i < 5; i++) { printf "From a@b.example Tue Dec  1 12:34:56 2026\nSubject: %d\n\n", i; for (j = 0; j < 60000; j++) print "0123456789"; print "" } }' >large
fake K
status "large ones" 0 mail-feed -m x@y.example <large
is "are whole" "$(for i in 1 2 3 4 5; do body_of $i | wc -l; done | sort -u)" 60000

# a batch
printf 'HELO x\nMAIL FROM:<a@b.example>\nRCPT TO:<c@d.example>\nRCPT TO:<bad\nDATA\nSubject: x\n\n..dot\n.\nRSET\nQUIT\n' >batch
printf 'EHLO y\r\nMAIL FROM:<> RET=HDRS ENVID=x1 SMTPUTF8\r\nRCPT TO:<\303\244@d.example> NOTIFY=NEVER ORCPT=rfc822;e@e.example\r\nDATA\r\nSubject: y\r\n\r\nhi\r\n.\r\n' >>batch
fake K
status "a batch" 100 mail-feed -b <batch
is "what it says" "$(cut -f 1,3- out)" "$(printf 'n:1\tstatus:refused\ttext:5.1.3 bad recipient address\nn:1\tstatus:queued\tid:fake0001\nn:2\tstatus:queued\tid:fake0002')"
is "envelopes" "$(env_of 1) $(env_of 2)" "from a@b.example;to c@d.example; ret HDRS;envid x1;smtputf8 1;to ä@d.example NOTIFY=NEVER ORCPT=rfc822;e@e.example;"
is "dots" "$(body_of 1)" ".dot"
fake ZK
status "with replies" 111 mail-feed -bv <batch
is "as of a server" "$(tr -d '\r' <out | cut -c 1-9 | tr '\n' '|')" \
	"250 mx.te|250 2.1.0|250 2.1.5|501 5.1.3|354 end w|451 4.3.1|250 2.0.0|221 2.0.0|250 mx.te|250 2.1.0|250 2.1.5|354 end w|250 2.0.0|"
fake K
printf 'MAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nSubject: x\n' >cut
status "one that is cut short" 100 mail-feed -b <cut
is "is none" "$(ls got | wc -l)" 0
like "and refused" "$(cat out)" 'status:refused	text:5.6.0 cut short'

# lines of JSON
cat >lines <<'X'
{"from": "a@b.example", "to": ["c@d.example", "e@f.example"], "message": "Subject: raw\n\nhi\n"}

{"from": "a@b.example", "to": "c@d.example", "subject": "composed", "text": "hello"}
{"from": "a@b.example", "to": 7, "message": "x"}
{"from": "a@b.example"}
{"from"
X
printf '{"from":"","to":"g@h.example","message":"Subject: last\\n\\n"}' >>lines
fake K
status "lines of JSON" 100 mail-feed -j <lines
is "what becomes of them" "$(sort out | cut -f 1,3)" "$(printf 'n:%s\tstatus:%s\n' 1 queued 2 queued 3 refused 4 refused 5 refused 6 queued)"
is "envelopes" "$(env_of 1) $(env_of 2)" "from a@b.example;to c@d.example;to e@f.example; from a@b.example;to c@d.example;body 7bit;"
like "one that is composed" "$(cat got/2.msg)" '^Subject: composed'
like "the last without a line end" "$(cat got/3.env)" '^to g@h.example$'

# what is put together has the same key and sum again; a key of its own counts
printf '{"from":"a@b.example","to":"c@d.example","subject":"x","text":"t","html":"<p>t"}\n{"from":"a@b.example","to":"c@d.example","subject":"x","text":"t","key":"mine"}\n' >lines
fake Z
status "to come again" 111 mail-feed -j -s book3 <lines
grep -h '^key' got/*.env >before
fake K
status "it comes" 0 mail-feed -j -s book3 <lines
is "with the same keys" "$(grep -h '^key' got/*.env)" "$(cat before)"
is "a key, its sum, and a key of its own" "$(cut -d' ' -f1 before | tr '\n' ' ')$(grep -c 'key mine' before)" "key key-sum key 1"

# receipts
fake ZDK
status "not all are taken" 111 mail-feed -m -s book x@y.example <mbox
is "each is told" "$(cut -f 1,3 out)" "$(printf 'n:1\tstatus:later\nn:2\tstatus:refused\nn:3\tstatus:queued')"
is "the book stays before the first" "$(wc -l <book)" 1
fake K
status "once more" 0 mail-feed -m -s book x@y.example <mbox
is "the first has the same key" "$(env_of 1)" "from ann@a.example;to x@y.example;key $(sed -n 's/mail-feed //p' book)-0-0;"
is "all is done" "$(tail -1 book)" "$(wc -c <mbox) 3"
fake K
status "nothing is left" 0 mail-feed -m -s book x@y.example <mbox
is "and nothing comes" "$(ls got | wc -l)" 0
printf '\nFrom new@a.example Tue Dec  1 12:34:56 2026\nSubject: new\n\n' | cat mbox - >mbox2
fake K
# by a pipe, where nothing can be sought
cat mbox2 | mail-feed -m -s book x@y.example >out
is "what was added is the fourth" "$(cut -f 1,3 out)" "$(printf 'n:4\tstatus:queued')"
printf '12' >>book
fake K
status "a book that was cut short" 0 mail-feed -m -s book x@y.example <mbox2
is "nothing comes twice" "$(ls got | wc -l)" 0
echo nothing >nobook; head -c 100 /dev/zero >>nobook
status "no book" 100 mail-feed -m -s nobook x@y.example <mbox
bg sh -c 'exec 9<book; flock 9; exec sleep 60'
wait_for 10 sh -c '! flock -n book true'
status "somebody has it" 111 mail-feed -m -s book x@y.example <mbox
ROHRPOST_INJECT=false status "nobody takes it" 111 mail-feed -m x@y.example <mbox

# killed at any time: each once.  The queue outlives them
awk 'BEGIN { for (i = 0; i < 400; i++) printf "From a@b.example Tue Dec  1 12:34:56 2026\nSubject: %d\n\nhi\n\n", i }' >many
queue-check -i queue
bg queue-inject -l "$T/inject" queue 2>/dev/null
wait_for 10 test -S inject
export ROHRPOST_INJECT="unix:$T/inject"
has() { [ "$(find queue/mess -type f | wc -l)" -ge "$1" ]; }
for n in 1 50 120 250; do
	mail-feed -m -s book2 -w 20 x@y.example <many >/dev/null 2>&1 &
	p=$!
	wait_for 20 has $n
	kill -9 $p 2>/dev/null
	wait $p 2>/dev/null
done
status "at last" 0 mail-feed -m -s book2 x@y.example <many
is "each is there once" "$(find queue/mess -type f -exec sed -n 's/^Subject: //p' {} + | sort -n | uniq -c | awk '$1 == 1' | wc -l)" 400
is "and no other" "$(find queue/mess -type f | wc -l)" 400

# full disk, closed descriptors
fake K
mail-feed -m x@y.example <mbox >/dev/full 2>err
is "nowhere to say it" $? 111
mail-feed -m x@y.example <&- >/dev/null 2>err
is "nothing to read" $? 111
done_testing
