#!/bin/sh
# Instances that are broken in one way each: `status` exits 1 and says what it
# is, `ping` is 0 only while a message would be accepted, and `up` does not
# say "is up" when it is not.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"

new_instance site --hold || exit 1
cp -R "$I/service" "$T/service"
start_instance; ok "up" $?
wait_for 10 grep -q '^rohrpost is up' "$I/up.out"; ok "it says so" $?
status "status of what is well" 0 rohrpost status "$I"
like "says so" "$(cat "$T/out")" "^nothing is wrong$"
status "ping, too" 0 rohrpost ping "$I"
is "and is silent" "$(cat "$T/out" "$T/err")" ""
is "nothing is in the queue of it" "$(queue-list "$I/queue")" ""

# broken NAME TEXT PING: status says TEXT and exits 1; ping as PING says
broken() {
	status "$1: status" 1 rohrpost status "$I"
	sed -n '/^wrong/,$p' "$T/out" >"$T/status"
	like "$1: is said" "$(cat "$T/status")" "$2"
	status "$1: ping" 111 rohrpost ping "$I"
	like "$1: in one line" "$(cat "$T/err")" "^rohrpost: fatal: $I takes no mail: .*$3"
	is "$1: no more" "$(wc -l <"$T/err")" 1
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

bg python3 -c "import socket
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(8)
print(s.getsockname()[1], flush=True)
while True: s.accept()[0].close()" >"$T/taken"
wait_for 10 test -s "$T/taken"
edit smtp "s/127.0.0.1:$port/127.0.0.1:$(cat "$T/taken")/"
broken "a port that is in use" "^  smtp: (dies|died) .*: smtp-recv: fatal: .*in use" "."
like "with what to do" "$(cat "$T/status")" "^    another program has the address: ss -lntp"

# an instance whose address another has
edit listen "s/127.0.0.1:$port/127.0.0.1:$(cat "$T/taken")/"
edit smtp "s/127.0.0.1:$port/127.0.0.1:1/"
# what smtp-recv says of it is in its log when it has been begun anew
said_taken() { rohrpost status "$I" | grep -q "^    the service listen, which opens the addresses, does not run"; }
wait_for 30 said_taken; ok "smtp-recv has died of it" $?
broken "listen cannot" "^  listen: (dies|died) .*: sock-hold: fatal: .*in use" "."
like "what smtp-recv says of it" "$(cat "$T/status")" "^    the service listen, which opens the addresses, does not run"
is "it asks nobody itself" "$(grep -c "^  listen: its socket" "$T/status")" 0
cp "$T/service/listen/run" "$I/service/listen/run"
edit smtp "s/127.0.0.1:$port/127.0.0.1:$port/"
sv -w 1 force-restart "$I/service/listen" >/dev/null 2>&1
well smtp

edit smtp "s,unix:[^ ]*/inject.sock,no-such-program,"
broken "a link that is missing" "^  smtp: (dies|died) .*: smtp-recv: fatal: .*no-such-program" "no-such-program"
like "with where to look" "$(cat "$T/status")" "^    no such program: see the run file"
edit smtp "s,unix:[^ ]*/inject.sock,filter -c { true } unix:/nowhere/sock,"
broken "a link whose socket is missing" "unable to run unix:/nowhere/sock" "."
like "with where to look" "$(cat "$T/status")" "^    the service that makes this socket does not run"
edit smtp "s,unix:[^ ]*/inject.sock,filter -c { no-such-filter } &,"
broken "a filter that is missing" "^  the receiving chain: the chain said: 4.3.0 " "the receiving chain: "
well smtp
edit inject "s/queue-inject/queue-inject -r 1000000000000000/"
broken "a full disk" "^  the receiving chain: .* queue file system is full" "full"
like "what to do is said" "$(cat "$T/status")" "^    make room, or inodes: df"
well inject
edit smtp "s,unix:[^ ]*/inject.sock,sh -c 'exit 1',"
broken "a link that dies at once" "^  (smtp|the receiving chain): " "."
well smtp

mv "$I/conf/me" "$T/me"
sv -w 1 force-restart "$I/service/smtp" >/dev/null 2>&1
broken "no conf/me" "^  smtp: (dies|died) .*: smtp-recv: fatal: .*/conf/me" "conf/me"
mv "$T/me" "$I/conf/me"
well smtp

stop_instance
status "status while down" 1 rohrpost status "$I"
like "says what to do" "$(cat "$T/out")" "is down: rohrpost up $I starts it"
status "ping while down" 111 rohrpost ping "$I"

# up, and it is not
sed "s/127.0.0.1:$port/127.0.0.1:$(cat "$T/taken")/" "$T/service/smtp/run" >"$I/service/smtp/run"
bg rohrpost up "$I" >"$I/up.out" 2>&1
up=$bg_pid
wait_for 30 grep -q 'is tried again' "$I/up.out"; ok "up says that it is not" $?
is "and not that it is" "$(grep -c 'rohrpost is up' "$I/up.out")" 0
like "and why" "$(cat "$I/up.out")" "^smtp: .*: smtp-recv: fatal: .*in use"
stop_instance
done_testing
