#!/bin/sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
status "no argument" 100 rohrpost
status "an unknown program" 100 rohrpost no-such-program
status "a path is no program" 100 rohrpost ../bin/rohrpost
status "init without folder" 100 rohrpost init
status "init with an unknown option" 100 rohrpost init "$T/x" --what
status "init with half an option" 100 rohrpost init "$T/x" --smtp
status "init with a bad address" 100 rohrpost init "$T/x" --smtp 127.0.0.1
status "init where it cannot be" 111 rohrpost init /dev/null/x
status "init with a blank in the name" 100 rohrpost init "$T/a b"
status "up of nothing" 100 rohrpost up "$T/none"
status "down of nothing" 100 rohrpost down "$T/none"
[ -e "$T/x/service" ]; is "a bad init leaves no instance" $? 1

new_instance one --local example.org --local example.net
status "init again" 100 rohrpost init "$I"
status "status while down" 1 rohrpost status "$I"
like "status says so" "$(cat "$T/out")" "is down"
status "down while down" 100 rohrpost down "$I"
status "ping while down" 111 rohrpost ping "$I"
status "log of nothing" 0 rohrpost log "$I"
grep -qx example.net "$I/conf/local"; ok "--local is in conf/local" $?
[ ! -e "$I/queue/held" ]; ok "nothing is held" $?
cut=$(sed -n '/^exec.*smtp-recv/p' "$I/service/smtp/run")
like "smtp-recv is in its service" "$cut" "smtp-recv -l 127.0.0.1:$port"

t0=$(date +%s%N)
start_instance; ok "up answers SMTP" $?
ms=$((($(date +%s%N) - t0) / 1000000))
[ $ms -lt 2000 ]; ok "within 2 seconds ($ms ms)" $?
status "up twice" 100 rohrpost up "$I"
status "status while up" 0 rohrpost status "$I"
like "status lists the services" "$(cat "$T/out")" '^  run: deliver: '
like "status has the queue" "$(cat "$T/out")" '^queue'
status "a program by name" 0 rohrpost queue-list "$I/queue"
status "its full disk" 111 sh -c 'rohrpost queue-ctl "$0" status >/dev/full' "$I/queue"
status "its closed descriptor" 111 sh -c 'rohrpost queue-list "$0" >&-' "$I/queue"
t0=$(date +%s%N)
stop_instance
ms=$((($(date +%s%N) - t0) / 1000000))
[ $ms -lt 2000 ]; ok "down within 2 seconds ($ms ms)" $?
status "and down it is" 1 rohrpost status "$I"
left=$(pgrep -f "$I/" | wc -l)
is "no process is left" "$left" 0
like "the log has the start" "$(rohrpost log "$I")" 'ev:started'

new_instance two --relay 127.0.0.1:2599 --hold
[ -e "$I/queue/held" ]; ok "--hold holds" $?
like "--relay is the last rule" "$(tail -1 "$I/conf/routes")" '^to:\* host:127.0.0.1:2599$'
like "local mail stays" "$(cat "$I/conf/routes")" '^to:@localhost local$'
done_testing
