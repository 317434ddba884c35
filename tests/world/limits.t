#!/bin/sh
# alone: how much comes in any window of time is asked
# Servers with limits, and a throttle that knows them: nobody is told that it is
# too much, and in no window of time there is more than was said.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
cat >"$T/receivers" <<'X'
good
rate     limit=10/60
hour     limit=60/600
per-conn per-conn=3
conns    conns=2
grey     grey=120
wild     limit=10/60
X
mkdir "$T/conf"
# each a little below, as messages arrive some time after they were let go
cat >"$T/conf/throttle" <<'X'
domain:rate.auto.test rate=8/m
domain:hour.auto.test rate=50/10m burst=5
domain:per-conn.auto.test msgs-per-conn=3
domain:conns.auto.test conn=2
domain:good.auto.test rate=60/m burst=20
X
start_world --clock 20 --receivers "$T/receivers" --conf "$T/conf"; ok "the world can be made" $?
status "mail" 0 world mail -n 40 joe@rate.auto.test joe@hour.auto.test joe@per-conn.auto.test joe@conns.auto.test
status "more" 0 world mail -n 160 joe@good.auto.test
status "to whom it comes twice" 0 world mail -n 10 joe@grey.auto.test
status "to whom nobody is slow" 0 world mail -n 30 joe@wild.auto.test
status "all of it arrives" 0 world wait 240
verdict "once, and in no window too much" -w 90/60 --strict good rate hour per-conn conns grey
like "as is said" "$(cat "$T/verdict")" '^rate .*most [0-9]+/connection [0-9]+/1s [0-9]+/60s [0-9]+/3600s ([89]|10)/60s \(limit 10\)'
like "and how many came over one connection" "$(cat "$T/verdict")" '^per-conn .*most 3/connection'
like "how many of these there were" "$(cat "$T/verdict")" '^conns .* [12] at once, from'
like "of the window that was asked for, too" "$(cat "$T/verdict")" '^good .* (6[0-9]|[78][0-9]|90)/60s \(limit 90\)'
status "a limit that did not hold" 1 world verdict -w 30/60 good
like "is seen" "$(cat "$T/out")" 'came in the window [0-9:]*\.\.[0-9:]*, limit 30/60'
verdict "a server keeps its own" wild
status "but to be told so is wrong, where it was known" 1 world verdict --strict wild
like "and said" "$(cat "$T/out")" 'it refused [0-9]+ for its limits'
status "what came when" 0 world verdict -l per-conn
is "a line for each" "$(grep -c '^    [0-9:.]*  connection [0-9]* from 198.19.0.1  TLSv1.2,[A-Z0-9-]*\(,resumed\)\{0,1\},for mx.per-conn.auto.test  <[^ ]*> for joe@per-conn.auto.test: 250 2.0.0 taken$' "$T/out")" 40
is "three a connection" "$(sed -n 's/.*  connection \([0-9]*\) .*/\1/p' "$T/out" | sort | uniq -c | awk '$1 > 3')" ""
for bad in 10 10/0 -1/60 x/y; do
	status "a window of $bad" 100 world verdict -w "$bad"
done
stop_world; is "it stops" $? 0
done_testing
