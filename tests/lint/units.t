#!/bin/sh
# Every library module has a unit test of its own, or a test that is named
# here; every program's test has what all of them have.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# Modules that are parts of another one, or need a whole program around them.
cat >"$T/covered" <<'X'
auth/dmarcaction       tests/cmd/mail-auth.t
base/plainwrite     tests/lib/base/plain.c
client/clientlink   tests/cmd/client-check.t
client/clientrun    tests/cmd/client-check.t
conf/rulesearch     tests/lib/conf/rules.c
dkim/dkimjudge      tests/lib/dkim/dkimverify.c
dkim/tags           tests/lib/dkim/sig.c
dkim/verifyrun      tests/cmd/dkim-verify.t
fix/match           tests/lib/fix/rules.c
mail/dateparse      tests/lib/mail/dateread.c
mime/mimevalue      tests/lib/mime/mimetype.c
mime/showtext       tests/lib/mime/mailshow.c
mime/showvalue      tests/lib/mime/mailshow.c
queue/ask           tests/chain/queue-tools.t
recv/rejection      tests/lib/recv/inbound.c
recv/rcpt           tests/cmd/smtp-recv.t
recv/transaction    tests/lib/recv/session.c
run/chain           tests/cmd/queue-run.t
run/control         tests/cmd/queue-ctl.t
run/controlrequest  tests/cmd/queue-ctl.t
run/controlscan     tests/cmd/queue-ctl.t
run/expire          tests/chain/lifetime.t
run/arrivals        tests/cmd/queue-run.t
run/fifo            tests/cmd/queue-run.t
run/scan            tests/cmd/queue-run.t
run/final           tests/cmd/queue-run.t
run/heads           tests/cmd/queue-run.t
run/lifetime        tests/chain/lifetime.t
run/load            tests/cmd/queue-run.t
run/ordered         tests/crash/ordered.t
run/settle          tests/cmd/queue-run.t
run/recover         tests/crash/journal.t
run/resultfile      tests/crash/journal.t
run/show            tests/lib/run/waitreason.c
run/bounces         tests/cmd/queue-run.t
run/cleaning        tests/cmd/queue-run.t
run/fold            tests/crash/segments.t
run/verify          tests/crash/checksum.t
send/answers        tests/lib/send/pool.c
send/conntxn        tests/lib/send/conn.c
send/gather         tests/lib/send/pool.c
send/write          tests/lib/send/conn.c
sign/dkimstage      tests/cmd/dkim-sign.t
sign/keycheck       tests/cmd/dkim-key.t
sign/sealnames      tests/lib/sign/arcseal.c
spf/answer          tests/lib/spf/spf.c
spf/spfname         tests/lib/spf/spf.c
spf/spfrecord       tests/lib/spf/spf.c
stage/stagefile     tests/cmd/filter.t
stage/stagelink     tests/lib/stage/stage.c
stage/standalone    tests/lib/stage/stage.c
throttle/limitflow  tests/lib/throttle/limiter.c
X
for f in lib/*/*.c; do
	m=${f#lib/} m=${m%.c}
	t=tests/lib/$m.c
	by=$(sed -n "s|^$m  *||p" "$T/covered")
	own=no
	[ ! -e "$t" ] || own=yes
	if [ -z "$by" ]; then
		is "$m has its $t" "$own" yes
	else
		is "$m has no $t, so stands in the list" "$own" no
		[ -e "$by" ]
		ok "$by for $m is there" $?
	fi
done
while read -r m _; do
	[ -e "lib/$m.c" ]
	ok "$m of the list is there" $?
done <"$T/covered"

# What the test of every program shows, or says in a comment why it cannot:
# "# no WHAT: REASON".
shows() {
	grep -qE "$3" "tests/cmd/$1.t" || grep -qE "^# no $2[^:]*: ." "tests/cmd/$1.t"
	ok "tests/cmd/$1.t: $2" $?
}
for f in cmd/*; do
	p=${f##*/} p=${p%.*}
	shows "$p" "bad usage" "(status .* 100 ([A-Z_]+=[^ ]* )*(sh -c )?['\"]?$p|^$p .*(is .* 100|100\$)|is .*\\$\\? 100)"
	shows "$p" /dev/full ">/dev/full|ln -s /dev/full"
	shows "$p" "closed descriptor" "([0-9]+ .*[<>]&-|[<>]&-.*(111|err|null)|fd>&-)"
done

# and what they do, tried here
for f in cmd/*.c; do
	p=${f##*/} p=${p%.c}
	perm=100 temp=111
	[ "$p" != sendmail ] || perm=64 temp=75
	status "$p: bad usage" $perm "$p" --no-such-option
	"$p" <&- >/dev/null 2>&1
	is "$p: descriptor 0 closed" $? $temp
	[ "$p" != sendmail ] || continue # silent as cron wants it
	"$p" >&- 2>/dev/null </dev/null
	is "$p: descriptor 1 closed" $? 111
	"$p" 2>&- >/dev/null </dev/null
	is "$p: descriptor 2 closed" $? 111
done
done_testing
