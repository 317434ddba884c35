#!/bin/sh
# A probe goes the whole way of a receiving chain and leaves nothing.
. "$(dirname "$0")/../lib.sh"
q=$T/queue
queue-check -i "$q" >/dev/null || exit 1
files() { find "$q/mess" "$q/tmp" -type f | wc -l; }

status "a chain that takes mail" 0 chain-ping queue-inject "$q"
is "says nothing, and logs nothing" "$(cat "$T/out" "$T/err")" ""
is "nothing is queued" "$(files)" 0
status "the classic way" 0 chain-ping queue-inject -f "$q"
is "leaves nothing, either" "$(files)" 0
status "through links" 0 chain-ping tap -r "$T/tap" filter -c { true } queue-inject "$q"
like "as a parcel with a line" "$(cat "$T/tap.down")" '^probe 1$'
like "and a receipt" "$(cat "$T/tap.up")" '^6:Kprobe,$'
bg queue-inject -l "$T/sock" "$q" 2>/dev/null
wait_for 10 test -S "$T/sock"
status "over a socket" 0 chain-ping "unix:$T/sock"
is "nothing is queued" "$(files)" 0

no() { # NAME TEXT COMMAND...
	name=$1 text=$2
	shift 2
	status "$name" 111 chain-ping "$@"
	like "is said" "$(tail -1 "$T/err")" "^chain-ping: fatal: $text"
}
no "a full disk" "the chain said: 4.3.1 queue file system is full" queue-inject -r 1000000000000000 "$q"
no "no inodes" "the chain said: 4.3.1 " queue-inject -i 4000000000 "$q"
said=$( (ulimit -f 0; chain-ping queue-inject "$q") 2>&1)
like "a file that cannot be written" "$said" '^chain-ping: fatal: the chain said: 4.3.0 unable to write'
no "no queue" "queue-inject has ended without a receipt" queue-inject "$T/none"
no "no program" "unable to reach no-such-program: " no-such-program
no "nobody at the socket" "unable to reach unix:$T/gone: " "unix:$T/gone"
no "a link that is missing" "filter has ended without" filter -c { true } no-such-program
no "a link that dies" "sh has ended without" sh -c 'exit 1'
no "a program that refuses" "the chain said: 5.7.1 no" filter -c -e 1=reject { sh -c 'echo no; exit 1' } queue-inject "$q"
no "a program that is missing" "the chain said: 4.3.0 " filter -c { no-such-program } queue-inject "$q"
no "nonsense" "sh answers nonsense" sh -c 'echo hello; cat >/dev/null'
no "silence" "no receipt in 1 seconds" -t 1 sh -c 'exec sleep 5'
no "a queue that takes it for a message" "the chain took the probe for a message: fake" python3 "$top/tests/tools/fakeinject.py" "$T" K

# -f is in envelope and header, -r in both
chain-ping -f ann@a.example -r bob@b.example tap -r "$T/tap2" queue-inject "$q"
ok "sender and recipient" $?
is "stand in both" "$(grep -cE '^(from ann@a.example|From: <ann@a.example>|to bob@b.example|To: <bob@b.example>)$' "$T/tap2.down")" 3
long=$(printf '%0318d' 0)
status "an address at the limit" 0 chain-ping -f "$long@b" queue-inject "$q"
status "one above" 100 chain-ping -f "$long@bc" queue-inject "$q"
for a in 'a b' '<a>' 'a"b' "$(printf 'a\tb')"; do status "-f '$a'" 100 chain-ping -f "$a" queue-inject "$q"; done
status "-t at the limit" 0 chain-ping -t 3600 queue-inject "$q"
for t in 0 3601 x ''; do status "-t '$t'" 100 chain-ping -t "$t" queue-inject "$q"; done
status "no chain" 100 chain-ping
is "nothing was ever queued" "$(files)" 0
# no /dev/full: it writes nothing
for fd in 0 1 2; do
	eval "chain-ping queue-inject '$q' $fd>&-" 2>/dev/null
	is "descriptor $fd closed" $? 111
done
done_testing
