#!/bin/sh
# Which system calls make mail durable depends on the file system: nothing is
# taken on trust where it is not known to hold.  Real file systems on loop
# devices, looked at with strace.
. "$(dirname "$0")/../lib.sh"
if [ "$(id -u)" != 0 ] || ! command -v losetup >/dev/null; then
	skip "needs root and losetup"
	done_testing
	exit 0
fi
M=$T/m
mkdir "$M"
unmount() {
	umount "$T/o/merged" 2>/dev/null
	umount "$M" 2>/dev/null
}
trap 'unmount; tap_end' EXIT
# mount_fs KIND: $Q is where a queue may stand on it; 1 with $why when not
mount_fs() {
	unmount
	why="no $1 here"
	rm -rf "$T/image" "$T/o"
	case $1 in
	ext4) truncate -s 400M "$T/image"; mkfs.ext4 -q "$T/image" ;;
	ext4-fast_commit) truncate -s 400M "$T/image"; mkfs.ext4 -q -O fast_commit "$T/image" ;;
	ext4-no-journal) truncate -s 400M "$T/image"; mkfs.ext4 -q -O ^has_journal "$T/image" ;;
	xfs) truncate -s 400M "$T/image"; mkfs.xfs -q "$T/image" ;;
	btrfs) truncate -s 400M "$T/image"; mkfs.btrfs -q "$T/image" ;;
	overlay)
		mkdir -p "$T/o/lower" "$T/o/upper" "$T/o/work" "$T/o/merged"
		mount -t overlay -o "lowerdir=$T/o/lower,upperdir=$T/o/upper,workdir=$T/o/work" \
		    overlay "$T/o/merged" || return
		Q=$T/o/merged/q
		return ;;
	esac >/dev/null 2>&1 || return
	mount -o loop "$T/image" "$M" 2>/dev/null || return
	Q=$M/q
}
parcels() { # N parcels, in one write: one batch
	i=0 p=
	while [ "$i" -lt "$1" ]; do
		p=$p'15:from a\nto b\n\nx\n,'
		i=$((i + 1))
	done
	printf "$p"
}
# calls FILE: which of them, how often
calls() {
	for c in syncfs fsync linkat rename; do
		printf '%s %s ' "$c" "$(grep -Ec "^[0-9]* *$c(at|at2)?\(" "$1")"
	done
}
# two batches by one queue-inject: the second begins when the first is safe
inject() { # N PARCELS IN THE SECOND
	# those of the last one are not taken for its own
	rm -f "$T/out" "$T/trace"
	mkfifo "$T/in"
	strace -f -o "$T/trace" -e trace=syncfs,fsync,linkat,renameat,renameat2,write \
	    queue-inject -r 0 "$Q" <"$T/in" >"$T/out" 2>"$T/err" &
	pid=$!
	exec 3>"$T/in"
	parcels 1 >&3
	wait_for 10 test -s "$T/out"
	: >"$T/first"
	grep -n '"21:K' "$T/trace" | head -1 | cut -d: -f1 >"$T/first"
	parcels "$1" >&3
	exec 3>&-
	wait $pid
	rm "$T/in"
	is "$fs: all are answered" "$(tr -d '\n' <"$T/out" | grep -o '21:K' | wc -l)" $(($1 + 1))
	sed "1,$(cat "$T/first")d" "$T/trace" >"$T/second"
	head -n "$(cat "$T/first")" "$T/trace" >"$T/firstbatch"
}
deliver() { # N mails at once into one Maildir
	mkdir -p "${Q%/q}/mail/u/tmp" "${Q%/q}/mail/u/new" "${Q%/q}/mail/u/cur"
	printf 'Subject: x\n\nx\n' >"$T/msg"
	i=0
	while [ "$i" -lt "$1" ]; do
		printf 'id:m%s\tn:0\tfrom:a@b\tto:u@c\tsize:14\ttry:0\tbirth:1.0\tfile:%s\toff:0\tuser:u\n' "$i" "$T/msg"
		i=$((i + 1))
	done >"$T/jobs"
	strace -f -o "$T/trace" -e trace=syncfs,fsync,renameat,renameat2 \
	    local-deliver "${Q%/q}/mail" <"$T/jobs" >"$T/out" 2>"$T/err"
	is "$fs: $1 mails are stored" "$(grep -c status:sent "$T/out")" "$1"
}
# the drop of separate users: who leaves something may not read the folder
leave() { # CALLS: behind the name; none: it cannot be kept
	d=${Q%/q}
	mkdir -p "$d/conf" "$d/drop/new"
	echo me.example >"$d/conf/me"
	chmod 755 "$T" "$d" "$d/drop"
	chmod 3733 "$d/drop/new"
	printf 'Subject: x\n\nx\n' >"$T/msg"
	strace -f -o "$T/trace" -e trace=syncfs,fsync,renameat,renameat2 \
	    chpst -u nobody env "PATH=$PATH" "ROHRPOST_DIR=$d" sendmail you <"$T/msg" 2>"$T/err"
	got=$?
	sed -i '1,/renameat/d' "$T/trace"
	if [ "$1" = none ]; then
		is "$fs: what is left in a folder that may not be read is not safe" "$got $(ls -A "$d/drop/new")" "75 "
	else
		is "$fs: it is left where it is safe" "$got $(ls "$d/drop/new" | wc -l) $(sed -n 's/^[0-9]* *\([a-z]*\)(.*/\1/p' "$T/trace" | tr '\n' ,)" "0 1 $1"
	fi
}

# what the second batch and the delivery are made of, one message and six;
# rename counts queue-inject's own
while read -r fs one six mail left; do
	if ! mount_fs "$fs"; then
		skip "$fs: $why"
		continue
	fi
	status "$fs: a queue" 0 queue-check -i "$Q"
	inject 1
	case $fs in
	overlay) is "$fs: the first message" "$(calls "$T/firstbatch")" "syncfs 0 fsync 2 linkat 0 rename 1 " ;;
	esac
	sed -i '/O_TMPFILE/d' "$T/second"
	is "$fs: one message" "$(calls "$T/second" | tr ' ' ,)" "$one"
	inject 6
	is "$fs: six messages" "$(calls "$T/second" | tr ' ' ,)" "$six"
	deliver 6
	is "$fs: six mails into a Maildir" "$(calls "$T/trace" | tr ' ' ,)" "$mail"
	if command -v chpst >/dev/null; then leave "$left"; else skip "needs runit"; fi
