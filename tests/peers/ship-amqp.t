#!/bin/sh
# ship-amqp beside Debian's RabbitMQ: confirms, returned messages, TLS, and a
# broker that is full, killed, or refuses.
. "$(dirname "$0")/../lib.sh"
sbin=$(ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin 2>/dev/null | tail -n 1)
peer rabbitmq-server test -x "$sbin/rabbitmq-server" || { done_testing; exit 1; }
peer amqp-tools command -v amqp-consume || { done_testing; exit 1; }
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
python3 "$top/tests/tools/pki.py" . <<'X'
root ca=1
other ca=1
good issuer=root names=localhost ips=127.0.0.1
X
port=$(free_port) tport=$(free_port) dist=$(free_port) epmd=$(free_port)
HOME=$T/home
export HOME
mkdir -p home mnesia log
echo 'some-cookie-of-this-test' >home/.erlang.cookie
chmod 400 home/.erlang.cookie
echo '[].' >plugins
: >none
cat >rabbit.conf <<X
listeners.tcp.1 = 127.0.0.1:$port
listeners.ssl.1 = 127.0.0.1:$tport
ssl_options.cacertfile = $T/root.crt
ssl_options.certfile = $T/good.crt
ssl_options.keyfile = $T/good.key
ssl_options.verify = verify_none
max_message_size = 600
X
export ERL_EPMD_PORT="$epmd" ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_NODENAME=ship@localhost \
	RABBITMQ_NODE_PORT="$port" RABBITMQ_DIST_PORT="$dist" \
	RABBITMQ_MNESIA_BASE="$T/mnesia" RABBITMQ_LOG_BASE="$T/log" RABBITMQ_PID_FILE="$T/pid" \
	RABBITMQ_ENABLED_PLUGINS_FILE="$T/plugins" RABBITMQ_CONFIG_FILE="$T/rabbit" RABBITMQ_CONF_ENV_FILE="$T/none" \
	RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
