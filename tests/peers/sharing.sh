# Machines that share limits; used after ../lib.sh, in the folder $T.
C=$T/conf
mkdir "$C"
table() { printf '%s\n' "$@" >"$C/throttle"; conf-build "$C"; }
redis() {
	bg redis-server --port 0 --unixsocket "$T/r" --dir "$T" --save '' --logfile "$T/redis.log"
	redis_pid=$bg_pid
	wait_for 20 redis_serves
}
redis_serves() { redis-cli -s "$T/r" PING 2>/dev/null | grep -q PONG; }
# evals: how often the script has run
evals() { redis-cli -s r info commandstats | sed -n 's/.*evalsha:calls=\([0-9]*\).*/\1/p'; }
# machines N: a throttle-share for each, at s1, s2 ...
shares=
machines() {
	machines_n=$1
	for i in $(seq "$1"); do again "$i"; shares="$shares $bg_pid"; done
}
again() {
	bg throttle-share -l "s$1" -n "$machines_n" -r "unix:$T/r" 2>>"share$1.err"
	wait_for 20 test -S "s$1"
}
# nobody gets anything in the first lease
serving() {
	for i in $(seq "$1"); do [ -S "s$i" ] || return 1; done
	from() { redis-cli -s r hget rohrpost:1:all from; }
	wait_for 20 begun
}
begun() { [ "$(($(date +%s) * 1000000))" -gt "$(redis-cli -s r hget rohrpost:1:all from | sed 's/\..*//;s/^$/99999999999999999/')" ]; }
# head I SECONDS: mail for that long; its throttle's process in throttleI, its
# book, where $books begins its name, at $booksI
books=
head_of() {
	cat >"head$1.sh" <<X
echo \$\$ >throttle$1
exec throttle -g 5 -S s$1 ${books:+-s $books$1} conf python3 $top/tests/tools/throttlefeed.py next 20
X
	bg sh -c "while :; do t=\$(cat until); n=\$(date +%s); [ \$n -lt \$t ] || exit 0
		python3 $top/tests/tools/throttlefeed.py \$((t - n)) 200 'site:mx.example' sh head$1.sh 5>>led$1 >>sent$1 2>>err$1
	done"
	head_pids="$head_pids $bg_pid"
}
begin() {
	rm -f led* sent* err* throttle[0-9]*
	for i in $(seq "$machines_n"); do : >>"share$i.err"; wc -l <"share$i.err" >"mark$i"; done
	echo $(($(date +%s) + $2)) >until
	head_pids=
	heads_n=$1
	for i in $(seq "$1"); do head_of "$i"; done
}
finish() {
	for p in $head_pids; do wait "$p"; done
	python3 "$top/tests/tools/ledgermerge.py" led* >merged
	throttle-check conf <merged >found 2>check.err || echo "# $(head -n 3 found check.err)"
}
heads() { begin "$1" "$2"; finish; }
# over NAME: no window above a limit
over() { is "$1: no window is above the limit" "$(tail -n 1 found | tr '\t' '\n' | grep '^over')" over:0; }
granted() { grep -c '^led:grant' merged; }
granted_now() { cat led* | grep -o '	go:' | wc -l; }
granting() { granting_n=$1; wait_for 30 granting_there; }
granting_there() { [ "$(granted_now)" -ge "$granting_n" ]; }
# said EVENT: all have, since the heads began
said() {
	for i in $(seq "$machines_n"); do
		tail -n "+$(($(cat "mark$i") + 1))" "share$i.err" | grep -q "ev:$1" || return 1
	done
}
alone() { said share-alone; }
back() { said share-back; }
# sent: by each
sent() { for i in $(seq "$heads_n"); do grep -o '	go:' "led$i" | wc -l; done | tr '\n' ' '; }
# fair PART: who has sent least has sent at least that part of who has sent most
fair() { sent | tr ' ' '\n' | sed '/^$/d' | sort -n | awk -v p="$1" 'NR == 1 { a = $1 } END { exit a < p * $1 }'; }
# used: percent of what the rate would have let go while all were there
used() {
	python3 - <<'X'
import re
times, first = [], {}
rate = float(re.search(r"rate=(\d+)/s", open("conf/throttle").read()).group(1))
for l in open("merged"):
    f = dict(x.split(":", 1) for x in l.rstrip("\n").split("\t"))
    if f["led"] == "grant":
        times.append(int(f["mono"]))
begin, end = times[0] + 3000000, times[-1] - 1500000
print(int(sum(begin <= t < end for t in times) * 100 / ((end - begin) / 1e6 * rate) + 0.5))
X
}
