#!/bin/sh
# What comes back by mail: as a filter, and as a link whose receipts say that
# the events are on disk.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir conf got
echo mx.example >conf/me
cat >conf/feedback <<'X'
return-path r.example tenant=acme stream=news
domain d.example
address fbl@x.example believe=message
unsubscribe leave@x.example tenant=acme stream=news
X
conf-build conf || exit 1
echo AAECAwQFBgcICQoLDA0ODw >keys && chmod 600 keys
now=1795305600
path=b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example

bounce() { # bounce RCPT [FIELD...]
	rcpt=$1; shift
	printf '%s\n' 'From: MAILER-DAEMON@mx.y.example' 'Subject: failure notice' "$@" '' \
		'Your message could not be delivered.' '' "<$rcpt>:" '550 5.1.1 User unknown'
}
# labels NAME...: those of the events in out, one a line
labels() { tr '\t' '\n' <out | grep -E "^($(echo "$*" | tr ' ' '|')):" | tr '\n' ' '; }
read_as() { feedback -t $now "$@" >out 2>err; }

# the filter
bounce joe@y.example >m
read_as -f '' <m; is "a bounce is read" $? 0
is "its event" "$(labels ev to action esc code failure failure-type tied-by trusted fields)" \
	"ev:oob-bounce to:joe@y.example action:failed esc:5.1.1 code:550 failure:unknown-user failure-type:hard tied-by:address trusted:0 fields:0 "
read_as -f '' -k keys -r $path <m
is "to a return path" "$(labels uuid tied-by trusted came-to)" "uuid:k3x9 tied-by:return-path trusted:0 came-to:$path "
read_as -f '' -k keys -C conf -r $path <m
is "the table says whose" "$(labels tenant stream trusted)" "trusted:0 tenant:acme stream:news "
read_as -f '' -k keys -r b-aujl-k3x9-u7zn6k5v5cwhqgrq@r.example <m
is "a forged one proves nothing" "$(labels uuid tied-by trusted token)" "tied-by:address trusted:0 token:forged "
# one that is bound to a recipient too long to be named
long=firstname.lastname@some-company.example
bound=b-aujl-k3x9-so7iu3kbcq7bpmxr-glg3h6ega5@r.example
bounce $long >l
read_as -f '' -k keys -r $bound <l
is "a recipient who is proven" "$(labels to uuid tied-by trusted)" "to:$long uuid:k3x9 tied-by:return-path trusted:1 "
bounce Firstname.LASTNAME@some-company.example | read_as -f '' -k keys -r $bound
is "as a server writes him" "$(labels trusted)" "trusted:1 "
bounce victim@some-company.example 'X-Failed-Recipients: victim@some-company.example' | read_as -f '' -k keys -r $bound
is "another one is not" "$(labels to uuid tied-by trusted)" "to:victim@some-company.example uuid:k3x9 tied-by:return-path trusted:0 "
printf '%s\n' 'From: MAILER-DAEMON@mx.y.example' 'Subject: failed' 'Content-Type: multipart/report; report-type=delivery-status; boundary=B' '' '--B' 'Content-Type: message/delivery-status' '' \
	'Reporting-MTA: dns; mx.y.example' '' "Original-Recipient: rfc822;$long" 'Final-Recipient: rfc822; box@far.example' 'Action: failed' 'Status: 5.1.1' \
	'' 'Final-Recipient: rfc822; victim@far.example' 'Action: failed' 'Status: 5.1.1' '--B--' >dsn
read_as -f '' -k keys -r $bound <dsn
is "sent on: the original one, and nobody beside him" "$(labels to final-to trusted)" \
	"to:$long final-to:box@far.example trusted:1 to:victim@far.example trusted:0 "
read_as -f '' -k keys -r "$(echo $bound | sed 's/.@r/7@r/')" <l
is "an altered proof" "$(labels tied-by trusted token)" "tied-by:address trusted:0 token:forged "
feedback -t $((now + 61 * 86400)) -f '' -k keys -r $path <m >out
is "nor does an old one" "$(labels uuid tied-by trusted token)" "tied-by:address trusted:0 token:expired "
feedback -t $((now + 61 * 86400)) -d 61 -f '' -k keys -r $path <m >out
is "unless it may be so old" "$(labels tied-by)" "tied-by:return-path "
read_as -C conf -r ann@x.example <m; is "no address of ours" $? 100
sed 's/$/\r/' m | read_as -f ''; is "CRLF" "$(labels to)" "to:joe@y.example "
read_as <m; first=$(labels eid)
{ echo 'Received: by another way'; cat m; } | read_as
is "handed in again it has the same id" "$(labels eid)" "$first"
bounce ann@y.example | read_as
[ "$(labels eid)" != "$first" ]; ok "another one has another" $?

