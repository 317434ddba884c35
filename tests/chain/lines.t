#!/bin/sh
# Mail that waits for a limit over many sites stands in a line of it: it is asked
# for once, or once for each lane, and nobody is forgotten there when the limit
# changes, or when what waits is held, deleted or left behind by a queue-run that
# ends.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo me.test >conf/me
for i in 0 1 2 3 4 5 6 7 8 9; do
	echo "to:@d$i.test host:[127.2.0.$((i + 1))]:25"
done >conf/routes
cat >last.awk <<'X'
BEGIN { FS = OFS = "\t" }
{
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^id:/) id = $i
		if ($i ~ /^n:/) n = $i
		if ($i ~ /^site:/) site = $i
	}
	print id, n, site, "status:sent"
	fflush()
}
X
status_of() { queue-ctl q status | sed -n 1p | tr '\t' '\n' | sed -n "s/^$1://p"; }
sent() { [ "$(status_of sent)" -ge "$1" ]; }
later() { [ "$(status_of later)" -ge "$1" ]; }
lines() { queue-ctl q status | grep -c ^key:; }
begin() {
	bg queue-run -C conf q route conf throttle conf awk -W interactive -f last.awk 2>>log
	run_pid=$bg_pid
	wait_for 30 queue-ctl q status
}
end() { queue-ctl q stop >/dev/null; wait "$run_pid"; }
# limit LINE: in force a moment later
limit() { printf '%s\n' "$1" >conf/throttle; conf-build conf 2>/dev/null || exit 1; }
# start LIMIT: 300 recipients of ten domains, tenant t, user u; five go
start() {
	no_queue q; queue-check -i q
	limit "$1"
	python3 "$top/tests/tools/fillqueue.py" q 300 domains=10 to=u%d@d%d.test size=100 'line=tenant t' 'line=user u' >ids
	begin
	wait_for 30 sent 5
}

start 'tenant:t cap=5/day'
has_line() { [ "$(lines)" -ge 1 ]; }
wait_for 30 has_line; ok "a tenant's cap has a line" $?
wait_for 30 later 10
n=$(status_of later)
[ "$n" -le 310 ]; ok "$n told later" $?
is "five go, and no more" "$(status_of sent)" 5
limit 'tenant:t cap=100000/day'
wait_for 30 sent 300; ok "another cap: all others go" $?
is "and the line is gone" "$(lines)" 0
end

start 'user:u cap=5/day'
wait_for 30 later 295; ok "a user's cap: each is asked for" $?
[ "$(status_of later)" -le 320 ]; ok "once" $?
is "the line is shown" "$(queue-ctl q status | sed -n 's/^\(key:user:u\)	.*\(room:[0-9]*\).*/\1 \2/p')" "key:user:u room:0"
id=$(sed -n 250p ids)
queue-why q "$id" | grep -q "user:u"; ok "queue-why names what is waited for" $?
queue-ctl q hold "$id" >/dev/null
queue-ctl q delete "$(sed -n 251p ids)" >/dev/null
end
begin
wait_for 30 later 288; ok "the next queue-run asks once, too" $?
limit ''
wait_for 30 sent 293; ok "no limit: all others go" $?
queue-ctl q release "$id" >/dev/null
wait_for 30 sent 294; ok "and who was held, when he is released" $?
end
is "nobody is left" "$(queue-list q | wc -l)" 0
done_testing
