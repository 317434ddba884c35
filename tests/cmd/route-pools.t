#!/bin/sh
# route: which source of a pool a job goes from
. "$(dirname "$0")/../lib.sh"
tab=$(printf '\t')
C=$T/conf
mkdir "$C"
echo mail.example.org >"$C/me"
cat >"$C/pools" <<'X'
default source=192.0.2.10
keep source=192.0.2.30
keep source=192.0.2.31
keep source=192.0.2.32
keep sticky=tenant
warm source=192.0.2.40 spill=keep
X
cat >"$C/routes" <<'X'
to:@keep.example host:[192.0.2.1] pool:keep
to:@least.example host:[192.0.2.1] pool:default,keep=least
to:@warm.example host:[192.0.2.1] pool:warm
to:@other.example host:[192.0.2.1] pool:keep
X
conf-build "$C" || exit 1
# N NAME DOMAIN [LABELS]: so many jobs, each of a message and a tenant of its own
jobs() {
	awk -v n="$1" -v name="$2" -v domain="$3" -v more="${4-colour:red}" 'BEGIN { for (i = 0; i < n; i++)
		printf "id:%s%d\tn:0\tfrom:s@example.org\tto:x%d@%s\tsize:100\ttry:0\t%s\n", name, i, i, domain, more }'
}
# how many jobs of a name in FILE have which value of a label
share() { awk -v name="$1" -v label="$2" -F '\t' 'index($1, "id:" name) == 1 { for (i = 2; i <= NF; i++)
	if (index($i, label ":") == 1) n[substr($i, length(label) + 2)]++ }
	END { for (v in n) print v, n[v] }' "$3" | sort; }
run() { route "$@" "$C" sh -c 'cat >"$0"' "$T/jobs"; }

# by what mail is kept to a source
{
	jobs 30 a keep.example tenant:acme
	jobs 30 b other.example tenant:acme
	jobs 30 c keep.example colour:red
} >"$T/in"
status "jobs" 0 run <"$T/in"
is "a tenant's mail has one source" "$(share a src "$T/jobs" | wc -l)" 1
is "the same for all domains" "$(share a src "$T/jobs")" "$(share b src "$T/jobs")"
is "mail of no tenant is shared out" "$(share c src "$T/jobs" | wc -l)" 3
status "for people" 0 route -n "$C" x@keep.example tenant:acme
like "the pool, and the source" "$(cat "$T/out")" "pools:[234]: pool keep, source $(share a src "$T/jobs" | cut -d ' ' -f 1)"

# not from the source that a reply spoke against, or from another pool
first=$(route -n "$C" x@keep.example tenant:acme | sed -n 's/.* src:\([^ ]*\).*/\1/p')
{
	jobs 1 d keep.example "tenant:acme${tab}avoid-src:$first"
	jobs 1 e keep.example "tenant:acme${tab}use-pool:default"
	jobs 1 f keep.example "tenant:acme${tab}use-pool:gone"
} | run
like "another source" "$(share d src "$T/jobs")" "^192.0.2.3[012] 1"
ok "which is not the first" "$(share d src "$T/jobs" | grep -c "^$first ")"
is "another pool, which via says" "$(share e src "$T/jobs") $(share e via "$T/jobs")" "192.0.2.10 1 default 1"
is "one that is not there" "$(share f src "$T/jobs")" "$first 1"
route -n "$C" x@keep.example tenant:acme "avoid-src:$first" >"$T/out"
like "that is said" "$(cat "$T/out")" "pools:[234]: not source $first, for what was replied to it"
route -n "$C" x@keep.example use-pool:default >"$T/out"
like "and that" "$(cat "$T/out")" "pools: pool default, for what was replied"
route -n "$C" x@keep.example use-pool:default avoid-src:192.0.2.10 >"$T/out"
like "where there is no other" "$(cat "$T/out")" "pools:1: there is no other source than 192.0.2.10"

# a source that has no more to give: those who come after it go from others
cat >"$T/next" <<'X'
while read -r job; do
	echo "$job" >>"$1"
	id=${job%%"$2"*}
	case $job in
	*"$2src:192.0.2.40$2"*"${2}spill:1"*) printf '%s\tn:0\tstatus:later\tnext:%d\tspill-by:src\tspill-of:192.0.2.40\tspill-until:%d\n' "$id" "$3" "$3" ;;
	*) printf '%s\tn:0\tstatus:sent\n' "$id" ;;
	esac
