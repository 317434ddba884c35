#!/bin/sh
# What remote-send says of its sessions is what a report about TLS needs: from
# the sessions to the report that the other site reads; and an instance of init,
# which does all of that by itself.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
tools=$top/tests/tools
cd "$T" || exit 1
tab=$(printf '\t')
printf 'Subject: x\n\nhello\n' >msg
printf '%s\n' 'ca ca=1' 'mx issuer=ca names=mx.y.example' | python3 "$tools/pki.py" .
# mx NAME [OPTION...]: a server; its port in $port
mx() {
	mkdir "$1"
	d=$1
	shift
	bg python3 "$tools/fakemx.py" "$@" "$d"
	wait_for 20 [ -e "$d/port" ]
	port=$(cat "$d/port")
}
mx secure --tls mx.pem
secure=$port
mx clear
port_clear=$port
# job ID HOST PORT LABEL:VALUE...
job() {
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tdomain:y.example\tsize:17\tfile:%s/msg\tmx:%s/%s/127.0.0.1' "$1" "$1" "$T" "$2" "$3"
	shift 3
	for l; do printf '\t%s' "$l"; done
	echo
}
# each by itself, so that each has a session of its own
: >log
while read -r id host at labels; do
	# shellcheck disable=SC2086
	job "$id" "$host" "$at" $labels >jobs
	remote-send -a ca.crt -e 10 <jobs >out 2>err
	sed 's/^/2026-11-23T05:06:07.12345 /' err >>log
done <<X
may mx.y.example $secure tls:may
dane mx.y.example $secure tls:dane tlsa:mx.y.example==3.1.1.$(printf '%064d' 0)
sts mx.y.example $secure tls:sts sts:enforce sts-id:7
name other.y.example $secure tls:sts sts:enforce sts-id:7
test MX.y.example $secure tls:may sts:testing sts-id:8 sts-bad:mx2.y.example
bad MX.y.example $secure tls:may sts:testing sts-id:8 sts-bad:mx2.y.example
list mx2.y.example $secure tls:may sts:testing sts-id:8 sts-bad:MX2.Y.example
clear mx.y.example $port tls:may
must mx.y.example $port tls:must
X
mkdir out.d
status "a report" 0 tls-report -a -D out.d -o Me -m tls@x.example log
is "says nothing else" "$(cat err)" ""
is "what it says" "$(python3 "$tools/tlsreport.py" check out.d/*.gz 2>&1 | sed 1d | cut -f 1-5)" "tlsa${tab}y.example${tab}0${tab}1${tab}3 1 1 $(printf '%064d' 0)
tlsa-invalid${tab}127.0.0.1${tab}mx.y.example${tab}127.0.0.1${tab}1
sts${tab}y.example${tab}1${tab}1${tab}-
certificate-host-mismatch${tab}127.0.0.1${tab}other.y.example${tab}127.0.0.1${tab}1
sts${tab}y.example${tab}2${tab}1${tab}-
validation-failure${tab}127.0.0.1${tab}mx2.y.example${tab}127.0.0.1${tab}1
no-policy-found${tab}y.example${tab}1${tab}2${tab}-
starttls-not-supported${tab}127.0.0.1${tab}mx.y.example${tab}127.0.0.1${tab}2"
status "the other site reads it" 0 tls-report -R <"$(echo out.d/*.gz)"
is "as events" "$(tr '\t' '\n' <err | grep -cE '^(result|policy-type):')" 8

need_runit
chmod 755 "$T"
users=
[ "$(id -u)" != 0 ] || users=--users
printf '%s\n' 'root ca=1' 'web issuer=root names=r.test' | python3 "$tools/pki.py" pki
chmod -R a+rX pki
printf '{"r.test": {"cert": "%s", "status": 200}}\n' "$T/pki/web.pem" >hosts
bg python3 "$tools/httpsserver.py" https.port hosts https.log
wait_for 20 test -s https.port
later=$(free_port)
cat >zone.json <<X
{"_smtp._tls.y.example": {"TXT": "v=TLSRPTv1; rua=mailto:tls@y.example,https://r.test:$(cat https.port)/y"},
 "_smtp._tls.z.example": {"TXT": "v=TLSRPTv1; rua=https://r.test:$later/z"},
 "r.test": {"A": "127.0.0.1"}}
