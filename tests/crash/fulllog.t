#!/bin/sh
# The disk of the log fills up, not that of the queue: svlogd waits for room,
# mail goes on as long as the pipes take its events, log-audit says that they
# are missing, and when there is room again all of them are there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
mkdir "$T/disk"
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=1m none "$T/disk" 2>"$T/err"; then
	skip "needs root and a tmpfs to fill"
	done_testing
	exit 0
fi
down() { [ -z "${up-}" ] || stop_instance; umount -l "$T/disk"; tap_end; }
trap down EXIT
new_instance site --local example.org || exit 1
cp -a "$I/log/." "$T/disk/" && rm -r "$I/log" && ln -s "$T/disk" "$I/log" || exit 1
# nothing is given away for room
sed -i 's/^s.*/s20000/; s/^n.*/n50/; s/^N.*/N50/' "$I"/log/*/config
start_instance; ok "instance is up" $?
# mail N: so many messages
mail() {
	timeout 30 python3 - "$port" "$1" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20)
for n in range(int(sys.argv[2])):
    s.sendmail("you@example.org", ["you@example.org"], "Subject: %d\n\nx\n" % n)
X
}
audit_is_well() { log-audit "$I/queue" "$I"/log/*/ >"$T/out" 2>"$T/err"; }
mail 5; ok "mail" $?
wait_for 10 queue_empty
audit_is_well; ok "everything is explained" $?

dd if=/dev/zero of="$T/disk/filler" bs=1k 2>/dev/null
is "the disk is full" "$(df --output=avail "$T/disk" | tail -1 | tr -d ' ')" 0
mail 100; ok "mail goes on" $?
audit_is_well; is "and is not explained" $? 1

rm "$T/disk/filler"
wait_for 20 queue_empty; ok "room again: the queue empties" $?
wait_for 30 audit_is_well; ok "and everything is explained" $?
like "all of it" "$(tail -1 "$T/out")" '^accepted:105	queued:0	sent:105	.*unexplained:0$'
done_testing
