#!/bin/sh
# The files that start an instance at boot: runit's is run by a runsvdir,
# systemd's is read by systemd-analyze where there is one.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
bin=$(dirname "$(command -v rohrpost)")
new_instance site || exit 1
mkdir -p "$T/etc/rohrpost"
sed "s|/usr/local/bin|$bin|; s|up /var/lib/rohrpost|up $I|" "$top/service/boot/run" >"$T/etc/rohrpost/run"
chmod 755 "$T/etc/rohrpost/run"
bg runsvdir -P "$T/etc" >"$T/boot.log" 2>&1
wait_for 20 rohrpost ping "$I"; ok "runsvdir starts it" $?
wait_for 20 rohrpost status "$I"; ok "and it is well" $?
is "under its own runsv" "$(cat "$I/up.pid")" "$(cat "$T/etc/rohrpost/supervise/pid")"
old=$(cat "$I/up.pid")
kill -9 "$old"
another() { [ -s "$I/up.pid" ] && [ "$(cat "$I/up.pid")" != "$old" ] && rohrpost status "$I"; }
wait_for 30 another; ok "killed: it comes again" $?
sv -w 40 down "$T/etc/rohrpost" >"$T/out"; ok "sv down" $?
status "and it is down" 1 rohrpost status "$I"
is "nothing of it is left" "$(pgrep -f "$I/" | wc -l)" 0
# runsvdir begins a runsv anew that has ended, within five seconds
kill "$bg_pid"; wait "$bg_pid"
sv -w 10 exit "$T/etc/rohrpost" >/dev/null

if command -v systemd-analyze >/dev/null; then
	sed "s|/usr/local/bin|$bin|" "$top/service/boot/rohrpost@.service" >"$T/rohrpost@srv-mail.service"
	out=$(systemd-analyze verify --man=no "$T/rohrpost@srv-mail.service" 2>&1 | grep -F 'rohrpost@')
	is "systemd has nothing against its unit" "$out" ""
else
	skip "systemd-analyze is missing"
fi
for w in 'Type=exec' 'KillMode=mixed' 'ExecStart=/usr/local/bin/rohrpost up %f'; do
	grep -qxF "$w" "$top/service/boot/rohrpost@.service"; ok "$w" $?
done
done_testing