done <<'X'
ext4 syncfs,0,fsync,4,linkat,1,rename,0, syncfs,1,fsync,3,linkat,6,rename,0, syncfs,2,fsync,0,linkat,0,rename,6, fsync,syncfs,
ext4-fast_commit syncfs,1,fsync,1,linkat,1,rename,0, syncfs,1,fsync,0,linkat,6,rename,0, syncfs,2,fsync,0,linkat,0,rename,6, fsync,syncfs,
ext4-no-journal syncfs,0,fsync,1,linkat,1,rename,0, syncfs,1,fsync,1,linkat,6,rename,0, syncfs,2,fsync,2,linkat,0,rename,6, fsync,syncfs,fsync,
xfs syncfs,0,fsync,1,linkat,1,rename,0, syncfs,1,fsync,0,linkat,6,rename,0, syncfs,2,fsync,0,linkat,0,rename,6, fsync,syncfs,
btrfs syncfs,0,fsync,1,linkat,1,rename,0, syncfs,1,fsync,0,linkat,6,rename,0, syncfs,2,fsync,0,linkat,0,rename,6, fsync,syncfs,
overlay syncfs,0,fsync,2,linkat,0,rename,1, syncfs,0,fsync,7,linkat,0,rename,6, syncfs,0,fsync,12,linkat,0,rename,6, none
X
done_testing
