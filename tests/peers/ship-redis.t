#!/bin/sh
# ship-redis beside Debian's Redis: streams, logins, TLS, and a server that is
# killed, full, or does not answer.
. "$(dirname "$0")/../lib.sh"
peer redis-server command -v redis-server || { done_testing; exit 1; }
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
python3 "$top/tests/tools/pki.py" . <<'X'
root ca=1
other ca=1
good issuer=root names=localhost ips=127.0.0.1
expired issuer=root names=localhost ips=127.0.0.1 from=-9d until=-1d
wrong issuer=root names=elsewhere.test
client issuer=root names=client.test
X
# redis OPTION...: starts it at $port and at the socket s, with files in db
redis() {
	mkdir -p db
	bg redis-server --port "$port" --bind 127.0.0.1 --unixsocket "$T/s" --dir "$T/db" \
		--logfile "$T/redis.log" --save '' --appendonly yes --appendfsync always "$@"
	redis_pid=$bg_pid
	wait_for 20 serves
}
serves() { cli PING | grep -q PONG; }
cli() { redis-cli -s "$T/s" "$@" 2>&1 | grep -v '^Warning'; }
stop() { kill "${1--TERM}" "$redis_pid"; wait "$redis_pid" 2>/dev/null; }
# give FILE PLACE [KEY=VALUE...]: receipts
give() {
	give_file=$1; shift
	batch make <"$give_file" | ship-redis redis "$@" >receipts 2>err
	batch read <receipts
}
taken='K
--'
port=$(free_port)
batch events 4 >events
url=redis://127.0.0.1:$port
like "no server" "$(give events "$url")" '^Z unable to connect: Connection refused'
redis; ok "Redis is up" $?

is "a batch" "$(give events "$url")" "$taken"
is "is in the stream, in order" "$(cli XRANGE rohrpost - + | grep -A 1 '^eid' | grep -v '^eid\|--')" "$(sed 's/eid:\([^	]*\).*/\1/' events)"
is "each label a field" "$(cli XREVRANGE rohrpost + - COUNT 1 | sed 1d | tr '\n' '|')" \
	"$(tail -n 1 events | tr '\t' '\n' | sed 's/:/|/' | tr '\n' '|')"
printf 'eid:1\tev:x\ttag:a=1\ttag:b=2\ttext:a\\tb\\0\\\\\\x1b\t\n' | sed 's/\t$//' >strange
is "escapes and several of one name" "$(give strange "$url" stream=s2)" "$taken"
is "come as they are" "$(redis-cli -s s --no-raw XRANGE s2 - + | tail -n 10 | sed 's/.*) //' | tr '\n' ' ')" \
	'"eid" "1" "ev" "x" "tag" "a=1" "tag" "b=2" "text" "a\tb\x00\\\x1b" '
is "at the system's socket" "$(give events "unix://$T/s" stream=s3 format=json)" "$taken"
is "JSON" "$(cli XRANGE s3 - + COUNT 1 | sed -n '5p' | python3 -c 'import json, sys; print(json.load(sys.stdin)["to"])')" u0@y.example
is "another database" "$(give events "$url/3" format=ltsv)" "$taken"
is "has the lines" "$(cli -n 3 XRANGE rohrpost - + | grep '^eid:')" "$(cat events)"
batch events 1000 >many
batch make 100 <many >b
ship-redis redis "$url" stream=short maxlen=200 <b >receipts
is "ten batches, one connection" "$(batch read <receipts | grep -c K)" 10
[ "$(cli XLEN short)" -lt 400 ]; ok "a stream that is kept short" $?

# what Redis will not have: all of it comes again
cli SET plain x >/dev/null
is "a name that is no stream" "$(give events "$url" stream=plain)" \
	"Z WRONGTYPE Operation against a key holding the wrong kind of value
