#!/bin/sh
# The power goes under load: everything acknowledged is there.  A short run
# on ext4; tests/powercut/powercut.py has the others, and more cuts.
. "$(dirname "$0")/../lib.sh"
CUTS=${POWERCUT_CUTS:-5}
KINDS=${POWERCUT_KINDS:-ext4}
if [ "$(id -u)" != 0 ]; then
	why="needs root"
elif [ ! -c /dev/fuse ] || [ ! -c /dev/loop-control ]; then
	why="needs /dev/fuse and loop devices"
elif ! pkg-config --exists fuse3 || ! command -v svlogd >/dev/null; then
	why="needs libfuse3-dev and runit"
else
	why=
	# shellcheck disable=SC2046
	cc -O2 -o "$T/disk" "$top/tests/powercut/disk.c" $(pkg-config --cflags --libs fuse3) || exit 1
	# a container may have the devices and not the right to use them
	truncate -s 1M "$T/try"
	loop=$(losetup -f --show "$T/try" 2>/dev/null) || why="no loop device is to be had"
	[ -z "$loop" ] || losetup -d "$loop"
fi
if [ -n "$why" ]; then
	skip "$why"
	done_testing
	exit 0
fi
for kind in $KINDS; do
	# two seconds of load: a few hundred messages
	python3 "$top/tests/powercut/powercut.py" -c "$CUTS" -s 2 "$T/disk" "$kind" >"$T/out" 2>"$T/err"
	ok "$kind: nothing acknowledged is lost in $CUTS power cuts" $?
	sed 's/^/# /' "$T/out"
	row=$(grep "^| $kind " "$T/out")
	# kind, cuts, messages, acknowledged, lost, damaged, twice, aside, and
	# what log-audit says before the instance is started again
	# shellcheck disable=SC2046
	set -- $(printf '%s' "$row" | tr -d '|,')
	[ "${4:-0}" -gt 0 ]; ok "$kind: there was something to lose" $?
	is "$kind: lost, damaged, blamed by log-audit" "${5:-} ${6:-} ${9:-}" "0 0 0"
	[ -n "$row" ] || sed 's/^/# /' "$T/err"
done
done_testing
