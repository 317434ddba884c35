#!/bin/sh
# The queue, the delivering chain and the sockets between the services are
# broken: `status` exits 1 and says what it is, and `ping` is not 0.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"

new_instance site --hold || exit 1
cp -R "$I/service" "$T/service"
start_instance; ok "up" $?
wait_for 10 grep -q '^rohrpost is up' "$I/up.out"; ok "it says so" $?
# said TEXT: a service that has just been started anew has not always died again
said() { rohrpost status "$I" 2>/dev/null | sed -n '/^wrong/,$p' | grep -Eq "$1"; }
# broken NAME TEXT PING: status says TEXT and exits 1; ping as PING says
broken() {
	wait_for 10 said "$2"
	status "$1: status" 1 rohrpost status "$I"
	sed -n '/^wrong/,$p' "$T/out" >"$T/status"
	like "$1: is said" "$(cat "$T/status")" "$2"
	status "$1: ping" 111 rohrpost ping "$I"
	like "$1: in one line" "$(cat "$T/err")" "^rohrpost: fatal: $I takes no mail: .*$3"
}
# edit SERVICE SED-SCRIPT: its run file, made anew
edit() {
	sed "$2" "$T/service/$1/run" >"$I/service/$1/run"
	sv -w 1 force-restart "$I/service/$1" >/dev/null 2>&1
}
well() { # again
	cp "$T/service/$1/run" "$I/service/$1/run"
	sv -w 1 force-restart "$I/service/$1" >/dev/null 2>&1
	wait_for 10 rohrpost ping "$I"; ok "$1 is well again" $?
}

mv "$I/queue" "$I/queue.away"
edit inject ""
edit deliver ""
broken "no queue" "^  deliver: (dies|died) .*: queue-run: fatal: " "receiving chain.*the queue is not available"
mv "$I/queue.away" "$I/queue"
well inject
well deliver
edit deliver "s/route /no-such-route /"
broken "a delivering chain that is missing" "^  deliver: (dies|died) .*: queue-run: fatal: .*no-such-route" "queue"
well deliver

mv "$I/sock" "$T/sock"
sv -w 1 force-restart "$I/service/inject" >/dev/null 2>&1
broken "no sock/" "^  inject: (dies|died) .*: queue-inject: fatal: unable to listen at $I/sock" "sock"
mv "$T/sock" "$I/sock"
well inject
for s in smtp drop; do
	sv -w 1 force-restart "$I/service/$s" >/dev/null 2>&1
done
wait_for 10 rohrpost ping "$I"; ok "well again" $?

stop_instance

# keys: our own mail would be refused, and so is a probe from our domain
new_instance signed --sign example.org || exit 1
start_instance; ok "an instance that signs" $?
wait_for 10 rohrpost ping "$I"; ok "ping" $?
sv -w 3 down "$I/service/sign" >/dev/null
broken "no keys" "^  sign: is stopped" "the receiving chain: the chain said: 4"
stop_instance
done_testing
