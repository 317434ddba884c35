#!/bin/sh
# Memory for what was delivered as containers have it: 64 MB, read-only,
# missing, full from the start or from some moment on, or with somebody else's
# folder where ours should be.  Mail goes on, each message once, and `status`
# says what is not as it should be.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null && command -v chpst >/dev/null || {
	skip "needs root, namespaces and runit"
	done_testing
	exit 0
}
chmod 1777 "$T"
sink=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$sink" "$T/dump"
wait_for 5 smtp-ping "127.0.0.1:$sink"
count=${SHM_COUNT:-300}

# inside COMMAND...: with the /dev/shm of the instance
inside() { nsenter -t "$up" -m "$@"; }
# begin NAME SETUP INIT-OPTIONS: an instance where SETUP has made /dev/shm
begin() {
	name=$1 setup=$2
	shift 2
	new_instance "$@" --relay "127.0.0.1:$sink" || exit 1
	bg unshare -m --propagation private sh -c "umount /dev/shm 2>/dev/null; $setup
		exec rohrpost up $I" sh "$(stat -c %d-%i "$I/queue")" >"$I/up.out" 2>&1
	up=$bg_pid
	wait_for 25 rohrpost ping "$I"; ok "$name: it is up" $?
}
events() { cat "$I"/log/deliver-final/current "$I"/log/deliver-final/@* 2>/dev/null | grep -c 'ev:sent	'; }
all_sent() { [ "$(events)" -ge "$1" ]; }
arrived() { cat "$T/dump" 2>/dev/null | grep -ac '^X-Rcpt-Args:'; }
mail() { python3 "$top/tests/tools/mailsource.py" "$port" a@example.org x@example.net "$1" 8; }
# pass: mail passes, once
pass() {
	rm -f "$T/dump"
	before=$(events)
	mail "$count"; ok "$name: mail is taken" $?
	wait_for 60 all_sent $((before + count))
	wait_for 10 queue_empty; ok "$name: and leaves" $?
	is "$name: each once" "$(($(events) - before)) $(arrived)" "$count $count"
}
# says WHAT: what status has to say, or nothing
says() {
	status "$name: status" 0 inside rohrpost status "$I"
	if [ -n "$1" ]; then
		like "$name: says it" "$(cat "$T/out")" "^warning: $1"
	else
		is "$name: has nothing to say" "$(grep -c '^warning: .*deliver' "$T/out")" 0
	fi
}
end() {
	out=$(audit); ok "$name: log-audit" $?
	stop_instance
	status "$name: queue-check" 0 queue-check "$I/queue"
}

small='mount -t tmpfs -o size=64m,mode=1777,noexec tmpfs /dev/shm;'
disk='deliver: what was delivered is written to the disk, which costs more than /dev/shm: '
cannot="${disk}unable to keep results in /dev/shm/rohrpost-[0-9]*-.*: "
begin "64 MB" "$small" small --users
pass; says ''
is "a folder of rohrqueue's alone" "$(inside sh -c 'stat -c "%U %a" /dev/shm/rohrpost-*')" "rohrqueue 700"
inside sh -c 'cat /dev/zero >/dev/shm/fill' 2>/dev/null
name="filled while it runs"
pass; says "/dev/shm: the file system is full"
like "and what to do" "$(cat "$T/out")" "^  make room"
end
begin "full" "$small cat /dev/zero >/dev/shm/fill 2>/dev/null;" full
pass; says "${cannot}No space left on device"; end
begin "read-only" 'mount -t tmpfs -o ro tmpfs /dev/shm;' ro
pass; says "${cannot}Read-only file system"; end
begin "missing" 'mount -t tmpfs -o size=1m tmpfs /dev; mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/urandom c 1 9; ln -s /proc/self/fd /dev/fd;' gone
pass; says "${disk}is that a tmpfs, and may all write there"; end
begin "somebody else's folder" "$small chpst -u rohrsend mkdir -m 777 /dev/shm/rohrpost-\$(id -u rohrqueue)-\$1;" taken --users
pass; says "${cannot}Operation not permitted"
is "nothing is made in it" "$(inside find /dev/shm -mindepth 2 | wc -l)" 0
end
done_testing
