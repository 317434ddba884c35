# rohrpost(8): what services need to work: sockets of others, certificates, logins

# Sockets between services, which ask for them with the first mail alone.
doors() {
	for s in $services; do
		user "$s"
		fact "$s" sockets
		for p in $value; do
			if [ ! -S "$p" ]; then
				case $p in */listen/sock) who=' listen' ;; *) who= ;; esac
				say "$s" "its socket $p is gone, or nobody serves it: rohrpost restart $dir$who"
			elif ! ${as:+chpst -u "$as"} test -w "$p"; then
				say "$s" "it may not connect to $p: Permission denied"
			fi
		done
	done
}

# Other servers encrypt when they can; when they cannot, mail in clear flows on
# without a word.
encrypts() {
	fact smtp tls
	[ -n "$value" ] || return 0
	address smtp
	fact smtp proxy
	# shellcheck disable=SC2086
	answer tls "STARTTLS at $address" smtp-ping -eS $value "$address"
}

# certificates_of SERVICE NAME: certificates, as tls-key has them of this file
# and folder: one that it cannot use, one that ends in 14 days.  1: none is good
certificates_of() {
	user "$1"
	printf '6:list 0,' | ${as:+chpst -u "$as"} tls-key -f "$2" "$dir/conf" "$dir/$2" 2>&1 | LC_ALL=C tr -c '\t\n -~' '?' |
		grep -o '^tls-key: [a-z]*: .*\|until:[0-9]*	self:[01]	file:[^,]*' | {
		good=1
		while IFS='	' read -r until _ file; do
			case $until in
			tls-key:*) say "$1" "${until#tls-key: *: }" ;;
			*)
				good=0
				until=${until#until:} ends=expires
				[ "$until" -ge $now ] || ends=expired
				[ "$until" -gt $((now + 1209600)) ] ||
					say "$dir/conf/$2" "${file#file:}: $ends on $(date -u -d "@$until" +%F)"
				;;
			esac
		done
		exit $good
	}
}

# those that we show, and does TLS work with those that are good?
certificates() {
	[ ! -d "$dir/service/tls" ] || ! certificates_of tls tls || encrypts
	[ ! -d "$dir/service/tlsout" ] || certificates_of tlsout tls-client
}

# Names and passwords of who logs in: without a table that can be read
# auth-cdb answers, and lets nobody in.
known_logins() {
	[ -d "$dir/service/auth" ] || return 0
	f=$dir/logins/passwd
	hint="and nobody can log in: any rohrpost user-add makes it anew"
	if [ ! -e "$f.cdb" ]; then
		[ ! -e "$f" ] || say "$f.cdb" "is missing, $hint"
	elif [ -n "$(find "$f.cdb" -size -2048c 2>/dev/null)" ]; then
		say "$f.cdb" "is damaged, $hint"
	fi
	# shellcheck disable=SC3013
	[ ! -e "$f.cdb" ] || [ ! "$f" -nt "$f.cdb" ] ||
		say "$f" "is newer than $f.cdb, and not in use: any rohrpost user-add puts it in force"
}

# Passwords for other servers, which remote-send asks for with the first mail
# alone.
own_logins() {
	names=$(sed -n '/^[ 	]*#/d; s/.*[ 	]login=\([^ 	]*\).*/\1/p' "$dir/conf/tls-out" 2>/dev/null)
	[ -n "$names" ] || return 0
	f=$dir/secrets/login s=send
	[ -d "$dir/service/send" ] || s=deliver
	user $s
	if [ ! -e "$f" ]; then
		say "$f" "is missing, and mail by a login= of $dir/conf/tls-out waits: a line NAME USER PASSWORD each, mode 600"
	elif [ ! -f "$f" ] || [ -L "$f" ]; then
		say "$f" "it is no file of its own, and it is not used"
	elif [ -n "$(find "$f" -perm /077)" ]; then
		say "$f" "others may read or write it, and it is not used: chmod 600"
	elif ! ${as:+chpst -u "$as"} test -r "$f"; then
		say "$f" "$s may not read it: Permission denied"
	elif [ -r "$f" ]; then
		for n in $(echo "$names" | sort -u); do
			awk -v n="$n " 'index($0, n) == 1 { there = substr($0, length(n) + 1) ~ /^[^ ]+ ./; exit }
				END { exit !there }' "$f" ||
				say "$f" "has no line $n USER PASSWORD, one blank between, and mail by login=$n of $dir/conf/tls-out waits"
		done
	fi
}
