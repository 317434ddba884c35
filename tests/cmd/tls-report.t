#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
show() { python3 "$top/tests/tools/tlsreport.py" check "$@" 2>&1; }
day=2026-11-22T
# event TIME [LABEL:VALUE]...: a session with a host of example.com
event() {
	at=$1
	shift
	printf 'ts:%s%s\tev:tls\tprog:remote-send\tdomain:example.com\thost:mx1.example.com\tip:192.0.2.1\tfrom-ip:192.0.2.9' $day "$at"
	for e; do printf '\t%s' "$e"; done
	echo
}
several() {
	n=$1
	shift
	while [ "$n" -gt 0 ]; do
		event "$@"
		n=$((n - 1))
	done
}
{
	echo 'svlogd: a diagnostic'
	printf 'ts:%s01:02:03.4Z\tev:sent\tprog:queue-run\tid:x\n' $day
	several 3 01:02:03.456789Z result:ok tls:TLSv1.2,X tls-policy:may tls-cert:self-signed
	several 2 02:00:00Z result:starttls-not-supported tls-policy:may 'tls-text:STARTTLS is not offered'
	event 03:00:00Z result:ok tls-policy:dane 'tlsa:3 1 1 ABCD,2 0 1 EF01' mx-secure:1
	event 03:00:01Z result:ok tls-policy:dane 'tlsa:2 0 1 EF01,3 1 1 ABCD' mx-secure:1
	event 04:00:00Z result:tlsa-invalid tls-policy:dane 'tlsa:3 1 1 ABCD,2 0 1 EF01' tls-cert:tlsa
	event 05:00:00Z result:ok tls-policy:sts sts:enforce sts-id:20261101 tls-cert:pkix
	event 05:00:00Z result:certificate-expired tls-policy:sts sts:enforce sts-id:20261101 tls-cert:expired
	event 05:00:00Z result:ok tls-policy:sts sts:enforce sts-id:20261001 tls-cert:pkix
	event 05:00:00Z result:ok tls-policy:sts sts:enforce sts-id:gone tls-cert:pkix
	event 06:00:00Z result:validation-failure tls-policy:may 'tls-text:handshake: alert 40 "\x9b"\n'
	printf 'ts:%s07:00:00Z\tev:sts\tprog:sts-fetch\tdomain:example.com\tid:20261201\tresult:sts-policy-fetch-error\ttext:404\n' $day
	printf 'ts:%s07:00:00Z\tev:sts\tprog:sts-fetch\tdomain:example.com\tid:20261101\tresult:ok\n' $day
	event 08:00:00Z result:starttls-not-supported tls-from:tls-required-no
	event 09:00:00Z domain:other.example result:ok | sed 's/domain:example.com\t//'
	event 09:00:00Z domain:silent.example result:ok | sed 's/domain:example.com\t//'
} >log
mkdir sts out.d
printf 'domain:example.com\tid:20261101\tfetched:1\texpires:2\n\nversion: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmx:*.example.net\r\nmax_age: 86400\r\n' >sts/example.com
printf 'domain:example.com\tid:20261001\tfetched:1\texpires:2\n\nversion: STSv1\nmode: enforce\nmx: old.example.com\nmax_age: 86400\n' >'sts/example.com~'
by='-D out.d -o Me -m tls@me.example'
name='me.example!example.com!1795305600!1795391999'
# shellcheck disable=SC2086
status "of all domains" 0 tls-report -a -s sts $by log
is "a line for each" "$(cat out)" "$name.json.gz${tab}example.com${tab}8${tab}6
me.example!other.example!1795305600!1795391999.json.gz${tab}other.example${tab}1${tab}0
me.example!silent.example!1795305600!1795391999.json.gz${tab}silent.example${tab}1${tab}0"
is "says nothing" "$(cat err)" ""
is "these and no other files" "$(ls -A out.d)" "$(cut -f 1 out)"
is "what it says" "$(show "out.d/$name.json.gz")" "Me${tab}tls@me.example${tab}1795305600.1795391999.example.com@me.example${tab}1795305600${tab}1795391999
tlsa${tab}example.com${tab}2${tab}1${tab}2 0 1 EF01;3 1 1 ABCD${tab}-
tlsa-invalid${tab}192.0.2.9${tab}mx1.example.com${tab}192.0.2.1${tab}1${tab}-
sts${tab}example.com${tab}1${tab}0${tab}version: STSv1;mode: enforce;mx: old.example.com;max_age: 86400${tab}old.example.com
sts${tab}example.com${tab}1${tab}1${tab}version: STSv1;mode: enforce;mx: mx1.example.com;mx:*.example.net;max_age: 86400${tab}mx1.example.com;*.example.net
certificate-expired${tab}192.0.2.9${tab}mx1.example.com${tab}192.0.2.1${tab}1${tab}-
sts${tab}example.com${tab}0${tab}1${tab}-${tab}-
sts-policy-fetch-error${tab}-${tab}-${tab}-${tab}1${tab}404
sts${tab}example.com${tab}1${tab}0${tab}-${tab}-
no-policy-found${tab}example.com${tab}3${tab}3${tab}-${tab}-
starttls-not-supported${tab}192.0.2.9${tab}mx1.example.com${tab}192.0.2.1${tab}2${tab}STARTTLS is not offered
validation-failure${tab}192.0.2.9${tab}mx1.example.com${tab}192.0.2.1${tab}1${tab}$(printf 'handshake: alert 40 "\357\277\275"\n\n-' | sed '$d')"
cp "out.d/$name.json.gz" first.gz
again() { # NAME: what is in the file makes the same report
	# shellcheck disable=SC2086
	tls-report -a -s sts $by -d EXAMPLE.com <again >/dev/null
	cmp -s first.gz "out.d/$name.json.gz"; ok "$1" $?
}
rm out.d/*
cp log again
again "the same from descriptor 0"
tac log >again
again "the same in another order"
sed 's/^/2026-11-23T05:06:07.12345 /' log >again
again "the same with the logger's time in front"
rm out.d/*
# shellcheck disable=SC2086
{
	status "a period" 0 tls-report -a $by -b 1795318200 -e 1795318201 log
	is "both ends in it" "$(cut -f 2- out)" ""
	tls-report -a $by -b 1795316400 -e 1795316401 log | cut -f 2- >out
	is "two seconds" "$(cat out)" "example.com${tab}2${tab}0"
	is "are in the name" "$(ls out.d)" 'me.example!example.com!1795316400!1795316401.json.gz'
	rm out.d/*
	status "no events at all" 0 tls-report -a $by /dev/null
	is "nothing comes" "$(cat out err; ls -A out.d)" ""
	tls-report -a $by -i 7x -d other.example log >/dev/null
	is "several that report as one" "$(ls out.d)" 'me.example!other.example!1795305600!1795391999!7x.json.gz'
	is "the id is in the report, too" "$(show out.d/* | head -1 | cut -f 3)" 1795305600.1795391999.7x.other.example@me.example
	rm out.d/*
}
# what cannot be used is told, and harms nothing
{
	event 01:00:00Z result:bad; event 01:00:00Z
	event 01:00:00Z result:certificate-expired ip:x | sed 's/\tip:192.0.2.1//'
	head -c 70000 /dev/zero | tr '\0' x; echo
	event 01:00:00Z result:ok; printf 'ts:cut short\tev:tls\tpro'
} >log2
# shellcheck disable=SC2086
status "odd events" 0 tls-report -a $by log2
is "are counted" "$(cat err)" "tls-report: warning: 3 events lack what a report needs"
is "the others are reported" "$(cut -f 2- out)" "example.com${tab}1${tab}0"
long=$(printf '%063d.%063d.%063d.%030d.example' 1 1 1 1)
printf 'ts:%s01:00:00Z\tev:tls\tdomain:%s\tresult:ok\n' $day "$long" >log3
event 01:00:00Z result:ok >>log3
# shellcheck disable=SC2086
status "a domain that no file can be named after" 0 tls-report -a $by log3
like "is told" "$(cat err)" "^tls-report: warning: $long: the name is too long"
is "and the others come" "$(cut -f 2- out)" "example.com${tab}1${tab}0"
rm out.d/*

# to those who ask for it
cat >zone.json <<X
{"_smtp._tls.example.com": {"TXT": "v=TLSRPTv1; rua=mailto:%74ls@example.com,https://r.example/v1?a=b , mailto:two@x.example,https://s.example/"},
 "_smtp._tls.other.example": {"TXT": "v=TLSRPTv1; rua=mailto:"},
 "_smtp._tls.broken.example": {"TXT": "v=TLSRPTv1; rua"},
 "_smtp._tls.lost.example": "SERVFAIL"}
X
fake_dns zone.json
for d in broken lost; do event 09:00:00Z domain:$d.example result:ok | sed 's/domain:example.com\t//'; done >>log
# shellcheck disable=SC2086
status "the DNS does not answer for one" 111 tls-report -s sts $by -r "$dns" -t 1795400000 log
is "is told, and a record that is none" "$(cat err)" "tls-report: info: broken.example: malformed record: a field without =
tls-report: warning: lost.example: no answer from the DNS"
is "three for one domain" "$(cat out)" "$name.eml${tab}example.com${tab}8${tab}6
$name.json.gz${tab}example.com${tab}8${tab}6
$name.2.json.gz${tab}example.com${tab}8${tab}6"
is "the files" "$(ls -A out.d)" "$(printf '%s\n' "$name.2.json.gz" "$name.2.json.gz.url" "$name.eml" "$name.json.gz" "$name.json.gz.url" | LC_ALL=C sort)"
is "where they go" "$(cat "out.d/$name.json.gz.url" "out.d/$name.2.json.gz.url")" "https://r.example/v1?a=b
https://s.example/"
cmp -s first.gz "out.d/$name.json.gz" && cmp -s first.gz "out.d/$name.2.json.gz"; ok "what they are" $?
mkdir conf
echo "$dns" >conf/resolver
# shellcheck disable=SC2086
tls-report -C conf -D out.d -o Me -m tls@me.example -t 1795400000 -d example.com -s sts log >out 2>err
is "name servers of a configuration" "$(wc -l <out) $(cat err)" "3 "
mail="From: tls@me.example
To: tls@example.com, two@x.example
Subject: Report Domain: example.com Submitter: me.example Report-ID: <1795305600.1795391999.example.com@me.example>
Date: Mon, 23 Nov 2026 02:13:20 +0000
Message-ID: <1795305600.1795391999.example.com@me.example>
Auto-Submitted: auto-generated
MIME-Version: 1.0
TLS-Report-Domain: example.com
TLS-Report-Submitter: me.example
TLS-Required: No
multipart/report tlsrpt
text/plain None None
application/tlsrpt+gzip $name.json.gz attachment"
is "the message" "$(python3 "$top/tests/tools/tlsreport.py" mail "out.d/$name.eml")" "$mail
longest line True CR False end True"
cmp -s part.gz first.gz; ok "the report is in it" $?
mkdir -p in DIR/conf DIR/sock
echo me.example >DIR/conf/me
ROHRPOST_DIR=$T/DIR ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in K" sendmail -t -f tls@me.example <"out.d/$name.eml"
is "sendmail takes it" "$? $(grep '^to ' in/1.env | tr '\n' ' ')" "0 to tls@example.com to two@x.example "
is "and changes nothing that matters" "$(python3 "$top/tests/tools/tlsreport.py" mail in/1.msg | sed 14d; cmp part.gz first.gz)" "$mail"

# what others tell: what we wrote comes back
read_it() { status "$1" 0 tls-report -R <"$2"; }
# told: the events without their times, and what they have in common
told() { sed 's/^ts:[^\t]*\tev:tls-report\tprog:tls-report\torg:Me\treport-id:1795305600.1795391999.example.com@me.example\tdomain:example.com\t//' err; }
want="begin:1795305600${tab}end:1795391999${tab}policy-type:tlsa${tab}good:2${tab}bad:1
result:tlsa-invalid${tab}host:mx1.example.com${tab}ip:192.0.2.1${tab}from-ip:192.0.2.9${tab}count:1
begin:1795305600${tab}end:1795391999${tab}policy-type:sts${tab}good:1${tab}bad:0
begin:1795305600${tab}end:1795391999${tab}policy-type:sts${tab}good:1${tab}bad:1
result:certificate-expired${tab}host:mx1.example.com${tab}ip:192.0.2.1${tab}from-ip:192.0.2.9${tab}count:1
begin:1795305600${tab}end:1795391999${tab}policy-type:sts${tab}good:0${tab}bad:1
result:sts-policy-fetch-error${tab}count:1${tab}reason:404
begin:1795305600${tab}end:1795391999${tab}policy-type:sts${tab}good:1${tab}bad:0
begin:1795305600${tab}end:1795391999${tab}policy-type:no-policy-found${tab}good:3${tab}bad:3
result:starttls-not-supported${tab}host:mx1.example.com${tab}ip:192.0.2.1${tab}from-ip:192.0.2.9${tab}count:2${tab}reason:STARTTLS is not offered
result:validation-failure${tab}host:mx1.example.com${tab}ip:192.0.2.1${tab}from-ip:192.0.2.9${tab}count:1${tab}reason:handshake: alert 40 \"$(printf '\357\277\275')\"\\n"
read_it "our own message" "out.d/$name.eml"
is "comes back" "$(told)" "$want"
read_it "as sendmail has it" in/1.msg
is "the same" "$(told)" "$want"
read_it "the file alone" first.gz
is "the same" "$(told)" "$want"
gzip -dc first.gz >plain.json
read_it "not compressed" plain.json
is "the same" "$(told)" "$want"
for t in application/tlsrpt+json application/gzip application/octet-stream; do
	python3 "$top/tests/tools/tlsreport.py" pack first.gz $t >m
	read_it "$t" m
	is "the same" "$(told)" "$want"
done
not() { # NAME FILE WHY
	read_it "$1" "$2"
	is "is told" "$(cat err)" "tls-report: warning: not a TLS report: $3"
	is "and that is all" "$(cat out)" ""
}
: >empty
not "nothing" empty "no part that could be one"
printf 'Subject: hello\n\nhello\n' >m
not "people's mail" m "no part that could be one"
echo '{"policies":{}}' >m
not "JSON that is none" m "no array of policies"
head -c 200 first.gz >m
not "cut gzip" m "damaged gzip"
head -c 16777216 /dev/zero | tr '\0' ' ' | gzip -9 >m
read_it "16 MiB of blanks" m
like "are no JSON" "$(cat err)" "not a TLS report: line 1: "
head -c 16777217 /dev/zero | tr '\0' ' ' | gzip -9 >m
not "a byte more" m "more than 16777216 bytes when unpacked"
head -c 3000000000 /dev/zero 2>/dev/null | head -c 300000000 | gzip -1 >m
not "a bomb" m "more than 16777216 bytes when unpacked"
head -c 10485760 /dev/zero | tr '\0' ' ' >m
not "10 MiB" m "no part that could be one"
printf ' ' >>m
not "a byte more" m "more than 10485760 bytes"
printf '{"policies":[{"policy":{"policy-type":"sts","policy-domain":"d"},"summary":{"total-successful-session-count":1,"total-failure-session-count":1001},"failure-details":[%s]}]}' \
	"$(yes '{"result-type":"x","failed-session-count":1},' | head -1000 | tr -d '\n')"'{"result-type":"x","failed-session-count":1}' >m
read_it "1001 failures" m
is "999 of them are told, and the policy" "$(grep -c ev:tls-report err) $(tail -1 err)" "1000 tls-report: warning: 2 failures more are not told"
printf '{"organization-name":"\\u001b[2J\\n\\u009b%s","policies":[{"policy":{"policy-type":"sts","policy-domain":"d\\tev:x"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0}}]}' \
	"$(head -c 300 /dev/zero | tr '\0' o)" >m
read_it "strangers' bytes" m
is "reach the log escaped and cut" "$(sed 's/^ts:[^\t]*//' err)" "${tab}ev:tls-report${tab}prog:tls-report${tab}org:\\x1b[2J\\n\\xc2\\x9b$(head -c 193 /dev/zero | tr '\0' o)${tab}domain:d\\tev:x${tab}policy-type:sts${tab}good:1${tab}bad:0"
tls-report -R </dev/null 2>/dev/full; ok "a log that is full" $?
# for want of memory it is no less a report
if ! grep -q __asan_init "$(command -v tls-report)"; then
	printf '{"policies":[],"new":[%s{}]}' "$(yes '{},' | head -400000 | tr -d '\n')" >m
	read_it "some hundred thousand values" m
	is "are a report of nothing" "$(cat err)" ""
	(ulimit -d 60000; tls-report -R <m >out 2>err)
	is "no memory for them: again later" "$? $(cat err)" "111 tls-report: fatal: out of memory"
