#!/bin/sh
# A message file whose head cannot be read goes to aside, whatever is wrong with
# it: it is said, queue-check shows it, and all others are delivered.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
stop() { kill "$run_pid"; wait "$run_pid"; }
sent() { [ "$(grep -c 'ev:sent' log)" -ge "$1" ]; }
asides() { [ "$(find q/aside -type f 2>/dev/null | wc -l)" -ge "$1" ]; }
file() { echo "q/mess/$(expr "$1" : '.*\(..\)$')/$1"; }
cat >damage.py <<'P'
import sys
path, how = sys.argv[1:]
d = bytearray(open(path, "rb").read())
to, end = d.index(b"\nto ") + 1, d.index(b"\n\n")
if how == "word":
    d[0:8] = b"rohrpfei"
elif how == "count":
    d[d.index(b"\n") - 1:d.index(b"\n")] = b"7"
elif how == "state":
    d[to + 3:to + 4] = b"Z"
elif how == "mark":
    d[to + 5:to + 6] = b"!"
elif how == "tries":
    d[to + 7:to + 8] = b"x"
elif how == "end":
    d[end + 1:end + 2] = b"x"
elif how == "time":
    at = d.index(b"time ")
    d[at:at + 5] = b"tick "
elif how == "short":
    d = d[:-1]
open(path, "wb").write(d)
P
hows="word count state mark tries end"
queue-check -i q
python3 "$top/tests/tools/fillqueue.py" q 9 to=u%d@a.example age=120 >ids
i=0
for how in $hows short; do
	i=$((i + 1))
	id=$(sed -n ${i}p ids)
	echo "$id" >"$how.id"
	python3 damage.py "$(file "$id")" $how
done
cp "$(file "$(cat state.id)")" copy
bg queue-run -r 2 q answer status:sent 2>log
run_pid=$bg_pid
wait_for 10 sent 2; ok "what is whole is delivered" $?
wait_for 10 asides 6; ok "six are set aside" $?
for how in $hows; do
	id=$(cat "$how.id")
	[ -e "q/aside/$id" ] && [ ! -e "$(file "$id")" ]; ok "$how: it is in aside" $?
	is "$how: said, once" "$(grep -c "warning: mess/../$id is not a whole message file; set aside as aside/$id\$" log)" 1
done
cmp -s copy "q/aside/$(cat state.id)"; ok "as it was" $?
[ ! -e "q/aside/$(cat short.id)" ]; ok "one that was never accepted is none of them" $?

# while it runs: a young one may be in the making, an old one is seen by a scan
queue-check -i made
comes() { # AGE: a damaged one appears; its id in $id
	id=$(python3 "$top/tests/tools/fillqueue.py" made 1 to=u@a.example age="$1")
	python3 damage.py "made/$(file "$id" | cut -d/ -f2-)" state
	mv "made/$(file "$id" | cut -d/ -f2-)" "$(file "$id")"
}
comes 20
seen() { grep -q "$id is not a whole message file; left alone" log; }
wait_for 10 seen; ok "a young one is left alone" $?
[ -e "$(file "$id")" ]; ok "in its place" $?
young=$id
comes 120
wait_for 10 asides 7; ok "an old one is set aside by a later scan" $?
stop
rm -f "$(file "$young")"
status "queue-check" 100 queue-check q
is "shows them" "$(grep -c '^state:aside' out)" 7

# where aside cannot be made it stays, and is delivered to nobody
rm -r q/aside; : >q/aside
comes 120
bg queue-run -r 1 q answer status:sent 2>log
run_pid=$bg_pid
no() { grep -q "$id is not a whole message file and cannot be set aside: .*; not delivered" log; }
wait_for 10 no; ok "no place for it: said" $?
[ -e "$(file "$id")" ]; ok "no place for it: it stays" $?
is "no place for it: not delivered" "$(grep -c ev:sent log)" 0
stop
done_testing
