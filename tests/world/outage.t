#!/bin/sh
# What is not there for a while: name servers, the web server, receivers.  Mail
# that needs none of it flows on, nothing goes less protected than before, and
# in the end all of it arrives, once.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
cat >"$T/receivers" <<'X'
good
late
mute
strict   starttls=no
unknown  tlsa=none
one
two
three
four
five
X
mkdir "$T/conf"
echo 'to:@.fixed.test host:198.18.1.1' >"$T/conf/routes"
echo 'intervals=5m,10m,30m lifetime=5d warn=1d' >"$T/conf/retry"
start_world --clock 30 --receivers "$T/receivers" --conf "$T/conf"; ok "the world can be made" $?
# what the log says last of each message, the last COUNT of them
said() {
	python3 -B "$top/tests/world/said.py" -l "$T/w" class tls-policy | tail -n "$1"
}
# mail_is NAME ADDRESS-AND-OUTCOME...: one message to each, and its outcome soon
mail_is() {
	name=$1
	shift
	n=$#
	printf '%s\n' "$@" | sort >"$T/want"
	# shellcheck disable=SC2046
	status "$name: mail" 0 world mail $(sed 's/:.*//' "$T/want")
	as_wanted() { said "$n" | sort >"$T/said"; cmp -s "$T/said" "$T/want"; }
	wait_for 60 as_wanted
	is "$name" "$(cat "$T/said")" "$(cat "$T/want")"
}
# policies become known: a first message may go before that
status "mail under MTA-STS" 0 world mail joe@good.sts.test joe@strict.sts.test
wait_for 60 test -s "$T/w/sts/good.sts.test" -a -s "$T/w/sts/strict.sts.test"; ok "its policies become known" $?
# and route asks for what it did not hear
strict_deferred() {
	world mail joe@strict.sts.test
	python3 -B "$top/tests/world/said.py" "$T/w" tls-policy | grep -q '^joe@strict.sts.test: deferred sts'
}
wait_for 60 strict_deferred; ok "and hold" $?
clear=$(grep -c 'what:msg' "$T/w/world/log/strict")
local="sender@here.test: sent"
fixed="joe@x.fixed.test: sent may"
mail_is "all is well" "$local" "$fixed" "joe@good.auto.test: sent dane" "joe@good.sts.test: sent sts" \
	"joe@strict.sts.test: deferred tls sts"

status "no receiver of that name" 100 world down nobody
status "who forges" 100 world forge good
status "down, and what" 100 world down
status "two receivers are not there" 0 world down late
status "or do not answer" 0 world hang mute
t0=$(date +%s)
is "one is gone" "$(world run python3 -c 'import socket
for a in "198.18.1.2", "198.18.1.3":
    s = socket.create_connection((a, 25), 1)
    s.settimeout(0.5)
    print(s.recv(3))' 2>&1 | tail -n 1)" "ConnectionRefusedError: [Errno 111] Connection refused"
status "mail for them" 0 world mail -n 5 joe@late.auto.test joe@mute.auto.test joe@late.may.test
mail_is "others have theirs" "$local" "$fixed" "joe@good.may.test: sent may" "joe@good.auto.test: sent dane"

# a policy that is known holds, and one that cannot be known holds up nobody
for how in down hang; do
	status "the web server: $how" 0 world "$how" web
	mail_is "web server: $how" "$local" "$fixed" "joe@good.dane.test: sent dane" \
		"joe@good.sts.test: sent sts" "joe@strict.sts.test: deferred tls sts"
	if [ "$how" = down ]; then u=sts; else u=auto; fi
	mail_is "of whom nothing is known" "joe@unknown.$u.test: sent may"
	status "it is back" 0 world up web
done

# outage WORDS PART HOW RECEIVER: mail that the DNS must say the way of waits;
# nobody has asked for that one before
outage() {
	status "$1" 0 world "$3" "$2"
	mail_is "$2: $3" "$local" "$fixed" "joe@$4.must.test: deferred dns" \
		"joe@$4.verify.test: deferred dns" "joe@$4.dane.test: deferred dns" "joe@$4.sts.test: deferred dns"
	status "it is back" 0 world up "$2"
	all_sent() { [ "$(python3 -B "$top/tests/world/said.py" -l "$T/w" | grep -v '@strict\|@late\|@mute' | grep -cv ': sent')" -eq 0 ]; }
	wait_for 120 all_sent; ok "and all of it is sent" $?
}
outage "no resolver" resolver down one
outage "one that does not answer" resolver hang two
outage "name servers that are gone" nameserver down three
outage "and that do not answer" nameserver hang four
outage "answers that were forged" nameserver forge five

echo "# $(($(date +%s) - t0)) s"
an_hour() { [ $((($(date +%s) - t0) * 30)) -ge 3600 ]; }
wait_for 130 an_hour
status "an hour later they are back" 0 world up
back() { [ "$(python3 -B "$top/tests/world/said.py" -l "$T/w" | grep '@late\|@mute' | grep -c ': sent')" -eq 15 ]; }
wait_for 180 back; ok "and have their mail" $?
verdict "the verdict: once"
is "what must not go in clear did not" "$(grep -c 'what:msg' "$T/w/world/log/strict")" "$clear"
stop_world; is "it stops" $? 0
done_testing
