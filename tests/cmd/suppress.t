#!/bin/sh
# suppress: lists of addresses, made by hand, by import and by events; asked by
# smtp-recv at RCPT, by mail-fix and by route
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
# batch EVENT...: a batch of events, blanks between their labels
batch() {
	for e; do
		e=$(printf %s "$e" | tr ' ' '\t')
		printf 'eid:%s\tsrc:test\t%s\n' "$(printf %s "$e" | md5sum | cut -c 1-32)" "$e"
	done | python3 "$tools/shipbatch.py" make
}
cd "$T" || exit 1
now=1790000000
C=$T/conf
mkdir "$C"
echo mail.example.org >"$C/me"
cp "$top/conf-examples/suppress" "$C/suppress"
echo 'user:shop door:acme/orders' >>"$C/suppress"
conf-build "$C" || exit 1
s() { suppress -t $now "$@"; }
cols() { tr '\t' ' '; }

# by hand
status "add" 0 s -T acme -r unknown-user add l Joe@Example.org
is "says nothing" "$(cat out err)" ""
is "its line" "$(sed 1d l/journal | cut -f 1-7 | cols)" "act:add tenant:acme stream:* to:joe@example.org reason:unknown-user since:$now by:suppress"
is "readable for the group" "$(stat -c %a l l/journal | tr '\n' ' ')" "750 640 "
status "look" 0 s -T acme look l joe@example.org
like "shows it" "$(cols <out)" '^act:add tenant:acme .* by:suppress$'
status "look for several" 0 s -T acme look l x@example.org joe@example.org
is "shows those that are there" "$(wc -l <out)" 1
status "another tenant" 1 s -T other look l joe@example.org
status "remove" 0 s -T acme remove l joe@example.org
status "it is gone" 1 s -T acme look l joe@example.org
status "remove what is not there" 1 s -T acme remove l joe@example.org
like "says so" "$(cat err)" 'info: joe@example.org is not there$'
status "a word of a stream for a time" 0 s -T acme -s news -u 30d add l bob@example.org
status "in its time" 0 s -T acme -s news look l bob@example.org
status "of that stream only" 1 s -T acme look l bob@example.org
status "not behind it" 1 suppress -t $((now + 30 * 86400)) -T acme -s news look l bob@example.org
status "no address" 100 s add l nobody
like "says so" "$(cat err)" 'fatal: nobody: no address, and no sha256:HASH$'
status "asked of all" 0 s look l bob@example.org
is "it is said whose it is" "$(cut -f 1-3 out | cols)" "act:add tenant:acme stream:news"
status "one that was taken off, asked of all" 1 s look l joe@example.org
is "is shown as that" "$(cut -f 1-3 out | cols)" "act:remove tenant:acme stream:*"
status "an entry that is over, asked of all" 1 suppress -t $((now + 30 * 86400)) look l bob@example.org
status "nobody, asked of all" 1 s look l x@example.org
is "and nothing is said" "$(cat out)" ""
status "by its hash" 0 s -T '*' add l "sha256:$(printf %s ann@example.org | sha256sum | cut -c 1-64)"
status "finds the address" 0 s -T any look l ann@example.org

# import, compile, export
printf 'u%d@many.example\n' $(seq 20000) | s -T acme -s news -r unsubscribe import l 2>err
is "20,000 imported" "$(cat err)" "suppress: info: 20000 lines taken, 0 wrong"
[ -s l/table.cdb ]; ok "and compiled" $?
status "one of them" 0 s -T acme -s news look l u777@many.example
is "exported" "$(s -T acme export l | wc -l)" 20001
is "of a stream" "$(s -T acme -s news export l | grep -c many.example)" 20000
s export l | sort >all
s import copy <all 2>/dev/null
s export copy | sort >again
cmp -s all again; ok "and imported again they are the same" $?
s -H import hidden <all 2>/dev/null
grep -q example hidden/journal hidden/table.cdb; ok "without addresses" $((! $?))
status "which are found all the same" 0 s -T acme -s news look hidden u777@many.example
status "compile" 0 s compile l
like "says how many" "$(cat err)" 'l/table.cdb: 20002 entries$'

