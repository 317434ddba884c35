#!/bin/sh
# alone: in its last example it is asked how much comes in any minute
# The examples of world(7), one after the other, as they stand there.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
cd "$T" || exit 1
# the servers that they name, so that fewer keys are made
for w in w v; do
	mkdir -p $w/world
	grep -E '^(good|greylist|rate) *' "$top/tests/world/receivers" >$w/world/receivers
done
mkdir conf
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$top/doc/man/world.7" |
	awk '/^\.Bd/ { n++; on = 1; next } /^\.Ed/ { on = 0 } on { print >("example." n) }'
is "examples" "$(find . -name 'example.*' | wc -l | tr -d ' ')" 4
# up COMMAND: a world, in the background
up() {
	# shellcheck disable=SC2086
	bg $1 >world.out 2>&1
	worlds="$worlds $bg_pid"
	wait_for 60 world_answers
	grep -q ' is up: ' world.out || sed 's/^/# /' world.out
}
worlds=
for n in 1 2 3 4; do
	: >script
	while IFS= read -r line; do
		case $line in
		*' &') sh -e script; : >script; up "${line% &}" ;;
		*) printf '%s\n' "$line" >>script ;;
		esac
	done <example.$n
	status "example $n" 0 sh -e script
	sed 's/^/# /' out err
done
# shellcheck disable=SC2086
kill $worlds
for p in $worlds; do wait "$p"; done
done_testing
