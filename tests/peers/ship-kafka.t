#!/bin/sh
# ship-pipe and Kafka, by kcat as the page has it: what librdkafka's brokers
# have confirmed is there, though they refuse, are slow, or go and come back.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 1
peer kcat command -v kcat || { done_testing; exit 1; }
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
# broker COMMAND: what tools/mockkafka.py does
broker_n=0
broker() {
	echo "$1" >&7
	broker_n=$((broker_n + 1))
	wait_for 60 sh -c '[ "$(grep -c ^ok broker.said)" -ge "$1" ]' - $broker_n
}
mkfifo tell
exec 7<>tell
# shellcheck disable=SC2016
bg sh -c 'exec python3 "$1" address mail other page last <tell >broker.said 2>broker.err' - "$top/tests/tools/mockkafka.py"
wait_for 60 test -s address; ok "it is there" $?
kafka=$(cat address)
# with a time that is shorter where the test would wait for it
from_page ship-pipe.8 to-kafka | sed 's/timeout.ms=20000/timeout.ms=${ms:-20000} $more/' >to-kafka
chmod +x to-kafka
command="./to-kafka $kafka mail"
# give FILE [COMMAND...]: as one batch; the receipt
give() {
	give_file=$1; shift
	batch make <"$give_file" | ship-pipe pipe "${@:-$command}" format=json >receipts 2>err 7>&-
	batch read <receipts
}
# there [TOPIC]: the eids in it, in order
there() {
	kcat -C -q -e -m 60 -b "$kafka" -t "${1:-mail}" -o beginning 2>read.err 7>&- |
		python3 -c 'import json, sys
for l in sys.stdin: print(json.loads(l)["eid"])'
}
eids() { sed 's/^eid:\([0-9a-f]*\).*/\1/' "$@"; }
taken='K
--'
batch events 6 >six
batch events 1 6 >one
batch events 1 7 >two
is "a batch" "$(give six)" "$taken"
is "is there, in order" "$(there)" "$(eids six)"
is "says nothing" "$(cat err)" ""

# errors of the protocol, as brokers give them: 29 may not write there, 10 too
# large, 19 too few replicas, which passes
broker "refuse 29 1"
is "it refuses" "$(give one)" "Z command exit 111: Delivery failed for message: Broker: Topic authorization failed
--"
broker "refuse 10 1"
is "it is too large for it" "$(give one)" "D command exit 100: Delivery failed for message: Broker: Message size too large
--"
is "nothing came" "$(there)" "$(eids six)"
broker "refuse 19 1"
is "replicas that come back" "$(give one)" "$taken"
is "take it" "$(there)" "$(eids six one)"
broker down
is "no broker" "$(give two)" "Z command exit 111: ERROR: Local: All broker connections are down: 1/1 brokers are down: terminating
--"
broker up
broker "rtt 5000"
is "a slow one" "$(ms=2000 give two)" "Z command exit 111: Delivery failed for message: Local: Message timed out
--"
broker "rtt 0"
is "that is quick again" "$(give two)" "$taken"
# kcat could not know whether it had been taken
is "has it" "$(there | awk '!seen[$0]++')" "$(eids six one two)"
like "no kcat" "$(give one "PATH=/nowhere $command")" '^Z command exit 111: .*not found'

# one of five that is too large, among others
{ head -n 2 six; sed 's/$/ '"$(head -c 20000 /dev/zero | tr '\0' x)"'/' two; tail -n 2 six; } >mixed
more='-X message.max.bytes=10000' batch talk 5 ship-pipe pipe "./to-kafka $kafka other" format=json <mixed >talk 2>talk.err 7>&-
is "one that is too large is refused" "$(grep '^D' talk | tail -n 1)" \
	"D command exit 100: ERROR: Input is too large, maximum size is 10001"
is "the others are there" "$(there other | sort -u)" "$({ head -n 2 six; tail -n 2 six; } >four; eids four | sort)"

# as conf/ship has it on the page, to its end
mkdir conf
echo x.example >conf/me
from_page ship-pipe.8 ship | grep '^kafka' | sed "s,/usr/local/lib,$T,; s,127.0.0.1:9092 mail,$kafka page," >conf/ship
conf-build conf
mkdir -p log/deliver
cut -f 3- six >log/deliver/current
bg log-ship -C conf -S state -d kafka log 2>ship.log 7>&-
shipped() { log-ship -c -C conf -S state -d kafka log; }
wait_for 60 shipped; ok "log-ship brings them" $?
kill "$bg_pid"
wait "$bg_pid"
is "they are there" "$(there page)" "$(eids six)"

# it goes and comes back while batches come
batch events 400 100 >many
# shellcheck disable=SC2016
bg sh -c 'exec python3 "$1" talk 20 ship-pipe pipe "./to-kafka $2 last" format=json <many >talk 2>talk.err 7>&-' - \
	"$top/tests/tools/shipbatch.py" "$kafka"
talk=$bg_pid
count() { [ "$(grep -c "^$1" talk)" -ge "$2" ]; }
wait_for 60 count K 2
broker down
wait_for 60 count Z 1; ok "it goes" $?
broker up
wait_for 60 count K 5
broker down
broker up
wait "$talk"; ok "all are taken" $?
there last >got
awk '!seen[$0]++' got >first
eids many | cmp -s - first; ok "and are there, in order, twice only with the same eid" $?
exec 7>&-
done_testing
