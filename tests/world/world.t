#!/bin/sh
# rohrpost world: made, started, asked, stopped.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
status "no folder" 100 rohrpost world
status "no such command" 100 rohrpost world "$T/w" dance
status "a clock of 0" 100 rohrpost world "$T/w" --clock 0
status "a clock of 1001" 100 rohrpost world "$T/w" --clock 1001
status "a later time than none" 100 rohrpost world "$T/w" --later 60
status "no such option" 100 rohrpost world "$T/w" --what
status "verdict of nothing" 111 world verdict
status "mail to nobody there" 111 world mail joe@good.auto.test
is "nothing was made by all that" "$(find "$T" -name world | wc -l | tr -d " ")" 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/mx.key" -out "$T/mx.crt" -days 30 \
	-subj /CN=mx.example -addext subjectAltName=DNS:mx.example 2>/dev/null
rohrpost init "$T/mine" --cert "$T/mx.crt" --key "$T/mx.key" >/dev/null
status "an instance of somebody's own" 100 rohrpost world "$T/mine"
like "says what to do" "$(cat "$T/err")" "wants another folder, and takes its configuration by --conf $T/mine/conf"
mkdir "$T/empty"
status "without its tools" 111 env PATH="$T/empty" "$(python3 -c 'import sys; print(sys.executable)')" \
	"$top/tests/world/world.py" "$T/w"
like "says which package" "$(cat "$T/err")" "fatal: the world needs .* \(apt-get install .*\)"

printf 'good\nnobody rcpt=*:550_5.1.1_nobody\nsix ip=6\n' >"$T/receivers"
sed 's/^default.*/default source=198.19.7.7,fd18::19:7/' "$T/mine/conf/pools" >"$T/mine/conf/pools.new"
mv "$T/mine/conf/pools.new" "$T/mine/conf/pools"
t0=$(date +%s)
start_world --clock 20 --receivers "$T/receivers" --conf "$T/mine/conf"; ok "the world can be made" $?
echo "# $(($(date +%s) - t0)) s"
status "list" 0 world list
is "says who is there" "$(tr -s ' ' <"$T/out")" "good 198.18.1.1 good.auto.test
nobody 198.18.1.2 rcpt=*:550_5.1.1_nobody nobody.auto.test
six fd18::1:3 ip=6 six.auto.test"
status "up twice" 100 world
status "a command in it" 7 world run sh -c 'exit 7'
is "sees its network alone" "$(world run ip -o link | wc -l | tr -d ' ')" 1
is "and its name server" "$(world run cat /etc/resolv.conf)" "nameserver 198.18.0.1"
(cd "$T/empty" && is "where it was called" "$(world run pwd)" "$T/empty")
tap_n=$((tap_n + 1))
status "no such command" 111 world run no-such-command
cat >"$T/dns.py" <<'X'
# asks 198.18.0.1 with DO: the answer's code, and whether it is secure
import socket, sys
def ask(name, kind):
    q = b"\0\1\1\0\0\1\0\0\0\0\0\1" + b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\0"
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(10)
    s.sendto(q + bytes([0, kind, 0, 1]) + b"\0\0\x29\4\xd0\0\0\x80\0\0\0", ("198.18.0.1", 53))
    a = s.recv(4096)
    return "%s %d %s" % (name, a[3] & 15, "secure" if a[3] & 32 else "insecure")
for name in "good.dane.test", "no.such.test", "plain.test":
    print(ask(name, 15))
X
is "the DNS is signed, but for what is below plain.test" "$(world run python3 "$T/dns.py")" \
	"good.dane.test 0 secure
no.such.test 3 secure
plain.test 0 insecure"

for bad in '-n 0' '-n -1' '-s -1' '-r -1' '-r nan'; do
	# shellcheck disable=SC2086
	status "mail $bad" 100 world mail $bad joe@good.auto.test
done
status "mail" 0 world mail -n 3 -s 2000 joe@good.auto.test jim@nobody.may.test
status "to where nothing leads" 0 world mail joe@no.such.test
status "wait" 0 world wait 30
verdict "the verdict"
like "says what came" "$(cat "$T/verdict")" '^good +ok +3 came of 3, 0 twice \(0 announced\), 0 missing; .* from 198.19.7.7;'
like "and what did not" "$(cat "$T/verdict")" '^nobody +ok +0 came of 3'
status "at IPv6" 0 world mail joe@six.auto.test
status "wait" 0 world wait 30
verdict "it comes there, too" -l six
like "and from there" "$(cat "$T/verdict")" ' 1 connections, 1 at once, from fd18::19:7; .* most 1/connection 1/1s '
like "when, how and whose" "$(cat "$T/verdict")" \
	'^#?    [0-9:]{8}\.[0-9]{3}  connection 1 from fd18::19:7  TLSv1.2,[A-Z0-9-]+,for mx.six.auto.test  <.*> for joe@six.auto.test: 250 2.0.0 taken$'
