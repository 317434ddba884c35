#!/bin/sh
# ship-pipe and NATS JetStream, by its own client as the page has it: what the
# server has acknowledged is there, once, and each message's events in their
# order, though it refuses, is full, stands still or is killed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin
cd "$T" || exit 1
modules=$(realpath "$(dirname "$(command -v ship-pipe)")/../peers/npm/node_modules")
peer nats-server command -v nats-server || { done_testing; exit 1; }
peer nodejs command -v node || { done_testing; exit 1; }
peer "nats for node" test -d "$modules/nats" || { done_testing; exit 1; }
ln -s "$modules" node_modules
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
port=$(free_port)
cat >server.conf <<X
listen: 127.0.0.1:$port
jetstream { store_dir: "$T/store" }
max_payload: 4000
authorization { user: ann, password: secret }
X
start() {
	nats-server -c server.conf >server.log 2>&1 & server=$!
	tap_pids="$tap_pids $server"
	wait_for 60 grep 'Server is ready' server.log
}
# the stream mail, as who manages it sees it
cat >stream.js <<'X'
const { connect } = require('nats');
const { readFileSync } = require('fs');
const [what, limits] = process.argv.slice(2);
const mail = { name: 'mail', subjects: ['mail.>'], storage: 'file' };
async function main() {
	const nats = await connect({ ...JSON.parse(readFileSync('login')), reconnect: false });
	const m = await nats.jetstreamManager();
	if (what === 'add')
		await m.streams.add({ ...mail, ...JSON.parse(limits) });
	else if (what === 'change')
		await m.streams.update('mail', { ...mail, ...JSON.parse(limits) });
	else if (what === 'empty')
		await m.streams.purge('mail');
	else if (what === 'read')
		for (let i = (await m.streams.info('mail')).state, n = i.first_seq; n <= i.last_seq; n++) {
			const e = await m.streams.getMessage('mail', { seq: n });
			const { id, eid } = JSON.parse(new TextDecoder().decode(e.data));
			console.log(e.subject, id, eid);
		}
	await nats.close();
}
main().catch((e) => { console.log(e.message); process.exit(1); });
X
stream() { node stream.js "$@"; }
echo '{"servers": "nats://127.0.0.1:'"$port"'", "user": "ann", "pass": "secret"}' >login
sed 's/"secret"/"wrong"/' login >wrong
# with a time that is shorter where the test would wait for it
from_page ship-pipe.8 to-nats | sed 's/timeout: 20000/timeout: Number(process.env.MS || 20000)/' >to-nats
chmod +x to-nats
# give FILE [COMMAND]: as one batch; the receipt
give() {
	batch make <"$1" | ship-pipe pipe "${2-./to-nats login mail.events}" format=json >receipts 2>err
	batch read <receipts
}
# there, events FILE...: "ID EID" of each, those of a message in their order
there() { stream read | sed -n 's/^mail.events //p' | sort -s -k 1,1; }
events() { sed 's/^eid:\([0-9a-f]*\).*	id:\([^	]*\).*/\2 \1/' "$@" | sort -s -k 1,1; }
taken='K
--'
batch events 6 >six
batch events 3 6 >three
is "no server" "$(give six)" "Z command exit 111: CONNECTION_REFUSED
--"
start; ok "it is there" $?
is "no stream" "$(give six)" "Z command exit 111: 503
--"
stream add '{"max_msgs": 8, "discard": "new", "max_msg_size": 3000}'; ok "a stream" $?
is "a wrong password" "$(give six './to-nats wrong mail.events')" "Z command exit 111: 'Authorization Violation'
--"
is "a batch" "$(give six)" "$taken"
is "is there, each message's in order" "$(there)" "$(events six)"
is "says nothing" "$(cat err)" ""
is "and once more" "$(give six)" "$taken"
is "is not there twice" "$(there)" "$(events six)"

