#ifndef TESTS_PARTNER_H
#define TESTS_PARTNER_H

#include "base/buf.h"
#include "base/fd.h"
#include "chain/listen.h"
#include "looprun.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Whom a client of ours talks to over a Unix socket, played by the test: one
 * connection at a time, what was said on it, and what the test answers.
 */
static int partner_listening = -1, partner_conn = -1;
static struct buf partner_heard;

static inline void
partner_serves(const char *address)
{
	partner_listening = listen_open(address, 0600);
}

/* he takes a connection, and what is said on it */
static inline void
partner_turn(void)
{
	if (partner_conn == -1 && partner_listening != -1) {
		partner_conn = accept4(partner_listening, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		buf_clear(&partner_heard);
	}
	if (partner_conn != -1 &&
	    fd_read_more(partner_conn, &partner_heard, 65536) == 0) {
		close(partner_conn);
		partner_conn = -1;
	}
}

static inline void
partner_says(const char *text)
{
	fd_write_all(partner_conn, text, strlen(text));
}

static inline void
partner_hangs_up(void)
{
	close(partner_conn);
	partner_conn = -1;
}

static inline int
partner_has_heard(const void *text)
{
	return buf_data(&partner_heard) != NULL &&
	    memmem(buf_data(&partner_heard), buf_len(&partner_heard), text,
		strlen(text)) != NULL;
}

/* the loop and he, until it is so: 1, or 0 when it never was */
static inline int
partner_until(int (*is)(const void *), const void *arg)
{
	return looprun_until(partner_turn, is, arg);
}

#endif