status "with REQUIRETLS" 0 world mail -R joe@good.rtls.test
status "TLS-Required: No" 0 world mail -O joe@good.must.test
status "in UTF-8" 0 world mail -u -f jürgen@here.test ärger@good.auto.test
status "wait for these" 0 world wait 30
verdict "all of it comes, as it was asked"
is "of one with REQUIRETLS" "$(grep -c "to:joe@good.rtls.test	.*requiretls:1" "$T/w/world/log/good")" 1
is "of one that may go without TLS" "$(python3 -B "$top/tests/world/said.py" "$T/w" tls-from | grep must)" \
	"joe@good.must.test: sent tls-required-no"
is "of one in UTF-8" "$(grep -c "from:jürgen@here.test	to:ärger@good.auto.test	.*utf8:1" "$T/w/world/log/good")" 1

status "no record" 100 world dns good.auto.test
status "a name elsewhere" 100 world dns good.example A 198.18.1.1
status "no such record" 100 world dns good.auto.test A nonsense
status "nor without signatures" 100 world dns here.plain.test A nonsense
status "one that is signed, and may not stand there" 100 world dns good.auto.test CNAME good.may.test.
is "none of it stands in a zone" "$(cd "$T/w/world/dns" && grep -l "nonsense\|good\.auto\.test\..*CNAME" plain.test test.signed)" ""
tlsa=_25._tcp.mx.good.auto.test
status "a record is changed" 0 world dns $tlsa TLSA "3 1 1 $(printf %064d 0)"
status "mail" 0 world mail joe@good.auto.test
first() { python3 -B "$top/tests/world/said.py" "$T/w" esc tls-policy | tail -n 1 >"$T/said"; grep -q "$1" "$T/said"; }
wait_for 30 first joe@good.auto.test
is "waits" "$(cat "$T/said")" "joe@good.auto.test: deferred 4.7.5 dane"
status "there is no MX" 0 world dns good.may.test MX -
status "mail" 0 world mail joe@good.may.test
wait_for 30 first joe@good.may.test
like "is deferred" "$(cat "$T/said")" 'joe@good.may.test: (deferred|bounced)'
status "as it should be" 0 world dns $tlsa TLSA
status "and the other" 0 world dns good.may.test MX
status "what has waited" 0 world wait 90
verdict "arrives"
status "of one" 0 world verdict good
is "is of that one" "$(wc -l <"$T/out" | tr -d ' ')" 1
status "of one that is not there" 100 world verdict nil
is "the log lives by that clock" "$(world run env | grep -c '^ROHRPOST_CLOCK=[0-9]*:[0-9]*:20$')" 1
printf 't:1\tc:9\twhat:msg\tid:<x>\tsum:0\tsize:1\tfrom:a@b\tto:c@d\tvia:DATA\tutf8:0\treply:250 x\n' >>"$T/w/world/log/good"
status "a message that nobody has sent" 1 world verdict
like "is said" "$(cat "$T/out")" "^good +BAD "
sed -i '$d' "$T/w/world/log/good"
stop_world; is "it stops" $? 0
status "and does not run" 111 world run true
status "but has its verdict" 0 world verdict
: >"$T/world.out"
status "with another clock" 100 world --clock 30
start_world; ok "it comes up again" $?
status "mail, again" 0 world mail joe@good.auto.test
status "wait for it" 0 world wait 30
verdict "the verdict is about both times" good
like "and counts both" "$(cat "$T/verdict")" '8 came of 9, '
is "connections are numbered on" "$(sed -n 's/.*	c:\([0-9]*\)	what:open.*/\1/p' "$T/w/world/log/good" | sort | uniq -d)" ""
kill -KILL "$world_pid"; wait "$world_pid" 2>/dev/null
gone() { ! pgrep -f "$T/w" >/dev/null; }
wait_for 40 gone; ok "killed, it leaves nothing that runs" $?
done_testing