else
	for n in 1 2 3; do skip "a sanitizer wants more memory, $n"; done
fi
mkdir nogzip
PATH=$(dirname "$(command -v tls-report)") tls-report -R <first.gz >out 2>err
is "no gzip: again later" "$? $(cat err)" "111 tls-report: fatal: unable to run gzip: No such file or directory"

# shellcheck disable=SC2086
{
	status "no folder" 100 tls-report -o Me -m tls@me.example log
	status "no organization" 100 tls-report -D out.d -m a@b.example log
	status "no contact" 100 tls-report -D out.d -o Me log
	status "a contact that is none" 100 tls-report -D out.d -o Me -m nobody log
	status "bad time" 100 tls-report $by -b x log
	status "the end before the begin" 100 tls-report $by -b 2 -e 1 log
	status "bad id" 100 tls-report $by -i ../x log
	status "bad server" 100 tls-report $by -r x log
	status "bad option" 100 tls-report -X
	status "-R and more" 100 tls-report -R log
	status "-R with others" 100 tls-report -R $by
	status "no such file" 111 tls-report $by no-such-file
	status "no such folder" 111 tls-report -a -D no-such-folder -o Me -m a@b.example log
	tls-report -a $by log >/dev/full 2>err
	is "/dev/full" $? 111
	tls-report -a $by <&- >out 2>err
	is "0 closed" $? 111
	tls-report -a $by log >&- 2>err
	is "1 closed" $? 111
}
# root in the folder of another user, who has put a link there
if [ "$(id -u)" = 0 ]; then
	chmod 711 "$T"
	mkdir his
	echo secret >ours
	ln -s ../ours "his/$name.json.gz"
	chown -h nobody his his/me*
	status "a link is not gone through" 0 tls-report -a -D his -o Me -m tls@me.example -d example.com log
	is "what is behind it stays" "$(cat ours)" secret
	is "what is made is his" "$(stat -c '%U %F' his/me*)" "nobody regular file"