up() {
	rm -f pid
	bg "$sbin/rabbitmq-server" >>rabbit.out 2>&1 7>&-
	wait_for 240 amqp-declare-queue -u "$plain" -q up
}
# down: its process is the one in the file
down() {
	kill -KILL "$(cat pid)"
	wait "$bg_pid" 2>/dev/null
}
plain=amqp://guest:guest@127.0.0.1:$port/%2f
url=amqp://127.0.0.1:$port
queue() { amqp-declare-queue -u "$plain" -d -q "$1" >/dev/null; }
# bodies QUEUE N: takes so many messages
bodies() { timeout 120 amqp-consume -u "$plain" -A -q "$1" -c "$2" -- cat |
	sed 's/\(.\)\({"eid":\|eid:\)/\1\n\2/g; $a\'; echo; }
# give FILE URL [KEY=VALUE...]: receipts
give() {
	give_file=$1; shift
	batch make <"$give_file" | ship-amqp amqp "$@" >receipts 2>err
	batch read <receipts
}
taken='K
--'
batch events 4 >events
like "no broker" "$(give events "$url")" '^Z unable to connect: '
up; ok "RabbitMQ is up" $?
queue rohrpost

is "a batch" "$(give events "$url")" "$taken"
is "is in the queue, in order" "$(bodies rohrpost 4 | python3 -c 'import json, sys
for l in sys.stdin:
    if l.strip(): print(json.loads(l)["eid"])')" "$(sed 's/eid:\([^	]*\).*/\1/' events)"
is "as it was logged" "$(give events "$url/%2f" format=ltsv)" "$taken"
is "are the lines" "$(bodies rohrpost 4)" "$(cat events)"
queue sent; queue bounced
is "keys by label, of which some have no queue" "$(give events "$url" 'routing-key={ev}')" 'K
Z0 no queue takes it
Z2 no queue takes it
--'
is "the others are there" "$({ bodies sent 1; bodies bounced 1; } | grep . | cut -c 1-40)" \
    "$(sed -n '/	ev:\(sent\|bounced\)	/s/^eid:\([^	]*\).*/{"eid":"\1/p' events)"
is "which nobody need take" "$(give events "$url" 'routing-key={ev}' mandatory=no)" "$taken"
like "no exchange" "$(give events "$url" exchange=none)" "^Z NOT_FOUND - no exchange 'none'"
batch events 300 >many
is "a batch of many" "$(give many "$url")" "$taken"
is "with no queue" "$(give many "$url" routing-key=none | grep -c 'no queue takes it')" 300
bodies rohrpost 300 >/dev/null
{ head -n 2 events; printf 'eid:large\tev:x\ttext:%s\n' "$(head -c 700 /dev/zero | tr '\0' x)"; tail -n 2 events; } >mixed
like "a message that is too large" "$(batch talk 10 ship-amqp amqp "$url" <mixed)" '^D[0-9] .*message size'
# whether those before it had been confirmed is chance: they may be there twice
timeout 5 amqp-consume -u "$plain" -A -q rohrpost -- sh -c "cat; echo" >got
is "the others are there" "$(cut -c 1-10 got | sort -u | wc -l) $(grep -c large got)" "4 0"
printf 'eid:1\tev:x\ttenant:%s\n' "$(head -c 256 /dev/zero | tr '\0' t)" >long
is "a key that is too long" "$(give long "$url" 'routing-key={tenant}')" "K
D0 its routing key is longer than 255 bytes
--"
echo guest:wrong >login
like "a wrong password" "$(give events "$url" user-file=login)" '^Z ACCESS_REFUSED'
like "no such host of its own" "$(give events "$url/none")" '^Z .*vhost none not found'

# TLS
is "a good certificate" "$(give events "amqps://localhost:$tport" ca-file=root.crt)" "$taken"
like "not one of ours" "$(give events "amqps://localhost:$tport" ca-file=other.crt)" '^Z unable to connect: SSL peer cert verification failed'
like "nor of the system's" "$(give events "amqps://localhost:$tport")" '^Z unable to connect: SSL peer cert verification failed'
bodies rohrpost 4 >/dev/null

# a connection lives though nothing is to be done, and is renewed
mkfifo in
ship-amqp amqp "$url" timeout=4s <in >receipts 2>err & p=$!
exec 7>in
count() { [ "$(grep -c "$1" receipts)" -ge "$2" ]; }
batch make <events >&7
wait_for 10 count K 1; ok "a link that stays" $?
kill -STOP "$(cat pid)"
batch make <events >&7
wait_for 20 count Z 1; ok "a broker that does not answer" $?
kill -CONT "$(cat pid)"
batch make <events >&7
exec 7>&-
wait $p
is "and does again" "$(grep -c K receipts)" 2

# killed while batches come: nothing that was confirmed is lost
queue keep
batch events 800 >many
batch talk 10 ship-amqp amqp "$url" routing-key=keep timeout=10s connect-timeout=10s <many >talk 2>talk.err & p=$!
some() { [ "$(grep -c K talk)" -ge 5 ]; }
wait_for 20 some
down
up
wait $p; ok "all is taken though it is killed" $?
like "and at a bad moment" "$(cat talk)" '^Z'
n=$(timeout 20 amqp-declare-queue -u "$plain" -d -q keep >/dev/null; "$sbin/rabbitmqctl" -q list_queues name messages | sed -n 's/^keep	//p')
bodies keep "$n" | grep . | sed 's/{"eid":"\([^"]*\).*/\1/' >got
sort -u got | wc -l >distinct
is "every event is there" "$(cat distinct)" 800
awk '!seen[$0]++' got >first
sed 's/eid:\([^	]*\).*/\1/' many | cmp -s - first; ok "and in order" $?
down
epmd -port "$epmd" -kill >/dev/null 2>&1
done_testing