# a journal that says the same again and again is written anew
s -T acme -r complaint add anew kept@example.org
s -T acme -r unknown-user add anew gone@example.org
s -T acme remove anew gone@example.org
s -T acme -u 1d add anew over@example.org
yes same@example.org | head -n 15000 | s -T acme import anew 2>/dev/null
is "it is as long as what counts" "$(wc -l <anew/journal)" 6
suppress -t $((now + 2 * 86400)) compile anew 2>err
is "nothing more is said" "$(cat err)" "suppress: info: anew/table.cdb: 2 entries"
status "an entry" 0 s -T acme look anew kept@example.org
status "one that was taken off" 1 s look anew gone@example.org
is "still says why it was there" "$(cut -f 1,5 out | cols)" "act:remove reason:unknown-user"
is "one that is over" "$(s look anew over@example.org)" ""
s -T acme add anew later@example.org
status "it goes on" 0 s -T acme look anew later@example.org
cp -R anew scratch; rm scratch/table.cdb
suppress -t $((now + 2 * 86400)) export anew | sort >all
suppress -t $((now + 2 * 86400)) export scratch | sort >all.anew
cmp -s all all.anew; ok "a table that is made of it alone is the same" $?
is "nothing is left beside it" "$(ls anew | tr '\n' ' ')" "compile.lock journal lock table.cdb "

# options and failures
status "bad usage" 100 suppress
status "bad usage, a verb" 100 suppress nothing l
status "bad usage, no address" 100 suppress add l
status "bad usage, an address too many" 100 suppress compile l a@b.example
status "bad usage, a reason" 100 suppress -r 'a b' add l a@b.example
status "bad usage, a span" 100 suppress -u 11y add l a@b.example
long=$(printf %0128d 0)
status "the longest tenant" 0 s -T "$long" add l a@b.example
status "bad usage, a longer one" 100 s -T "${long}0" add l a@b.example
s export l >/dev/full 2>err; is "/dev/full" $? 111
s look l joe@example.org 2>/dev/null <&-; is "closed descriptor" $? 111
status "no folder" 111 s add no/such/folder a@b.example
status "nothing to compile" 111 s compile /
status "take without rules" 100 s -C "$T" take l
status "take without -C" 100 s take l
said=$( (ulimit -f 0; s add l full@example.org; echo $?) 2>&1)
like "a full disk" "$said" '^111$'
like "says so" "$said" 'unable to write l/journal: File too large$'
status "it is not there" 1 s -T '' look l full@example.org

# events
at=ts:2026-09-21T13:00:00Z
take() { batch "$@" | suppress -C "$C" take e 2>err; }
is "a batch" "$(take "$at ev:bounced to:x@hard.example tenant:acme failure:unknown-user failure-type:hard" \
	"$at ev:complaint to:y@angry.example tenant:acme" \
	"$at ev:unsubscribe to:z@tired.example tenant:acme stream:news" \
	"$at ev:bounced to:w@far.example tenant:acme failure:blocked")" "2:K
,"
is "nothing is said" "$(cat err)" ""
status "a hard bounce" 0 s -T acme look e x@hard.example
status "a complaint" 0 s -T acme look e y@angry.example
status "an unsubscribe" 0 s -T acme -s news look e z@tired.example
status "of its stream" 1 s -T acme -s orders look e z@tired.example
status "blocked is no fault of the address" 1 s -T acme look e w@far.example
printf '%s\n' 'return-path r.example.org' 'address fbl@example.org' >"$C/feedback"; conf-build "$C"
take "$at ev:complaint to:fbl@example.org" "$at ev:bounced to:b-x@r.example.org failure:unknown-user" >/dev/null
status "where our mail comes back nobody is suppressed" 1 s look e fbl@example.org b-x@r.example.org
mv "$C/feedback.cdb" keep; printf x >"$C/feedback.cdb"
is "while that is not known, nobody is" "$(take "$at ev:complaint to:u@angry.example")" "11:Z no rules
,"
like "and it says why" "$(cat err)" 'feedback.cdb is damaged$'
mv keep "$C/feedback.cdb"
n=$(wc -l <e/journal)
take "$at ev:complaint to:y@angry.example tenant:acme" >/dev/null
is "the same again" "$(wc -l <e/journal)" "$n"
is "one that cannot be used" "$(take "$at ev:complaint" "$at ev:complaint to:v@angry.example")" "22:K
D0 no address in it
,"
for d in 1 2 3; do
	take "ts:$(date -u -d "-$d hour" +%Y-%m-%dT%H:%M:%SZ) ev:expired to:full@box.example tenant:acme failure:mailbox-full failure-type:soft" >/dev/null
	suppress -T acme look e full@box.example >/dev/null; echo $?