X
fake_dns zone.json
# shellcheck disable=SC2086
new_instance site $users --local x.example --sign x.example --tls-report tls@x.example || exit 1
printf '%s\nvalidate no\n' "$dns" >"$I/conf/resolver"
printf 'to:@y.example host:[127.0.0.1]:%s\nto:@z.example host:[127.0.0.1]:%s\n' "$secure" "$port_clear" >"$I/conf/routes"
conf-build "$I/conf" >/dev/null 2>&1
run=$I/service/tlsrpt/run
sed -i "s|'https-post |&-a $T/pki/root.crt -i 127.0.0.1 |" "$run"
start_instance; ok "an instance is up" $?
status "status" 0 rohrpost status "$I"
wait_for 10 [ -e "$I/reports/tls/done" ]; ok "yesterday is done with" $?
tonight=$((($(date +%s) / 86400 + 1) * 86400))
for d in y z; do ROHRPOST_DIR=$I sendmail -f a@x.example "u@$d.example" <msg; done
sessions() { [ "$(cat "$I"/log/*/current | grep -c 'ev:tls')" -ge 2 ]; }
wait_for 30 sessions; ok "it sends" $?
sv -w 7 down "$I/service/tlsrpt" >/dev/null; ok "the service ends" $?
# what the service would do tomorrow, as whom it does
tomorrow() { sed "s|report-daily |&-t $((tonight + 60)) |" "$run" >once && sh ./once; }
before=$(find secure -name 'msg.*' | wc -l)
status "the next day" 111 tomorrow
is "one site does not answer" "$(grep '^report-daily' out | sed 's/!.*!/ /' | sort)" "report-daily: info: x.example $((tonight - 1)).eml: handed over
report-daily: info: x.example $((tonight - 1)).json.gz.url: handed over
report-daily: warning: x.example $((tonight - 1)).json.gz.url: not taken; tried again"
like "and why" "$(cat out)" "^https-post: warning: https://r.test:$later/z: "
is "its report stays" "$(ls "$I/reports/tls" | grep -c 'z.example')" 2
is "another has come by HTTPS" "$(cut -d ' ' -f 1-4 https.log)" "r.test POST /y application/tlsrpt+gzip"
arrived() { [ "$(find secure -name 'msg.*' | wc -l)" -gt "$before" ]; }
wait_for 30 arrived; ok "and by mail" $?
report=$(grep -l '^Subject: Report Domain: y.example' secure/msg.*)
like "signed" "$(cat "$report")" '^DKIM-Signature: '
status "it is read there" 0 tls-report -R <"$report"
like "and says what was" "$(cat err)" "org:x.example.*domain:y.example.*policy-type:no-policy-found	good:1	bad:0"
bg python3 "$tools/httpsserver.py" later.port hosts later.log "$later"
wait_for 20 test -s later.port
status "when the site is back" 0 tomorrow
is "it has the report" "$(cut -d ' ' -f 1-4 later.log)" "r.test POST /z application/tlsrpt+gzip"
is "nothing is left" "$(find "$I/reports/tls" -name '*.*')" ""

# what is wrong shows
cp "$run" good.run
sed -i 's/-m tls@/-m @/' "$run"
sv up "$I/service/tlsrpt" >/dev/null
wrong() { rohrpost status "$I" >out 2>&1; grep -q "$1" out; }
wait_for 20 wrong '^  tlsrpt: dies.*tls-report: fatal: bad -m @x.example'; ok "a contact that is none" $?
cat good.run >"$run"
chmod 500 "$I/reports/tls"
[ -z "$users" ] || {
	wait_for 20 wrong "^  $I/reports/tls: who has .* may not write there"; ok "a folder that is closed" $?
	wait_for 20 wrong '^  tlsrpt: dies.*unable to write in'; ok "is said by the service, too" $?
}
chmod 700 "$I/reports/tls"
status "restart" 0 rohrpost restart "$I" tlsrpt
stop_instance
is "no process is left" "$(pgrep -f "$I/" | wc -l)" 0
done_testing