printf 'From: fbl@y.example\nSubject: x\nContent-Type: multipart/report; report-type=feedback-report; boundary=B\n\n--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: joe@y.example\nSource-IP: 192.0.2.1\n--B\nContent-Type: text/rfc822-headers\n\nFrom: a@x.example\nReturn-Path: <%s>\n\n--B--\n' "$path" >arf
read_as -k keys -C conf -r fbl@x.example <arf
is "a complaint" "$(labels ev to feedback-type source-ip incidents uuid tied-by trusted)" \
	"ev:complaint to:joe@y.example uuid:k3x9 tied-by:return-path trusted:1 incidents:1 feedback-type:abuse source-ip:192.0.2.1 "
printf 'From: Ann <ann@y.example>\nSubject: bye\n\nplease\n' >u
read_as -C conf -r leave@x.example <u
is "unsubscribe" "$(labels ev to by tied-by trusted tenant)" "ev:unsubscribe to:ann@y.example by:mail tied-by:address trusted:0 tenant:acme "
# the list that a token names goes before the address that it came to
mkdir listed
echo mx.example >listed/me
echo 'list-unsubscribe:https://x.example/u/ one-click' >listed/fix
{ cat conf/feedback; echo 'list "Weekly news" stream=weekly'; } >listed/feedback
conf-build listed
token=$(printf 'From: a@x.example\n\nhi\n' | mail-fix -C listed -k keys -g list='weekly news' -f a@x.example -r joe@y.example | sed -n 's|^List-Unsubscribe:.*/\(u1[^>]*\)>.*|\1|p')
printf 'From: joe@y.example\nSubject: %s\n\n\n' "$token" >u2
feedback -C listed -k keys -r leave@x.example <u2 >out
is "a token's list" "$(labels to tied-by trusted list tenant stream)" \
	"to:joe@y.example tied-by:list-token trusted:1 list:weekly news tenant:acme stream:weekly "
read_as -C conf -r fbl@x.example <u
is "the same words to another address" "$(labels ev why)" "ev:feedback-kept why:no report "
printf 'From: ann@y.example\nSubject: Out of office: x\nAuto-Submitted: auto-replied\n\naway\n' >v
read_as -C conf -r leave@x.example <v
is "a holiday unsubscribes nobody" "$(labels ev kind to)" "ev:autoreply to:ann@y.example kind:vacation "
printf 'From: MAILER-DAEMON@x.example\nSubject: failure notice\n\nIt could not be delivered.\n' |
	read_as -f '' -m kept
is "who names nobody is kept" "$(labels ev why)" "ev:feedback-kept why:it names no recipient "
is "in the Maildir" "$(ls kept/new | wc -l)" 1
[ -e "kept/new/$(labels file | sed 's/^file://; s/ $//')" ]; ok "by the name in the event" $?
printf 'Subject: x\033[2J\r\n\nno\n' >m2; read_as <m2
is "nothing raw" "$(grep -c "$(printf '\033')" out)" 0
: | read_as; is "nothing at all" "$(labels ev)" "ev:feedback-kept "

# the link
parcel() { # parcel FILE [LINE...]
	f=$1; shift
	{ printf '%s\n' "$@"; echo; cat "$f"; } >content
	printf '%d:' "$(wc -c <content)"; cat content; printf ,
}
# link [OPTION...]: the parcels of `in`; receipts in out, the log in err
link() {
	timeout 20 feedback -C conf -k keys -s facts -m kept -t $now "$@" python3 "$tools/fakeinject.py" got K <in >out 2>err
}
events() { grep -c 'ev:' err; }
rm -rf kept
{ parcel m "from " "client 192.0.2.1" "spf pass" "to $path"
	parcel m "from b@y.example" "to ann@x.example"
	parcel m "from " "to ann@x.example" "to $path" "to bob@x.example NOTIFY=NEVER"
	parcel m "from " "origin inside" "to $path"
	parcel u "from ann@y.example" "to leave@x.example"
	parcel u "from ann@y.example" "to fbl+x@x.example"; } >in
link; is "the link ends" $? 0
is "receipts in order" "$(tr , '\n' <out | sed -E 's/^[0-9]+://; s/K[0-9a-f]{32}/Kevent/' | tr '\n' ' ')" \
	"Kevent Kfake0001 Kfake0002 Kevent Kevent Kevent "