done >soft
is "soft failures count" "$(tr '\n' ' ' <soft)" "1 1 0 "
is "nonsense" "$(printf '3:abc,' | suppress -C "$C" take e 2>/dev/null; echo $?)" 100
is "no events" "$(suppress -C "$C" take e </dev/null; echo $?)" 0

is "a full disk" "$( (ulimit -f 1; take "$at ev:complaint to:disk@angry.example" | cut -c 1-33) 2>/dev/null)" "46:Z unable to write the journal:
,"
is "room again" "$(take "$at ev:complaint to:disk@angry.example")" "2:K
,"

# it compiles by itself, and meanwhile goes on; the pipe is open all the time
mkfifo down up
bg sh -c 'exec suppress -C "$1" take auto <down >up' sh "$C"
exec 7>down 8<up
python3 -c "
for i in range(9000):
    print('eid:%032x\tsrc:test\t$at\tev:complaint\tto:u%d@auto.example\ttenant:acme\ttext:%s' % (i, i, 'x' * 160))" >many
python3 "$tools/shipbatch.py" make <many >&7
head -c 5 <&8 >/dev/null
wait_for 10 test -s auto/table.cdb; ok "compiled by itself" $?
exec 7>&- 8<&-
wait "$bg_pid"; is "at the end of input" $? 0
status "all are there" 0 s -T acme look auto u8999@auto.example

# at the door: who logs in, or may relay
l=$T/door
suppress -t $now -T '*' -r unknown-user add door gone@far.example
suppress -t $now -T acme -s orders -r complaint add door angry@far.example
suppress -t $now -T acme -s news -r unsubscribe add door tired@far.example
session() {
	printf '%s\r\n' "EHLO x" "MAIL FROM:<${from-a@acme.example}>" "RCPT TO:<${to-gone@far.example}>" "RCPT TO:<other@far.example>" QUIT |
		env TCPREMOTEIP=192.0.2.7 "$@" smtp-recv -x "$l" -C "$C" sh -c 'cat >/dev/null' 2>err |
		tr -d '\r' | sed '1,/^250 LIMITS/d' | cut -c 1-70
}
is "RCPT" "$(session RELAYCLIENT=)" "250 2.1.0 sender ok
550 5.7.1 suppressed since 2026-09-21: unknown-user
250 2.1.5 recipient ok
221 2.0.0 goodbye"
echo 'from:@shop.example door:acme/orders' >>"$C/suppress"; conf-build "$C"
is "a stream that a rule tells" "$(to=angry@far.example from=a@shop.example session RELAYCLIENT= | sed -n 2p)" "550 5.7.1 suppressed since 2026-09-21: complaint"
is "of others it is not known" "$(to=angry@far.example session RELAYCLIENT= | sed -n 2p)" "250 2.1.5 recipient ok"
session RELAYCLIENT= >/dev/null
like "an event" "$(cols <err)" "ev:suppressed prog:smtp-recv from:a@acme.example to:gone@far.example reason:unknown-user since:$now where:rcpt$"
like "beside the refusal" "$(cols <err)" 'ev:rejected .*to:gone@far.example code:550 esc:5.7.1 text:suppressed since'
is "reports are sent" "$(from='' session RELAYCLIENT= | grep -c ' ok')" 3
echo far.example >"$C/local"; conf-build "$C"
is "mail from outside is taken" "$(session | grep -c ' ok')" 3
rm "$C/local" "$C/local.cdb"
mkdir broken; echo nonsense >broken/journal
is "unreadable" "$(l=$T/broken session RELAYCLIENT= | grep -c '^451 4.3.0')" 2
is "not there" "$(l=$T/none session RELAYCLIENT= | grep -c ' ok')" 3