--"
cli CONFIG SET maxmemory 1mb >/dev/null
is "full" "$(give events "$url" stream=full)" "Z OOM command not allowed when used memory > 'maxmemory'.
--"
is "leaves nothing" "$(cli XLEN full)" 0
cli CONFIG SET maxmemory 0 >/dev/null
cli REPLICAOF 127.0.0.1 1 >/dev/null
like "a server that only reads" "$(give events "$url" stream=full)" "^Z READONLY "
cli REPLICAOF NO ONE >/dev/null
is "no replica" "$(give events "$url" stream=r replicas=1 timeout=300ms)" "Z only 0 replicas have it
--"
kill -STOP "$redis_pid"
is "one that does not answer" "$(give events "$url" timeout=300ms connect-timeout=300ms)" "Z no answer: Connection timed out
--"
kill -CONT "$redis_pid"

# logins
cli ACL SETUSER ann on '>sec:ret' '~mail*' +@all >/dev/null
cli CONFIG SET requirepass other >/dev/null
like "no login" "$(give events "$url")" '^Z NOAUTH '
echo ann:sec:ret >login
echo :other >login2
echo ann:wrong >login3
is "a login" "$(give events "$url" user-file=login stream=mail)" "$taken"
like "may not do all" "$(give events "$url" user-file=login stream=other)" '^Z NOPERM '
is "a password alone" "$(give events "$url" user-file=login2)" "$taken"
like "a wrong password" "$(give events "$url" user-file=login3)" '^Z WRONGPASS '
batch make <events >one
status "a file that is not there" 111 sh -c "ship-redis redis $url user-file=none <one"
stop

# killed while batches come: none is lost, and they are in order
rm -rf db
batch events 20000 >many
redis; ok "an empty one" $?
batch talk 50 ship-redis redis "$url" timeout=5s connect-timeout=5s <many >talk 2>talk.err & p=$!
for n in 3 100 200; do
	some() { [ "$(grep -c K talk)" -ge "$n" ]; }
	wait_for 20 some
	stop -KILL 2>/dev/null
	redis
done
wait $p; ok "all is taken though it is killed three times" $?
[ "$(grep -c Z talk)" -ge 3 ]; ok "and at a bad moment" $?
cli XRANGE rohrpost - + | grep -A 1 '^eid$' | grep -v '^eid$\|^--' | awk '!seen[$0]++' >got
sed 's/eid:\([^	]*\).*/\1/' many | cmp -s - got; ok "every event is there, in order" $?
stop

# TLS
tls() { redis --tls-port "$tport" --tls-cert-file "$T/$1.crt" --tls-key-file "$T/$1.key" --tls-ca-cert-file "$T/root.crt" --tls-auth-clients optional; }
tport=$(free_port)
turl=rediss://127.0.0.1:$tport
tls good; ok "a server with TLS" $?
is "a good certificate" "$(give events "$turl" ca-file=root.crt stream=tls)" "$taken"
is "by its name" "$(give events "rediss://localhost:$tport" ca-file=root.crt stream=tls)" "$taken"
is "has come" "$(cli XLEN tls)" 8
like "not one of ours" "$(give events "$turl" ca-file=other.crt)" '^Z TLS: .*NOT trusted'
like "nor of the system's" "$(give events "$turl")" '^Z TLS: .*NOT trusted'
like "no such file" "$(give events "$turl" ca-file=none.crt)" '^Z none.crt: '
like "no TLS there" "$(give events "rediss://127.0.0.1:$port" ca-file=root.crt timeout=2s connect-timeout=2s)" '^Z TLS: '
cli CONFIG SET tls-auth-clients yes >/dev/null
like "who has no certificate" "$(give events "$turl" ca-file=root.crt)" '^Z '
is "our own certificate" "$(give events "$turl" ca-file=root.crt cert-file=client.crt key-file=client.key)" "$taken"
stop
tls expired
like "one that is over" "$(give events "$turl" ca-file=root.crt)" '^Z TLS: .*expired'
stop
tls wrong
like "one for another host" "$(give events "$turl" ca-file=root.crt)" "^Z TLS: .*does not match"
stop
done_testing
