#ifndef SEND_RESULT_H
#define SEND_RESULT_H

#include "send/job.h"

/*
 * What became of one recipient, as a line of job(5).
 */

/* what is said of one recipient; NULL, 0 and "" are left out */
struct sendresult {
	const char *status, *class, *phase, *host, *ip, *text, *esc;
	const char *tls, *tls_policy, *tls_from, *tls_cert, *tls_fail,
	    *tls_text, *mx_secure;
	size_t text_len, esc_len;
	unsigned code, room;
	unsigned attempt; /* of the job: try + 1 */
	const char *dsn;  /* "relayed", "delivered": nobody else tells of
			   * success; or NULL */
	unsigned doubt : 1;
	int64_t next_ms; /* wall clock */
	int64_t ms;      /* -1: not begun */
	struct sendstages stages;
};

/* code, enhanced code and text of a server's reply; text holds the last, and a
 * reply without an enhanced code gets a plain one */
void sendresult_reply(struct sendresult *, const struct reply *,
    char text[REPLY_TEXT_MAX]);
/* append the line; 0, or -1 with ENOMEM */
int sendresult_put(struct buf *, const char *id, unsigned n,
    const struct sendsite *, const struct sendresult *);

#endif