# mail-fix: tenant and stream are known
fix() { # ENVELOPE LINE...
	printf '%s\n' 'origin inside' "$@" '' 'Subject: x' '' hi >content
	(printf %d: $(wc -c <content); cat content; printf ,) >parcel
	rm -rf parcels; mkdir parcels
	mail-fix -x "$l" -C "$C" python3 "$tools/fakeinject.py" parcels K <parcel 2>err
}
is "one of two is taken out" "$(fix 'from a@b.example' 'to tired@far.example' 'to bob@far.example' 'tenant acme' 'tag stream=news')" "9:Kfake0001,"
is "the other goes" "$(grep '^to ' parcels/1.env)" "to bob@far.example"
like "an event" "$(cols <err)" 'ev:suppressed prog:mail-fix from:a@b.example to:tired@far.example tenant:acme stream:news reason:unsubscribe .* where:receipt$'
is "nobody is left" "$(fix 'from a@b.example' 'to tired@far.example' 'tenant acme' 'tag stream=news')" "47:D5.7.1 suppressed since 2026-09-21: unsubscribe,"
is "another stream" "$(fix 'from a@b.example' 'to tired@far.example' 'tenant acme' 'tag stream=orders')" "9:Kfake0001,"
is "unreadable" "$(l=$T/broken fix 'from a@b.example' 'to x@far.example' | cut -c 1-10)" "55:Z4.3.0 "

# route
job() { printf 'id:m1\tn:0\tfrom:a@b.example\tto:%s\tsize:9\ttry:0\t%s\n' "$1" "$(echo "$2" | tr ' ' '\t')"; }
route_() { job "$@" | route -x "$l" "$C" sh -c 'cat >jobs' 2>err | cols; }
is "a job is answered" "$(route_ gone@far.example origin:inside)" "id:m1 n:0 status:bounced code:550 esc:5.7.1 class:policy domain:far.example suppressed:unknown-user failure:suppressed failure-type:hard text:suppressed since 2026-09-21: unknown-user"
like "an event" "$(cols <err)" 'ev:suppressed prog:route from:a@b.example to:gone@far.example reason:unknown-user .* where:route id:m1 n:0$'
like "without a report where a rule says so" "$(route_ tired@far.example 'origin:inside tenant:acme tag:stream=news')" 'suppressed:unsubscribe .* report:no text:'
echo 'to:@far.example host:[192.0.2.1]' >"$C/routes"
echo 'to:@old.example rewrite:@far.example' >>"$C/routes"
conf-build "$C"
is "mail from outside goes" "$(route_ gone@far.example tenant:acme)$(cut -f 4 jobs)" "to:gone@far.example"
is "other mail goes" "$(route_ tired@far.example 'origin:inside tenant:acme')$(cut -f 4 jobs)" "to:tired@far.example"
like "a rewritten address" "$(route_ gone@old.example origin:inside)" 'suppressed:unknown-user'
like "unreadable" "$(l=$T/broken route_ gone@far.example origin:inside)" 'status:deferred code:450 esc:4.3.5'

# send anyway
echo 'stream:orders reason:complaint send' >>"$C/suppress"
conf-build "$C"
is "a rule sends" "$(fix 'from a@b.example' 'to angry@far.example' 'tenant acme' 'tag stream=orders')" "9:Kfake0001,"
is "by route, too" "$(route_ angry@far.example 'origin:inside tenant:acme tag:stream=orders')$(cut -f 4 jobs)" "to:angry@far.example"

# what cannot be looked at is not empty
status "a folder that is not there" 111 suppress look nowhere joe@example.org
is "says which" "$(cat err)" "suppress: fatal: unable to read nowhere: No such file or directory"
mkdir none other
status "an empty one" 1 suppress look none joe@example.org
echo 'somebody else wrote this' >other/journal
for verb in look add remove; do
	status "$verb, a file of another program" 111 suppress $verb other joe@example.org
	is "says what to do" "$(cat err)" "suppress: fatal: other/journal does not begin as a journal: restore it, or move it away"
done
done_testing
