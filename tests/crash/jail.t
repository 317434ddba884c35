#!/bin/sh
# A program that does what it has given up ends with one line and 111, and its
# supervisor starts it again: another program, a socket, a file elsewhere, a
# process of its own, tried from within each by a library that is put in front.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
bin=${ROHRPOST_BIN:-$top/build/bin}
if readelf -d "$bin/queue-run" | grep -q 'NEEDED.*lib[au]*b*san'; then
	skip "built with sanitizers"
	done_testing
	exit 0
fi
# what is tried at SIGUSR1: $TRY
cat >try.c <<'X'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

static void
act(int sig)
{
	char *const argv[] = { "true", NULL };
	const char *what = getenv("TRY");
	char line[100];
	int fd;

	if (strcmp(what, "exec") == 0)
		execv("/bin/true", argv);
	else if (strcmp(what, "fork") == 0)
		fork();
	else if (strcmp(what, "packet") == 0)
		socket(AF_PACKET, SOCK_RAW, 0);
	else if (strcmp(what, "ptrace") == 0)
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	else if (strcmp(what, "setuid") == 0)
		(void)!setuid(0);
	fd = open("/etc/passwd", strcmp(what, "write") == 0 ? O_RDWR : O_RDONLY);
	(void)!write(2, line, snprintf(line, sizeof line, "passwd: %s\n", fd == -1 ? strerror(errno) : "open"));
	(void)sig;
}
__attribute__((constructor)) static void
begin(void)
{
	signal(SIGUSR1, act);
}
X
${CC:-cc} -shared -fPIC -o try.so try.c || exit 1

mkdir conf keys door certs tmp
: >conf/throttle; : >conf/tls; echo me.example >conf/me
conf-build conf >/dev/null 2>&1
port=$(free_port)
# run NAME TRY: the program with what it needs, waiting for input; its end
run() {
	case $1 in
	remote-send) set -- "$2" remote-send -C conf ;;
	remote-send-Q) set -- "$2" remote-send -C conf -Q keys -L conf/logins ;;
	throttle) set -- "$2" throttle -s door/state conf cat ;;
	tls-key) set -- "$2" tls-key conf certs ;;
	key-sign) set -- "$2" key-sign keys ;;
	sock-hold) set -- "$2" sock-hold -s door/sock ;;
	smtp-recv) set -- "$2" smtp-recv -C conf -d tmp cat ;;
	esac
	try=$1
	shift
	rm -f in; mkfifo in
	# its own process, also behind what opens the socket for it
	case $1 in
	sock-hold) sock-hold -o "127.0.0.1:$port" sh -c "echo \$\$ >pid; TRY=$try LD_PRELOAD=$T/try.so exec $*" <in >/dev/null 2>err & ;;
	*) sh -c "echo \$\$ >pid; TRY=$try LD_PRELOAD=$T/try.so exec $*" <in >/dev/null 2>err & ;;
	esac
	run_pid=$!
	exec 7>in
	confined() { [ "$(sed -n 's/^Seccomp:[^0-9]*//p' "/proc/$(cat pid)/status")" = 2 ]; }
	wait_for 10 confined
	kill -USR1 "$(cat pid)"
	case $try in
	read | write) wait_for 10 grep -q . err; kill "$(cat pid)" ;;
	esac
	wait "$run_pid"
	code=$?
	exec 7>&-
}
for p in remote-send throttle tls-key key-sign sock-hold smtp-recv; do
	for try in exec fork packet ptrace setuid; do
		run $p $try
		is "$p, $try: it ends with" $code 111
		like "one line" "$(cat err)" "^$p: fatal: system call [0-9]* is not allowed here\$"
	done
	run $p read
	case $p in
	remote-send) like "$p reads what it may" "$(cat err)" '^passwd: open$' ;;
	sock-hold) like "$p opens nothing" "$(cat err)" '^passwd: Permission denied$' ;;
	*) like "$p reads nothing elsewhere" "$(cat err)" '^passwd: Permission denied$' ;;
	esac
	run $p write
	case $p in
	throttle | sock-hold | smtp-recv) like "$p writes nothing elsewhere" "$(cat err)" '^passwd: Permission denied$' ;;
	*) like "$p opens nothing to write" "$(cat err)" "^$p: fatal: system call [0-9]* is not allowed here\$" ;;
	esac
done
# of several processes each is confined, and another takes its place
confined_one() { for p in $(pgrep -P "$1"); do [ "$(sed -n 's/^Seccomp:[^0-9]*//p' "/proc/$p/status")" != 2 ] || echo "$p"; done | head -1; }
some() { one=$(confined_one "$1"); [ -n "$one" ]; }
bg env TRY=exec "LD_PRELOAD=$T/try.so" smtp-recv -C conf -d tmp -n 2 -l "127.0.0.1:$port" cat 2>err
wait_for 10 some "$bg_pid"
kill -USR1 "$one"
wait_for 10 grep -q 'starting it again' err
like "smtp-recv -n: one line" "$(cat err)" '^smtp-recv: fatal: system call [0-9]* is not allowed here$'
like "smtp-recv -n: another takes its place" "$(cat err)" '^smtp-recv: warning: process [01] has ended, status 111; starting it again$'
kill "$bg_pid"; wait "$bg_pid"
is "smtp-recv -n: it ends in order" $? 0
# a table that is a link is read where it leads, also the next one there
rcpt() { printf 'HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@%s>\r\nQUIT\r\n' "$1" | smtp-recv -C conf -d tmp cat 2>err | sed -n '4s/ .*//p'; }
mkdir far; echo far.example >conf/local; conf-build conf; mv conf/local.cdb far; ln -s ../far/local.cdb conf/local.cdb
is "smtp-recv: a table that is a link" "$(rcpt far.example) $(rcpt near.example)" "250 550"
# large messages go to the folder of -d, and nowhere else
{ printf 'HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@far.example>\r\nDATA\r\n'; yes 'x' | head -c 300000 | sed 's/$/\r/'; printf '.\r\nQUIT\r\n'; } >large
TCPREMOTEIP=192.0.2.1 smtp-recv -C conf -d tmp -b 100000 python3 "$top/tests/tools/fakeinject.py" . K <large 2>err | tail -2 | head -1 | grep -q ^250
ok "smtp-recv: a large message" $?
is "smtp-recv: without a word" "$(cat err)" ""
run remote-send-Q read
like "remote-send -Q reads nothing elsewhere" "$(cat err)" '^passwd: Permission denied$'
ROHRPOST_NOJAIL=1; export ROHRPOST_NOJAIL
is "without" "$(key-sign keys </dev/null 2>&1)" "key-sign: warning: not confined: ROHRPOST_NOJAIL is set"
done_testing
