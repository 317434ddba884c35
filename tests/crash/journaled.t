#!/bin/sh
# The durability tests once more on an ext4 with a journal, in an image
# mounted by loop: the machine's own disk may have none.
. "$(dirname "$0")/../lib.sh"
[ "$(id -u)" = 0 ] && command -v mkfs.ext4 >/dev/null || {
	skip "needs root and mkfs.ext4"
	done_testing
	exit 0
}
chmod 755 "$T" # the sink of instance.t is another user
truncate -s 1G "$T/image" && mkfs.ext4 -q -O has_journal "$T/image" && mkdir "$T/mnt" || exit 1
if ! mount -o loop "$T/image" "$T/mnt" 2>"$T/err"; then
	skip "no loop mount here: $(head -1 "$T/err")"
	done_testing
	exit 0
fi
trap 'umount "$T/mnt"; tap_end' EXIT
chmod 1777 "$T/mnt"
for t in "$top"/tests/crash/*.t "$top"/tests/cmd/queue-inject.t; do
	case $t in # those to which the disk is nothing, or that bring their own
	*/journaled.t | */journal.t | */durable.t | */powercut.t | */checksum.t | */drop.t | \
	*/conf-build.t | */links.t | */send.t | */ends.t | */full.t | \
	*/sendmail.t | */recv.t | */bounce.t | */hooks.t | */orphans.t | */folders.t | \
	*/inodes.t | */aside.t | */doubt.t | */unlogged.t | */jail.t | */auth-user.t | \
	*/entropy.t | */memory.t | */clean.t | */feedback.t | */repair.t | */restarts.t | \
	*/ship.t | */suppress.t | */unsub-http.t | */acts.t | */keys.t | */move.t | \
	*/account.t | */http.t) continue ;;
	esac
	TMPDIR=$T/mnt CRASH_COUNT=1500 sh "$t" >"$T/out" 2>&1
	got=$?
	good=$(grep -c '^ok' "$T/out")
	ok "${t##*/} on a journaled ext4 ($good cases)" $got
	[ $got = 0 ] || grep -v '^ok' "$T/out" | sed 's/^/# /' | tail -20
done
done_testing