done
X
: >"$T/jobs"; : >"$T/out"
answered() { [ "$(wc -l <"$T/out")" -ge "$1" ]; }
now=$(date +%s)
{
	jobs 1 h warm.example spill:7
	wait_for 20 answered 1
	jobs 3 i warm.example
	wait_for 20 answered 4
	jobs 1 j other.example
} | route "$C" sh "$T/next" "$T/jobs" "$tab" $((now + 3600)) >"$T/out"
is "the first tries it" "$(share h src "$T/jobs") $(share h spill "$T/jobs")" "192.0.2.40 1 1 1"
like "and may come at once" "$(grep '^id:h0' "$T/out")" "^id:h0	n:0	status:later	next:[0-9]*$"
ok "which is now" "$(grep '^id:h0' "$T/out" | awk -F 'next:' -v now="$now" '{ exit !($2 >= now && $2 < now + 600) }'; echo $?)"
is "the others go from the pool that it spills into" "$(share i via "$T/jobs")" "keep 3"
is "a pool that spills into none says nothing of it" "$(share j spill "$T/jobs")" ""

# to the pool that has least on its way: half of them never end
cat >"$T/slow" <<'X'
while read -r job; do
	echo "$job" >>"$1"
	case $job in
	*"$2via:keep$2"*) ;; # no answer
	*) printf '%s\tn:0\tstatus:sent\n' "${job%%"$2"*}" ;;
	esac
done
X
: >"$T/jobs"; : >"$T/out"
ended() { [ "$(grep -c via:default "$T/jobs")" -eq "$(wc -l <"$T/out")" ]; }
went() { [ "$(wc -l <"$T/jobs")" -ge "$1" ]; }
{
	i=0
	while [ "$i" -lt 20 ]; do
		jobs 1 "l$i-" least.example
		i=$((i + 1))
		wait_for 20 went "$i"
		wait_for 20 ended
	done
} | route "$C" sh "$T/slow" "$T/jobs" "$tab" >"$T/out" 2>"$T/err"
is "one waits there, and all others go to the other" "$(share l via "$T/jobs" | tr '\n' ' ')" "default 19 keep 1 "

# in a network of its own: an address that the machine loses, and has again
cat >"$T/loses" <<'X'
ip link set lo up && ip addr add 192.0.2.40/32 dev lo || exit 1
jobs() { i=0; while [ ! -e "$T/stop" ]; do i=$((i + 1)); job "$i"; sleep 0.2; done; }
job() { printf 'id:k%d\tn:0\tfrom:s@example.org\tto:x@warm.example\tsize:100\ttry:0\n' "$1"; }
until_seen() { n=0; while ! grep -q "$1" "$2"; do n=$((n + 1)); [ $n -lt 300 ] || return 1; sleep 0.1; done; }
: >"$T/err"
jobs | route "$C" sh -c 'cat >"$0"' "$T/jobs" >"$T/out" 2>"$T/err" &
until_seen src:192.0.2.40 "$T/jobs"
ip addr del 192.0.2.40/32 dev lo
until_seen 'ev:source.*state:aside' "$T/err"
until_seen src:192.0.2.3 "$T/jobs"
ip addr add 192.0.2.40/32 dev lo
until_seen 'ev:source.*state:back' "$T/err"
: >"$T/stop"
wait
X
rm -f "$T/stop" "$T/jobs"; : >"$T/jobs"
if unshare -rn sh -c 'ip link set lo up' 2>/dev/null; then
	C="$C" T="$T" unshare -rn sh "$T/loses"
	is "it is told that an address is lost, and that it is back" \
		"$(sed -n 's/.*ev:source.*src:192.0.2.40.*state:\([a-z]*\).*/\1/p' "$T/err" | tr '\n' ' ')" "aside back "
	like "meanwhile mail goes from the pool that it spills into" "$(share k via "$T/jobs")" "keep [0-9]+"
else
	skip "no network of its own"
fi
done_testing
