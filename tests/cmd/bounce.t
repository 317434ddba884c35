#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake=$top/tests/tools/fakeinject.py
make=$top/tests/tools/mkmessage.py
show=$top/tests/tools/dsnshow.py
mkdir in conf
echo mail.example.org >conf/me
printf 'Received: from x\nMessage-ID: <orig@example.org>\nSubject: hello\nFrom: a@example.org\n\nbody text\n' >body
one='5.1.1 mx.example.net 550 5.1.1 no such user'
label() { tr '\t' '\n' <"$2" | sed -n "s/^$1://p"; }
# msg BODY LINES... -- RCPTS...
msg() { "$make" msg "$@"; }
# ask KIND LIST MORE...
ask() {
	kind=$1 list=$2; shift 2
	printf 'id:m1\tfile:%s/msg\toff:9\tkind:%s\tn:%s' "$T" "$kind" "$list"
	for j; do printf '\t%s' "$j"; done
	printf '\n'
}
# answered ARGUMENT...: what bounce says of q, in r; its input stays open so
# long, since the end of it leaves little time for receipts
all_answered() { [ "$(wc -l <r)" -ge "$(grep -c '^id:' q)" ]; }
answered() { : >r; { cat q; wait_for 60 all_answered; } | bounce -C conf "$@" >r; }
# bounced KIND LIST...: the request through bounce; answer in r
bounced() {
	rm -f in/*
	ask "$@" >q
	answered "$fake" "$T/in" K
}

status "no next link" 100 bounce
like "usage is said" "$(cat err)" '^bounce: fatal: usage: bounce '
status "unknown option" 100 bounce -Z x
status "size: no number" 100 bounce -s x cat
status "size: one above the limit" 100 bounce -s 1073741825 cat
status "size: at the limit" 0 bounce -s 1073741824 cat </dev/null
status "no configuration" 111 bounce -C nowhere cat </dev/null
mkdir empty; : >empty/me
status "empty me" 111 bounce -C empty cat </dev/null
status "nothing to do" 0 bounce -C conf cat </dev/null
status "descriptor 0 closed" 111 sh -c 'bounce cat <&-'
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
ask failed 0 >q
status "/dev/full" 111 sh -c "bounce -C conf $fake $T/in K <q >/dev/full"

# a failure
msg body 'from a@example.org' 'proto ESMTP' 'envid abc+2Bd' 'time 1790000000.123456' 'tenant acme' 'prio 7' -- \
    "B|-|1|$one|b@example.net NOTIFY=FAILURE ORCPT=rfc822;B+2Bx@example.net" \
    'S|-|1|2.0.0 mx.example.net 250 ok|c@example.net' \
    'X|-|9|4.4.1 - connection timed out|d@example.net'
bounced failed 0,2
is "answer" "$(cat r)" "$(printf 'id:m1\tkind:failed\tn:0,2\tstatus:queued\tnewid:fake0001')"
is "envelope" "$(cat in/1.env)" 'from
to a@example.org
proto local
tenant acme
prio 7
of m1'
is "as Python reads it" "$("$show" in/1.msg)" "defects []
type multipart/report delivery-status
From: Mail Delivery System <MAILER-DAEMON@mail.example.org>
To: a@example.org
Subject: Delivery failed: 2 recipients
Auto-Submitted: auto-replied
MIME-Version: 1.0
In-Reply-To: <orig@example.org>
References: <orig@example.org>
has Date True
has Message-ID True
longest line True
part text/plain - []
part message/delivery-status - []
part message/rfc822 - []
text width True
block
  Original-Envelope-Id: abc+d
  Reporting-MTA: dns; mail.example.org
  Arrival-Date: DATE
block
  Original-Recipient: rfc822; B+x@example.net
  Final-Recipient: rfc822; b@example.net
  Action: failed
  Status: 5.1.1
  Remote-MTA: dns; mx.example.net
  Diagnostic-Code: smtp; 550 5.1.1 no such user
block
  Final-Recipient: rfc822; d@example.net
  Action: failed
  Status: 4.4.1
  Diagnostic-Code: x-rohrpost; connection timed out
original hello | body text"
text=$("$show" in/1.msg text)
like "people are told what was said" "$text" 'The server mx.example.net said: 550 5.1.1 no such user'
like "and that the time is over" "$text" 'could not be delivered in the time allowed'
like "and what comes next" "$text" 'will not be tried again'
is "the original is whole and exact" "$(sed -n '/^Received: from x/,$p' in/1.msg | head -6)" "$(cat body)"

# what was asked of its time: by our own people, and by others
asked() { "$show" in/1.msg | sed -n 's/^  \(Deliver-By-Date\|Future-Release-Request\)/\1/p'; }
msg body 'from a@example.org' 'deliver-by 1790000500 N' 'hold-until 1790000400' 'origin inside' -- "B|-|1|$one|b@example.net"
bounced failed 0
like "the report says it" "$(asked | tr '\n' ' ')" '^Deliver-By-Date: .*Future-Release-Request: until;2026-09-21T14:20:00Z $'
msg body 'from a@example.org' 'hold-until 1790000400' -- "B|-|1|$one|b@example.net"
bounced failed 0
is "that we held it is nobody else's business" "$(asked)" ""
msg body 'from a@example.org' 'proto ESMTP' 'envid abc+2Bd' 'time 1790000000.123456' 'tenant acme' 'prio 7' -- \
    "B|-|1|$one|b@example.net NOTIFY=FAILURE ORCPT=rfc822;B+2Bx@example.net" \
    'S|-|1|2.0.0 mx.example.net 250 ok|c@example.net' \
    'X|-|9|4.4.1 - connection timed out|d@example.net'

# delay
bounced delayed 0 expire:1790400000.000
is "delay: only those who want it" "$(label status r) $(label text r)" "dropped the sender wants no report"
msg body 'from a@example.org' -- 'Q|w|5|4.4.1 mx.example.net timed out|b@example.net'
bounced delayed 0 expire:1790400000.000 birth:1790000000.000
is "delay" "$("$show" in/1.msg | sed -n '/^part\|^  \|^Subject\|^orig/p')" "Subject: Delivery delayed: b@example.net
part text/plain - []
part message/delivery-status - []
part text/rfc822-headers - []
  Reporting-MTA: dns; mail.example.org
  Arrival-Date: DATE
  Final-Recipient: rfc822; b@example.net
  Action: delayed
  Status: 4.4.1
  Remote-MTA: dns; mx.example.net
  Diagnostic-Code: smtp; timed out
  Will-Retry-Until: DATE
original header ['Received', 'Message-ID', 'Subject', 'From']"
like "until when" "$("$show" in/1.msg text)" 'Sat, 26 Sep 2026 05:20:00'
for h in 'List-Id: <x>' 'List-Unsubscribe: <y>' 'Precedence: Bulk' 'Precedence: list' 'Auto-Submitted: auto-generated'; do
	{ echo "$h"; cat body; } >bulk
	msg bulk 'from a@example.org' -- 'Q|w|5|4.4.1 - x|b@example.net'
	bounced delayed 0
	is "delay of '$h'" "$(label status r)" dropped
	bounced failed 0
	is "failure of '$h'" "$(label status r)" queued
done
{ echo 'Auto-Submitted: no'; cat body; } >bulk
msg bulk 'from a@example.org' -- 'Q|w|5|4.4.1 - x|b@example.net'
bounced delayed 0
is "delay of 'Auto-Submitted: no'" "$(label status r)" queued

# who wants to know
msg body from -- "B|-|1|$one|b@example.net"
bounced delayed 0
is "null sender: no delay" "$(label status r) $(label text r) $(ls in)" "dropped null sender: nobody to tell "
bounced failed 0 2>err
is "null sender: a double bounce" "$(label status r) $(cat err)" "queued "
is "goes to the postmaster" "$(cat in/1.env)" 'from
to postmaster@mail.example.org
proto local
of m1'
is "and says what it is" "$("$show" in/1.msg | sed -n '/^To\|^Subj\|^def\|^orig/p'; grep ^X-Double in/1.msg)" "defects []
To: postmaster@mail.example.org
Subject: Double bounce: b@example.net
original hello | body text
X-Double-Bounce: mail.example.org"
like "people are told why" "$("$show" in/1.msg text)" 'cannot be returned, so you get it'
cp in/1.msg double
for x in boss:boss@mail.example.org boss@example.com:boss@example.com '# nobody:postmaster@mail.example.org' ':postmaster@mail.example.org'; do
	echo "${x%%:*}" >conf/doublebounce
	bounced failed 0
	is "doublebounce '${x%%:*}'" "$(sed -n 2p in/1.env)" "to ${x#*:}"
done
echo 'two words@x' >conf/doublebounce
status "doublebounce is no address" 111 bounce -C conf cat </dev/null
rm conf/doublebounce
msg double from -- "B|-|1|$one|postmaster@mail.example.org"
bounced failed 0 2>err
is "the failure of a double bounce is told to nobody" "$(label status r) $(ls in)" "dropped "
like "but to the log" "$(cat err)" "ev:unreported	prog:bounce	id:m1	kind:failed	n:0	why:double	text:a report about mail without a sender failed, too"
{ printf 'Delivered-To: list@example.org\n'; cat double; } >d2
msg d2 from -- "X|-|1|4.4.1 - down|boss@example.com"
bounced failed 0 2>err
is "nor when it was forwarded, or expired" "$(label status r) $(ls in) $(grep -c ev:unreported err)" "dropped  1"
msg double 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
is "one that a person sends is returned" "$(label status r) $(sed -n 2p in/1.env)" "queued to a@example.org"
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
rm -f in/*; ask failed 0 >q
answered "$fake" "$T/in" DK
is "a sender that the queue refuses" "$(label status r) $(grep -h '^to' in/1.env in/2.env | tr '\n' ' ')" "queued to a@example.org to postmaster@mail.example.org "
rm -f in/*
answered "$fake" "$T/in" D
is "and the postmaster: later" "$(label status r) $(ls in/*.env | wc -l)" "later 2"
for x in NEVER:failed:dropped FAILURE:failed:queued failure:failed:queued DELAY:failed:dropped SUCCESS,FAILURE:failed:queued \
    DELAY:delayed:queued FAILURE:delayed:dropped SUCCESS:delivered:queued FAILURE:delivered:dropped; do
	msg body 'from a@example.org' -- "B|-|1|$one|b@example.net NOTIFY=${x%%:*}"
	kind=${x#*:}
	bounced "${kind%:*}" 0
	is "NOTIFY=${x%%:*}, ${kind%:*}" "$(label status r)" "${x##*:}"
done
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced delivered 0
is "success is told to who asked for it" "$(label status r)" dropped
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net NOTIFY=NEVER" "B|-|1|$one|c@example.net"
bounced failed 0,1
is "only one of two" "$("$show" in/1.msg | grep Final)" "  Final-Recipient: rfc822; c@example.net"

# what is returned
msg body 'from a@example.org' 'ret HDRS' -- "B|-|1|$one|b@example.net"
bounced failed 0
like "ret HDRS" "$("$show" in/1.msg)" '^part text/rfc822-headers'
size=$(wc -c <body)
msg body 'from a@example.org' 'ret FULL' -- "B|-|1|$one|b@example.net"
for s in $size:message/rfc822 $((size - 1)):text/rfc822-headers 0:text/rfc822-headers; do
	rm -f in/*; ask failed 0 >q
	answered -s "${s%:*}" "$fake" "$T/in" K
	like "-s ${s%:*} of $size" "$("$show" in/1.msg)" "^part ${s#*:} "
done
{ cat body; printf 'gr\303\274\303\237e\n'; } >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
like "8 bit: part" "$("$show" in/1.msg)" '^part message/rfc822 8bit'
like "8 bit: envelope" "$(cat in/1.env)" '^body 8bit'
{ cat body; head -c 998 /dev/zero | tr '\0' x; echo; } >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
like "line of 998" "$("$show" in/1.msg)" '^part message/rfc822'
{ cat body; head -c 999 /dev/zero | tr '\0' x; echo; } >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
like "line of 999: the header alone" "$("$show" in/1.msg)" '^part text/rfc822-headers'
printf 'Subject: a\n\n\000\n' >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
like "NUL: the header alone" "$("$show" in/1.msg)" '^part text/rfc822-headers'
: >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
is "empty message" "$(label status r)" queued
{ printf 'Subject: x\n'; i=0; while [ $i -lt 3000 ]; do echo "X-Line-$i: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"; i=$((i + 1)); done; echo; yes body | head -100000; } >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
is "large header: cut" "$("$show" in/1.msg | grep -c 'defects \[\]') $(($(wc -c <in/1.msg) < 80000))" "1 1"
rm -f in/*; ask failed 0 >q
answered -s 10000000 "$fake" "$T/in" K
is "large original: streamed" "$(label status r) $(sed -n '/^Subject: x/,$p' in/1.msg | head -c "$(wc -c <b2)" | cmp - b2 && echo same)" "queued same"
printf 'Message-ID: <a b\n c>\nSubject: x\n\n' >b2
msg b2 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed 0
is "no odd Message-ID is quoted" "$(grep -c In-Reply-To in/1.msg)" 0

# addresses and replies from outside
msg body 'from "a b"@example.org' -- 'B|-|1|5.0.0 mx evil\nSubject: x\\y|"c d"@example.net'
bounced failed 0
is "quoted addresses, escapes" "$(sed -n 2p in/1.env; "$show" in/1.msg | grep -E 'Final|Diag')" 'to "a b"@example.org
  Final-Recipient: rfc822; "c d"@example.net
  Diagnostic-Code: smtp; evil Subject: x\y'
msg body 'from a@example.org' 'smtputf8 1' -- 'B|-|1|5.1.1 mx nö|bö@example.net'
bounced failed 0
is "smtputf8" "$(grep -c 'smtputf8 1' in/1.env) $(grep -c '^Content-Type: message/global' in/1.msg) $(grep -c '^Final-Recipient: utf-8; bö@example.net$' in/1.msg)" "1 2 1"
msg body 'from a@example.org' -- 'B|-|1||b@example.net'
bounced failed 0
like "no reply known" "$("$show" in/1.msg)" 'Status: 5.0.0'

# trouble
for a in Z D X J; do
	ask failed 0 >q
	answered "$fake" "$T/in" $a 2>err
	is "next link: $a" "$(label status r)" later
done
bounce -C conf /nonexistent/command <q >r 2>err
is "next link cannot be run" "$(label status r)" later
bounce -C conf "unix:$T/nowhere" <q >r 2>err
is "socket not there" "$(label status r)" later
for x in 1 x '' 0, 0,1 -1 99999999999999999999; do
	bounced failed "$x"
	is "recipients '$x'" "$(label status r)" later
done
bounced lost 0
is "unknown kind" "$(label status r) $(label text r)" "later unknown kind"
printf 'junk\n' >q; ask failed 0 >>q
answered "$fake" "$T/in" K 2>err
is "junk is skipped" "$(label status r) $(cat err)" "queued bounce: warning: request is none"
rm msg; bounced failed 0
is "message gone" "$(label status r)" later
printf 'rohrpost 1 junk\n' >msg; bounced failed 0
is "message damaged" "$(label status r)" later
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
head -c -5 msg >m2; mv m2 msg; bounced failed 0
is "message cut short" "$(label status r)" later
# many, and the socket
bg "$fake" -l "$T/sock" "$T/in" K
wait_for 5 test -S sock
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
i=0; while [ $i -lt 1200 ]; do ask failed 0; i=$((i + 1)); done >q
answered "unix:$T/sock"
is "1200 at once" "$(label status r | grep -c queued)" 1200
# a chain that never answers does not keep it from ending
ask failed 0 >q
s=$(date +%s)
bounce -C conf "$fake" "$T/in" H <q >r
is "no receipt: later, soon" "$(label status r) $(($(date +%s) - s < 5))" "later 1"
done_testing