# full: what had room is stored, and is not there twice
is "a stream that is full" "$(give three)" "Z command exit 111: maximum messages exceeded
--"
stream change '{"max_msgs": 100, "discard": "new", "max_msg_size": 3000}'
is "and has room again" "$(give three)" "$taken"
is "has each once" "$(there)" "$(events six three)"

# too large: for the stream, for the server
batch events 4 9 >four
large() { sed "s/\$/ $(head -c "$1" /dev/zero | tr '\0' x)/"; }
{ sed -n 1,2p four; batch events 1 13 | large 3000; batch events 1 14 | large 5000; sed -n 3,4p four; } >mixed
batch talk 6 ship-pipe pipe './to-nats login mail.events' format=json <mixed >talk 2>talk.err
is "what is too large is refused" "$(grep -E '^D .*(MAX_PAYLOAD|size exceeds)' talk | sort | uniq -c | sed 's/^ *//' | tail -n 2 | cut -d ' ' -f 2-)" \
	"D command exit 100: MAX_PAYLOAD_EXCEEDED
D command exit 100: message size exceeds maximum allowed"
is "the others are there" "$(there)" "$(events six three four)"

# it stands still
batch events 2 20 >late
kill -STOP $server
is "one that does not answer" "$(give late 'MS=2000 ./to-nats login mail.events' | sed 's/TIMEOUT\|CONNECTION_.*/later/')" "Z command exit 111: later
--"
kill -CONT $server
is "and goes on" "$(give late)" "$taken"
is "has each once" "$(there)" "$(events six three four late)"

# as conf/ship has it on the page, to its end
stream empty
mkdir conf
echo x.example >conf/me
from_page ship-pipe.8 ship | grep '^nats' | sed "s,/usr/local/lib,$T,; s,/etc/rohrpost/nats,$T/login," >conf/ship
conf-build conf
mkdir -p log/deliver
batch events 5 30 | tee five | cut -f 3- >log/deliver/current
bg log-ship -C conf -S state -d nats log 2>ship.log
shipped() { log-ship -c -C conf -S state -d nats log; }
wait_for 60 shipped; ok "log-ship brings them" $?
kill "$bg_pid"
wait "$bg_pid"
is "they are there" "$(there)" "$(events five)"

# full for the first of a message, with room for the second
stream empty
stream change '{"max_bytes": 2500, "discard": "new"}'
batch events 2 40 | sed 's/	id:[^	]*/	id:one/' >pair
{ head -n 1 pair | large 2600; tail -n 1 pair; } >uneven
is "no room for the first" "$(give uneven)" "Z command exit 111: maximum bytes exceeded
--"
is "the second has not come before it" "$(there)" ""
stream change '{"max_bytes": 100000, "discard": "new"}'
is "room for both" "$(give uneven)" "$taken"
is "they are in order" "$(there)" "$(events uneven)"

# killed while batches come, each of one message: one event after the other
stream empty
batch events 60 100 | awk -F '\t' -v OFS='\t' '{ $6 = "id:b" int((NR - 1) / 20); print }' >many
bg sh -c 'exec python3 "$1" talk 20 ship-pipe pipe "./to-nats login mail.events" format=json <many >talk 2>talk.err' - \
	"$top/tests/tools/shipbatch.py"
talk=$bg_pid
stored() { find store -name '*.blk' -exec cat {} + | wc -c; }
more() { [ "$(stored)" -gt "$stored" ]; }
said() { [ "$(grep -c "^$1" talk)" -ge "$2" ]; }
for k in 0 1; do
	wait_for 60 said K $k
	stored=$(stored)
	wait_for 60 more; ok "batch $k: the server stores" $?
	kill -9 $server; wait $server 2>/dev/null
	z=$(grep -c ^Z talk)
	wait_for 60 said Z $((z + 1)); ok "batch $k: it goes" $?
	start; ok "batch $k: it is back" $?
done
wait "$talk"; ok "all are taken" $?
is "each is there once, and in order" "$(there)" "$(events many)"
done_testing