else
	for n in 1 2 3; do skip "not root $n"; done
fi
# the DNS is asked for many domains at once: one after the other, names that are
# not answered would keep the second waiting for as long as -w says
rm -rf out.d/* dns.log
python3 - <<X
import json
json.dump({"_smtp._tls.d%02d.example" % i: "TIMEOUT" for i in range(100)}, open("zone.json", "w"))
X
fake_dns zone.json
i=0; while [ $i -lt 100 ]; do
	event 09:00:00Z "domain:d$(printf %02d $i).example" result:ok | sed 's/domain:example.com\t//'
	i=$((i + 1))
done >log4
asked() { [ "$(sed -n 's/^_smtp._tls.\(d[0-9]*\).*/\1/p' dns.log | sort -u | wc -l)" -ge "$1" ]; }
# shellcheck disable=SC2086
bg tls-report $by -r "$dns" -w 600 log4 2>/dev/null
wait_for 60 asked 64; ok "64 domains are asked for at once" $?
asked 65; is "and no more" $? 1
kill "$bg_pid"
python3 - <<X
import json
json.dump({"_smtp._tls.d%02d.example" % i: {"TXT": "v=TLSRPTv1; rua=mailto:a@d%02d.example" % i} for i in range(100)}, open("zone.json", "w"))
X
fake_dns zone.json
# shellcheck disable=SC2086
status "they answer" 0 tls-report $by -r "$dns" log4
is "all have their reports, in order" "$(cut -f 2 out | tr '\n' ' ')" "$(i=0; while [ $i -lt 100 ]; do printf 'd%02d.example ' $i; i=$((i + 1)); done)"
done_testing
