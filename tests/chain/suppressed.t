#!/bin/sh
# A bounce is heard of by way of the log, and the next message is refused: within
# two seconds, by the receipt and, for what waits in the queue, by route
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
command -v svlogd >/dev/null || { echo "1..0 # SKIP svlogd is missing"; exit 0; }
cd "$T" || exit 1
C=$T/conf
mkdir conf lists log log/deliver-final receipts
echo mail.example.org >conf/me
cp "$top/conf-examples/suppress" conf/suppress
echo 'to:@far.example host:[192.0.2.1]' >conf/routes
conf-build conf || exit 1
queue-check -i queue >/dev/null || exit 1
mkfifo in
# the queue, whose receivers know nobody called gone or late
cat >receiver <<'X'
#!/bin/sh
exec dispatch to:gone@far.example { answer status:bounced code:550 esc:5.1.1 class:rcpt "text:550 5.1.1 no such user" } { answer status:sent code:250 }
X
printf '#!/bin/sh\nexec tap reports answer status:sent\n' >reporter
chmod +x receiver reporter
bg sh -c 'exec svlogd -ttt log/deliver-final <in'
bg sh -c 'exec queue-run -C conf -b ./reporter queue route -x lists conf ./receiver 2>in'
run_pid=$bg_pid
bg sh -c 'exec log-ship -S ship -N suppress -f ev:bounced,expired,oob-bounce,complaint,unsubscribe log suppress -C conf take lists 2>ship.log'
ship_pid=$bg_pid
# mail TO [LINE...]: the receipt
mail() {
	to=$1; shift
	printf '%s\n' 'from news@acme.example' "to $to" 'origin inside' 'tenant acme' "$@" '' 'Subject: x' '' hi >content
	(printf %d: "$(wc -c <content)"; cat content; printf ,) |
		mail-fix -x lists -C conf queue-inject queue 2>>inject.log
}
events() { cat log/deliver-final/* 2>/dev/null | grep "ev:$1" | tr '\t' ' '; }
like "the first message is taken" "$(mail gone@far.example)" '^[0-9]+:K'
is_listed() { suppress -T acme look lists gone@far.example; }
has_bounced() { events bounced | grep -q to:gone@far.example; }
wait_for 15 has_bounced; ok "it bounces" $?
like "with its class" "$(events bounced)" 'failure:unknown-user failure-type:hard'
t0=$(date +%s%N)
wait_for 10 is_listed; ok "the address is on the list" $?
ms=$((($(date +%s%N) - t0) / 1000000))
ok "within two seconds of that: $ms ms" $((ms >= 2000))
refused() { mail gone@far.example | grep -q 'D5.7.1 suppressed since .*: unknown-user,'; }
wait_for 5 refused; ok "the next is refused by its receipt" $?
like "an event says so" "$(tr '\t' ' ' <inject.log)" 'ev:suppressed prog:mail-fix from:news@acme.example to:gone@far.example tenant:acme reason:unknown-user .*where:receipt'
# past mail-fix: what waited in the queue
direct() {
	printf '%s\n' 'from news@acme.example' 'to gone@far.example' 'origin inside' 'tenant acme' 'tag stream=news' '' 'Subject: x' '' hi >content
	(printf %d: "$(wc -c <content)"; cat content; printf ,) | queue-inject queue 2>>inject.log
}
# route looks at the list four times a second
by_route() { direct >/dev/null; events bounced | grep 'suppressed:unknown-user' | grep -q 'failure:suppressed'; }
wait_for 15 by_route; ok "one that is in the queue already is bounced by route" $?
like "which says so" "$(events suppressed)" 'prog:route .*where:route id:'
# a stream gets no report, as conf/suppress says; the first has asked for one
id() { events bounced | grep "$1" | sed -n '1s/.* id:\([^ ]*\) .*/\1/p'; }
asked() { grep -qs "$(id esc:5.1.1)" reports*; }
wait_for 15 asked; ok "the first bounce is to be reported" $?
n=$(wc -l <lists/journal)
is "and puts nobody on the list again" "$n" 2
like "others get their mail" "$(mail ann@far.example)" '^[0-9]+:K'
was_sent() { events sent | grep -q to:ann@far.example; }
wait_for 15 was_sent; ok "which is sent" $?
grep -qs "$(id suppressed:unknown)" reports*; ok "one that route refused is not" $((! $?))
kill "$ship_pid"; wait "$ship_pid" 2>/dev/null
kill "$run_pid"; wait "$run_pid" 2>/dev/null
[ "$tap_bad" = 0 ] || { sed 's/^/# /' ship.log inject.log; cat log/deliver-final/current | sed 's/^/# /'; }
done_testing
