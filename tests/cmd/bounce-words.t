#!/bin/sh
# Reports in other words and languages, copies of them, forged senders.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake=$top/tests/tools/fakeinject.py
show=$top/tests/tools/dsnshow.py
mkdir in conf
echo mail.example.org >conf/me
printf 'Message-ID: <orig@example.org>\nSubject: hello\nFrom: a@example.org\n\nbody text\n' >body
one='5.1.1 mx.example.net 550 5.1.1 no such user'
msg() { "$top/tests/tools/mkmessage.py" msg "$@"; }
label() { tr '\t' '\n' <r | sed -n "s/^$1://p"; }
all_answered() { [ "$(wc -l <r)" -ge "$(wc -l <q)" ]; }
# bounced KIND ANSWERS: the request of KIND through bounce; its answer in r, what it
# says besides in err, what came through in in/
bounced() {
	rm -f in/*
	printf 'id:k3p9b2m4q7r1s5t8v00k\tfile:%s/msg\tkind:%s\tn:0\texpire:1790400000\n' "$T" "$1" >q
	: >r
	{ cat q; wait_for 60 all_answered; } | bounce -C conf "$fake" "$T/in" "${2:-K}" >r 2>err
}
words() { cat >conf/bounces; conf-build conf; }

# what is there without a file, as the lines of one
for w in english german; do
	status "-w $w" 0 bounce -w $w
	cp out conf/bounces
	status "which conf-build takes" 0 conf-build -n conf
	like "as a text" "$(head -1 conf/bounces)" "^text $w language [a-z]+$"
done
rm conf/bounces
status "-w: no such text" 100 bounce -w french
is "it is said" "$(cat err)" "bounce: fatal: there is no text french: english, german"
status "-w and a next link" 100 bounce -w german cat
status "-w: /dev/full" 111 sh -c 'bounce -w german >/dev/full'

words <<'X'
domain .example.de german
domain example.se swedish
text swedish language sv
text swedish from Postmästaren
text swedish subject-failed Kunde inte levereras: %{rcpt}
text swedish failed Hej!
text swedish failed %{rcpts}
text swedish said Servern %{host} svarade: %{text}
X
msg body 'from a@mail.example.de' -- "B|-|1|$one|b@example.net"
bounced failed
is "a German one" "$("$show" in/1.msg | sed -n '/^defects\|^Subject\|^part\|^longest/p')" "defects []
Subject: Nicht zustellbar: b@example.net
longest line True
part text/plain quoted-printable []
part message/delivery-status - []
part message/rfc822 - []"
like "in its words" "$("$show" in/1.msg text)" 'Der Server mx.example.net sagte: 550 5.1.1 no such user'
like "says its language" "$(cat in/1.msg)" '^Content-Language: de$'
is "the part for programs is the same" "$("$show" in/1.msg | grep '^  [FASRD]')" "  Reporting-MTA: dns; mail.example.org
  Final-Recipient: rfc822; b@example.net
  Action: failed
  Status: 5.1.1
  Remote-MTA: dns; mx.example.net
  Diagnostic-Code: smtp; 550 5.1.1 no such user"
is "and needs no 8BITMIME" "$(grep -c '^body 8bit' in/1.env) $(LC_ALL=C grep -c '[^ -~	]' in/1.msg)" "0 0"
bounced delayed
is "an encoded subject, decoded" "$("$show" in/1.msg | grep '^Subject')" "Subject: Zustellung verzögert: b@example.net"
msg body 'from a@example.se' -- "B|-|1|$one|b@example.net"
bounced failed
is "a text of the site" "$("$show" in/1.msg | grep '^From\|^Subject')" "From: Postmästaren <MAILER-DAEMON@mail.example.org>
Subject: Kunde inte levereras: b@example.net"
like "in its words, too" "$("$show" in/1.msg text)" 'Servern mx.example.net svarade: 550 5.1.1 no such user'
bounced delayed
like "what it lacks is English" "$("$show" in/1.msg text)" 'not been delivered yet'
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
bounced failed
is "others have English" "$("$show" in/1.msg | grep '^Subject') $(grep -c '^Content-Language: en' in/1.msg)" "Subject: Delivery failed: b@example.net 1"
for l in "domain * french" "text german failed Hallo" "text german failed Hallo %{name}!" "text german language"; do
	printf '%s\n' "# x" "$l" >conf/bounces
	status "conf-build: $l" 100 conf-build conf
	like "with file and line" "$(cat err)" '^conf-build: conf/bounces:(2: | ?(line 2: there is no text french|text german: no paragraph of failed is %\{rcpts\}))'
done

# a new table while it runs
words <<'X'
domain * german
X
rm -f in/* fifo; mkfifo fifo; : >r
bg sh -c 'exec bounce -C conf "$@" <fifo >r 2>/dev/null' sh "$fake" "$T/in" K
exec 7>fifo
cat q >&7
wait_for 20 all_answered; ok "one report" $?
echo 'domain * english' >conf/bounces; conf-build conf
both() { cat q >&7; grep -qs '^Subject: Delivery' in/*.msg; }
wait_for 20 both; ok "the next in the new words" $?
exec 7>&-

# copies
words <<'X'
copy failed postmaster
copy failed,double boss@example.com
copy delayed boss@example.com
X
msg body 'from a@example.org' 'tenant acme' -- "B|-|1|$one|b@example.net"
bounced failed
is "a copy, and then the report" "$(label status) $(label copy) $(label newid) $(cat err)" "queued fake0001 fake0002 "
is "who gets the copy" "$(cat in/1.env)" "from
to postmaster@mail.example.org
proto local
to boss@example.com
tenant acme
of k3p9b2m4q7r1s5t8v00k"
is "and the report" "$(sed -n 2p in/2.env)" "to a@example.org"
is "with the header only" "$("$show" in/1.msg | sed -n '/^defects\|^To\|^Subject\|^part\|^orig/p')" "defects []
To: postmaster@mail.example.org
Subject: Copy: Delivery failed: b@example.net
part text/plain - []
part message/delivery-status - []
part text/rfc822-headers - []
original header ['Message-ID', 'Subject', 'From']"
like "it says what it is" "$("$show" in/1.msg text | tr '\n' ' ')" 'a copy of a report to <a@example.org>, for whoever looks after this system'
is "each has a Message-ID" "$(grep -h '^Message-ID' in/1.msg in/2.msg | sort -u | wc -l)" 3
bounced delayed
is "of a delay" "$(sed -n 2p in/1.env) $(sed -n 2p in/2.env)" "to boss@example.com to a@example.org"
bounced delivered
is "not of what nobody wants" "$(label status) $(ls in)" "dropped "
cp msg msg.0; cp in/1.msg copy 2>/dev/null || { bounced failed; cp in/1.msg copy; }
msg copy from -- "B|-|1|$one|postmaster@mail.example.org"
bounced failed
is "the failure of a copy is told to nobody" "$(label status) $(ls in)" "dropped "
like "but to the log" "$(cat err)" "ev:unreported	prog:bounce	id:k3p9b2m4q7r1s5t8v00k	kind:failed	n:0	why:double	text:a report about mail without a sender failed, too"
msg body from -- "B|-|1|$one|b@example.net"
bounced failed
is "a copy of a double bounce" "$(sed -n 2p in/1.env) $(sed -n 2p in/2.env)" "to boss@example.com to postmaster@mail.example.org"
cp msg.0 msg
bounced failed DK
is "a copy that is refused keeps no report back" "$(label status) $(label copy) $(cat err)" "queued  bounce: warning: copy refused: 5.7.1 refused"
bounced failed Z
is "one that cannot be queued now does" "$(label status) $(label text) $(ls in/*.env | wc -l)" "later no copy could be queued 1"
bounced failed KZ
is "nor is a report that cannot be queued now" "$(label status) $(ls in/*.env | wc -l)" "later 2"
bounced failed KDK
is "a sender that the queue refuses: one copy" "$(label status) $(grep -h '^to' in/*.env | tr '\n' ' ')" \
	"queued to postmaster@mail.example.org to boss@example.com to a@example.org to postmaster@mail.example.org "

# by the class of the failure, as the reply tells it
words <<'X'
copy failed class=policy,unknown-user boss@example.com
copy failed class=mailbox-full quota@example.com
X
bounced failed
is "a copy for whom its class is of interest" "$(grep -h '^to' in/*.env | tr '\n' ' ')" "to boss@example.com to a@example.org "
msg body 'from a@example.org' -- "B|-|1|5.2.2 mx.example.net 552 5.2.2 mailbox is full|b@example.net"
bounced failed
is "and of another" "$(grep -h '^to' in/*.env | tr '\n' ' ')" "to quota@example.com to a@example.org "

# forged senders
words <<'X'
X
# guarded SPF DMARC LINES...: what becomes of the failure
guarded() {
	spf=$1 dmarc=$2; shift 2
	msg body 'from a@example.org' "spf $spf" "dmarc $dmarc" "$@" -- "B|-|1|$one|b@example.net NOTIFY=FAILURE,DELAY"
	bounced failed
	echo "$(label status) $(cat in/1.env 2>/dev/null | sed -n 's/^to //p')"
}
for x in "fail fail" "fail none" "softfail fail" "none fail"; do
	# shellcheck disable=SC2086
	is "spf and dmarc $x: nobody is told" "$(guarded $x)" "dropped "
done
guarded none fail >/dev/null
like "but the log" "$(cat err)" "ev:unreported	prog:bounce	id:k3p9b2m4q7r1s5t8v00k	kind:failed	n:0	why:dmarc	text:the sender is forged$"
guarded fail none >/dev/null
like "which says why" "$(cat err)" "	why:spf	"
bounced delayed
is "of a delay nobody hears either, nor the log" "$(label status) $(label text) $(cat err)" "dropped the sender is forged "
for x in "pass pass" "fail pass" "pass fail" "softfail none" "none none" "temperror temperror"; do
	# shellcheck disable=SC2086
	is "spf and dmarc $x: the sender is told" "$(guarded $x)" "queued a@example.org"
done
is "our own people always are" "$(guarded fail fail 'origin inside')" "queued a@example.org"
words <<'X'
forged doublebounce
X
is "where the site wants to see them" "$(guarded fail fail)" "queued postmaster@mail.example.org"
is "as double bounces" "$("$show" in/1.msg | grep ^Subject)" "Subject: Double bounce: b@example.net"
bounced delayed
is "but no delays" "$(label status) $(label text)" "dropped the sender is forged"

# a sender whose mail a program reads
words <<'X'
X
cat >conf/feedback <<'X'
return-path back.example.org
address fbl@example.org
X
conf-build conf || exit 1
# from SENDER: what becomes of the failure
from() {
	msg body "from $1" 'origin inside' -- "B|-|1|$one|b@example.net"
	bounced failed
	echo "$(label status) $(label text) $(cat in/1.env 2>/dev/null | sed -n 's/^to //p')"
}
path=b-aujl-k3x9-u7zn6k5v5cwhqgrp
is "a return path of ours is told nothing: the log has it" "$(from $path@back.example.org) $(cat err)" \
	"dropped the sender's reports are events  "
is "nor another such address" "$(from FBL@example.org)" "dropped the sender's reports are events "
is "but others at those domains are" "$(from ann@back.example.org)$(from ann@example.org)" \
	"queued  ann@back.example.orgqueued  ann@example.org"
is "and elsewhere" "$(from $path@example.net)" "queued  $path@example.net"
cp conf/feedback.cdb whole
head -c 2048 /dev/zero | tr '\0' '\377' >conf/feedback.cdb
is "a damaged table: later" "$(from $path@back.example.org)" "later the table feedback is damaged "
mv whole conf/feedback.cdb

# copies of what becomes events, of which no report is made
echo 'return-path r.example.org' >conf/feedback
words <<'X'
copy failed class=unknown-user boss@example.com
X
msg body 'from b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example.org' 'origin inside' -- "B|-|1|$one|b@example.net"
bounced failed
is "no report where it would become an event again" "$(label status) $(label text)" "dropped the sender's reports are events"
is "but the copy" "$(grep -h '^to' in/*.env)" "to boss@example.com"
like "which the answer names" "$(cat r)" '	copy:[^	]'
rm conf/feedback conf/feedback.cdb

# a table that is damaged
msg body 'from a@example.org' -- "B|-|1|$one|b@example.net"
head -c 2048 /dev/zero | tr '\0' '\377' >conf/bounces.cdb
bounced failed
is "a damaged table: later" "$(label status) $(label text) $(ls in)" "later the table bounces is damaged "
printf bad >conf/bounces.cdb
bounced failed
is "as with one that is none" "$(label status)" later
rm conf/bounces.cdb
status "a file without its table" 111 bounce -C conf cat </dev/null
done_testing