is "what is for others goes on" "$(ls got | grep -c env)" 2
is "to them alone" "$(grep '^to' got/2.env | tr '\n' ' ')" "to ann@x.example to bob@x.example NOTIFY=NEVER "
is "as it was" "$(cat got/2.msg)" "$(cat m)"
is "the events are logged" "$(cut -f 2 err | grep ev: | tr '\n' ' ')" "ev:oob-bounce ev:oob-bounce ev:oob-bounce ev:unsubscribe ev:feedback-kept "
is "with what is known of the sender" "$(head -1 err | tr '\t' '\n' | grep -E '^(client|spf):' | tr '\n' ' ')" "client:192.0.2.1 spf:pass "
is "and are in the journal" "$(grep -c 'ev:' facts/facts)" 5
is "as they were logged" "$(grep ev: facts/facts)" "$(grep ev: err)"
is "one is kept" "$(ls kept/new | wc -l)" 1
is "whole" "$(sed 1,2d kept/new/*)" "$(cat u)"
is "with its way in front" "$(head -2 kept/new/* | tr '\n' ' ')" "Return-Path: <ann@y.example> Delivered-To: fbl+x@x.example "
: >in; link
is "a start logs again what a crash may have cut" "$(events) $(grep -c 'replay:1$' err)" "5 5"
is "as the same events" "$(grep -o 'eid:[0-9a-f]*' err)" "$(grep ev: facts/facts | grep -o 'eid:[0-9a-f]*')"

# many at once: one sync for those that came together
for i in $(seq 300); do parcel m "from " "to $path"; done >in
rm -rf facts; strace -f -o trace -e trace=fdatasync -- feedback -C conf -k keys -s facts python3 "$tools/fakeinject.py" got K <in >out 2>err
is "300 receipts" "$(tr , '\n' <out | grep -c K)" 300
is "300 events" "$(events)" 300
if [ -s trace ]; then [ "$(grep -c 'fdatasync(' trace)" -lt 100 ]; ok "not a sync each" $?; else skip "no strace"; fi

# no room
rm -rf facts
parcel m "from " "to $path" "client 192.0.2.9" >in
(ulimit -f 0; feedback -C conf -k keys -s facts cat <in >out 2>err)
[ $? -ne 0 ]; ok "no room for a journal at the start" $?
rm -rf facts; : >in; link
size=$(wc -c <facts/facts)
parcel m "from " "to $path" "client 192.0.2.9" >in
if command -v prlimit >/dev/null; then
	prlimit --fsize=$((size + 20)):$((size + 20)) feedback -C conf -k keys -s facts python3 "$tools/fakeinject.py" got K <in 2>err | cat >out
	like "no room for an event" "$(cat out)" ':Z4\.3\.1 no room for reports, try again later,$'
	is "nothing of it is there" "$(wc -c <facts/facts)" "$size"
	is "nor logged" "$(events)" 0
else
	skip "no prlimit"; skip "no prlimit"; skip "no prlimit"
fi
link; is "with room again" "$(cut -d: -f2 out | cut -c1) $(events)" "K 1"
rm -rf kept; mkdir -p kept/new kept/cur kept/tmp
seq -f 'kept/new/%g' 10000 | xargs touch
parcel u "from ann@y.example" "to fbl@x.example" >in; link
like "a Maildir that nobody looks into" "$(cat out)" ':Z4\.3\.1'
rm kept/new/1; link
is "one less" "$(cut -d: -f2 out | cut -c1)" K
rm -rf kept

# two programs, tables, use
# its first receipt says that the other one has it
mkfifo p; bg sh -c 'exec feedback -C conf -s facts cat <p >first 2>/dev/null'; exec 9>p
parcel u "from ann@y.example" "to leave@x.example" >&9
wait_for 10 test -s first
status "the journal is another's" 111 feedback -C conf -s facts cat </dev/null
like "which is told" "$(cat err)" "facts is in use"
exec 9>&-
status "no arguments but a next link" 100 feedback cat
status "no journal" 100 feedback -C conf cat
status "a journal without a link" 100 feedback -C conf -s facts
status "a sender of a link" 100 feedback -C conf -s facts -f x cat
status "bad option" 100 feedback -x
status "no days" 100 feedback -d x
status "no keys" 111 feedback -k none </dev/null
status "no folder" 111 feedback -C conf -s no/such/facts cat </dev/null
status "no Maildir" 111 feedback -m no/such/kept </dev/null
wait_for 10 flock -n facts true
status "the next link cannot be run" 111 feedback -C conf -s facts no-such-program </dev/null
echo 'domain z.example x' >>conf/feedback; rm conf/feedback.cdb
status "a table that is not made" 111 feedback -C conf </dev/null
feedback <m >/dev/full 2>err; is "/dev/full" $? 111
feedback <&- >out 2>err; is "0 closed" $? 111
feedback <m >&- 2>err; is "1 closed" $? 111
done_testing
