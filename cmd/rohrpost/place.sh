# rohrpost(8): where an instance is, and whether root may work there

# Names that stand in shell scripts; that of an instance stands in the
# addresses of sockets, too, of which the kernel takes 107 bytes.
name_ok() {
	case $1 in
	*[!A-Za-z0-9/._+,:@%-]*) die 100 "$1: an instance's name may have letters, digits and /._+,:@%- only" ;;
	esac
	[ ${#1} -le 85 ] || die 100 "$1: an instance's name may have 85 bytes, as its sockets' names have an end"
}

# the absolute name of an instance, checked
place() {
	dir=$(cd "$1" 2>/dev/null && pwd) || die 111 "unable to enter $1"
	name_ok "$dir"
}

# Who may do what root does, anyway: he, and whoever the root of the file
# system belongs to, which in a container may be somebody without a name.
is_root() {
	[ "$1" = 0 ] || [ "$1" = "$(stat -c %u /)" ]
}

# writer FOLDER [UID GID MODE USER GROUP]: sets $who to who but root may put
# something else in place of what is in it.  Where the sticky bit is, only who
# owns it may.
writer() {
	who=''
	# shellcheck disable=SC2046
	[ $# -gt 1 ] || set -- "$1" $(stat -L -c '%u %g %a %U %G' "$1" 2>/dev/null)
	[ -d "$1" ] && [ $# = 6 ] || return 0
	if ! is_root "$2"; then
		[ "$5" != UNKNOWN ] || set -- "$1" "$2" "$3" "$4" "user $2"
		who="$1 belongs to $5"
	elif [ $((0$4 & 01000)) != 0 ]; then
		:
	elif [ $((0$4 & 02)) != 0 ]; then
		who="everybody may write to $1"
	elif [ $((0$4 & 020)) != 0 ] && [ "$3" != 0 ]; then
		who="the group $6 may write to $1"
	fi
}

# way PATH: the writer of the first folder above it that has one; those above
# what links on the way lead to, too
way() (
	at='' rest=${1#/}/
	set --
	while [ -n "$rest" ]; do
		next=${rest%%/*} rest=${rest#*/}
		[ -n "$next" ] || continue
		at=$at/$next
		set -- "$@" "$at"
	done
	# what is not there has no line, and nothing is below it
	stat -L -c '%u %g %a %U %G %n' / "$@" 2>/dev/null | {
		above=/
		for at in "$@"; do
			read -r u g mode user group there || return 0
			writer "$above" "$u" "$g" "$mode" "$user" "$group"
			[ "$there" = "$above" ] || who="somebody changes $above"
			# in a sticky folder a link is its owner's
			[ -n "$who" ] || [ ! -L "$at" ] || [ ! -k "${at%/*}/" ] || is_root "$(stat -c %u "$at")" ||
				who="$at belongs to $(stat -c %U "$at")"
			if [ -z "$who" ] && [ -L "$at" ] && [ -e "$at" ]; then
				to=$(readlink "$at")
				case $to in /*) ;; *) to=${at%/*}/$to ;; esac
				who=$(way "$to")
			fi
			[ -z "$who" ] || {
				echo "$who"
				return
			}
			above=$at
		done
	}
)

# as_owner FOLDER ARGUMENT...: once more, with the rights of whom it belongs to
as_owner() {
	# shellcheck disable=SC2046
	set -- $(stat -L -c '%u %g' "$1") "$@"
	u=$1 g=$2 folder=$3
	shift 3
	setpriv --reuid "$u" --regid "$g" --clear-groups test -x "$bin/rohrpost" -a -r "$parts/place.sh" ||
		die 100 "$folder belongs to user $u, who may not run $bin/rohrpost: root does nothing there with more than his rights"
	exec setpriv --reuid "$u" --regid "$g" --clear-groups "$bin/rohrpost" "$@"
}

# root_comes PATH ARGUMENT...: root does nothing by name where somebody else
# may exchange what has the name.  In a folder of another user root is that
# user; what only lies below one is refused.
root_comes() {
	uid=$(id -u)
	[ "$uid" = 0 ] || return 0
	case $1 in /*) path=$1 ;; *) path=$(pwd)/$1 ;; esac
	shift
	there=$path
	while [ ! -e "$there" ]; do
		there=${there%/*}
		there=${there:-/}
	done
	is_root "$(stat -L -c %u "$there")" || {
		[ -z "${users-}" ] || {
			writer "$there"
			die 100 "--users needs a folder of root's: $who"
		}
		as_owner "$there" "$@"
	}
	who=$(way "$path/.")
	[ -z "$who" ] ||
		die 100 "$path is no place for root: $who, and could put something else there; move it to where only root may write, or give it to its user (chown -R)"
}

# what root would run, and others may write
runs_others() {
	[ "$uid" = 0 ] || return 0
	f=$(find -L "$dir/service" "$dir/env" ! -user 0 ! -user "$(stat -c %u /)" -print -quit -o \
		-perm -2 -print -quit -o -perm -20 ! -group 0 -print -quit 2>/dev/null)
	[ -z "$f" ] ||
		die 100 "$f belongs to $(stat -L -c %U:%G "$f"), mode $(stat -L -c %a "$f"): root runs only what nobody else may write; chown root, chmod go-w"
}

# act NAME [WHAT]: an act of an administrator into the log of the instance; what
# cannot be logged log-act says, and it is done
act() {
	log-act "$dir" "$@" || :
}

instance() {
	[ $# -ge 1 ] || usage
	[ -d "$1/service" ] && { [ -d "$1/queue" ] || [ -d "$1/conf" ]; } ||
		die 100 "$1 is no instance: make one with: rohrpost init $1"
	place "$1"
	shift
	root_comes "$dir" "$verb" "$dir" "$@"
}

# Who may not read up.pid cannot see whether it is up, and is not told that it
# is down.
may_ask() {
	[ ! -e "$dir/up.pid" ] || [ -r "$dir/up.pid" ] ||
		die 100 "$dir was started by $(stat -c %U "$dir/up.pid"): only that user and root may ask for its state, and change it"
}
