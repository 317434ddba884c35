# rohrpost(8): limits that several machines share, throttle-share(8)

# share_place TEXT: sets $shared to where Redis is, and $database
share_place() {
	shared=$1 database=''
	case $1 in
	*[!A-Za-z0-9/._+,:@%-]*) case $1 in \[*\]:*) ;; *) return 1 ;; esac ;;
	esac
	case $1 in
	unix:/?*) [ ${#1} -le 112 ] ;;
	*/*)
		shared=${1%%/*} database=${1#*/}
		case $database in '' | *[!0-9]* | 0?* | ??????*) return 1 ;; esac
		[ "$database" -le 65535 ] && address_ok "$shared"
		;;
	*) address_ok "$1" ;;
	esac
}

# machines_ok N: as throttle-share -n has it
machines_ok() {
	case $1 in '' | *[!0-9]* | 0?* | ?????*) return 1 ;; esac
	[ "$1" -le 1000 ]
}

# share_password FILE: sets $password to its first line
share_password() {
	password=''
	{ IFS= read -r password <"$1"; } 2>/dev/null || [ -n "$password" ] || die 100 "--share-login $1: has no line that can be read"
	case $password in
	'' | ' '* | *' ') die 100 "--share-login $1: must be a password, or a user's name, a blank and his password" ;;
	esac
	[ ${#password} -le 1000 ] || die 100 "--share-login $1: its line may have 1000 bytes"
}

# share_whole: what belongs together is there
share_whole() {
	case ${shared:+S}${machines:+M} in '' | SM) ;; *) usage ;; esac
	[ -n "$shared" ] || [ -z "$password" ] || usage
}

# put_password: where there is one, in a file that is nobody else's, written by
# whoever the folder belongs to.  1: it was there
put_password() {
	[ -n "$password" ] || return 1
	as=$(stat -c :%u:%g "$dir/share") || exit 111
	case $(id -u)$as in 0:0:* | [!0]*) as= ;; esac
	# shellcheck disable=SC2016
	printf '%s\n' "$password" | ${as:+chpst -u "$as"} sh -c '
		umask 077
		cat >"$1.new" || exit 111
		! cmp -s "$1.new" "$1" || { rm "$1.new"; exit 1; }
		mv "$1.new" "$1" || exit 111' sh "$dir/share/login"
	got=$?
	[ $got -le 1 ] || die 111 "unable to write $dir/share/login"
	return $got
}

# infer_share: what its run file says
infer_share() {
	shared='' machines='' database='' password=''
	[ -d "$dir/service/share" ] || return 0
	# shellcheck disable=SC2046
	set -- $(sed -n 's/^[^#]*throttle-share -.* -n \([0-9]*\) -r \([^ ]*\)$/\1 \2/p' "$dir/service/share/run")
	[ $# = 2 ] || die 100 "$dir/service/share/run does not end in -n MACHINES -r REDIS, as it was made"
	machines=$1 shared=$2
	database=$(sed -n 's/^[^#]*throttle-share -.* -d \([0-9]*\) .*/\1/p' "$dir/service/share/run")
}

# upgrade_password: another one
upgrade_password() {
	if [ -n "$dry" ]; then
		[ -z "$password" ] || change "share/login: as it was given"
	elif put_password; then
		change "share/login: as it was given"
		[ ! -d "$dir/service/share" ] || restart="${restart}share "
	fi
}

# who asks enters the folder of the socket, which its maker owns
share_users() {
	chown -R rohrshare:rohrshare "$dir/share" &&
		chown rohrshare:rohrroute "$dir/sock/share" && chmod 710 "$dir/sock/share"
}

# What throttle-share said last of Redis.  There is a word when it has begun; who
# has not said one yet was started just now, or has another fault.
sharing() {
	[ -d "$dir/service/share" ] || return 0
	set --
	for f in "$dir"/log/share/@* "$dir/log/share/current"; do [ ! -r "$f" ] || set -- "$@" "$f"; done
	[ $# = 0 ] || grep -ahF '	ev:share-' "$@" 2>/dev/null | plain | awk -F'\t' '
		$2 == "ev:share-lost" && since == "" {
			since = $1
			sub(/.*ts:/, "", since)
			sub(/\.[0-9]*Z/, "Z", since)
		}
		$2 == "ev:share-lost" { for (i = 3; i <= NF; i++) if ($i ~ /^text:/) why = substr($i, 6) }
		$2 == "ev:share-alone" { for (i = 3; i <= NF; i++) if ($i ~ /^machines:/) n = substr($i, 10) }
		$2 == "ev:share-back" { since = n = "" }
		END {
			if (since != "") print "Redis is gone since " since " (" why "): " \
				(n != "" ? "limits are shared with nobody now, and each machine has one part of " n : "nothing goes that is under a shared limit")
		}' | while IFS= read -r text; do say share "$text"; done
}
