#ifndef BASE_JAILCALLS_H
#define BASE_JAILCALLS_H

#include <linux/filter.h>
#include <stddef.h>

/*
 * Which system calls a program makes after its start, as a filter of
 * seccomp(2).  Pure.
 */
enum jail_list {
	JAIL_REMOTE_SEND,
	JAIL_THROTTLE,
	JAIL_THROTTLE_SHARED, /* the same, and a socket of this machine */
	JAIL_THROTTLE_SHARE,
	JAIL_TLS_KEY,
	JAIL_KEY_SIGN,
	JAIL_SOCK_HOLD,
	JAIL_SMTP_RECV,
	JAIL_UNSUB_HTTP,
	JAIL_ACCEPT_LIMIT,
	JAIL_LISTS
};

enum { JAILCALLS_ROOM = 320 }; /* instructions of the longest filter */

/* The filter of a list, for a process of this number, into f.  Returns how many
 * instructions it has; 0 on a processor that is not known here. */
size_t jailcalls_filter(struct sock_filter f[JAILCALLS_ROOM], enum jail_list,
    unsigned pid);

#endif
