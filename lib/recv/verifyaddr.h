#ifndef RECV_VERIFYADDR_H
#define RECV_VERIFYADDR_H

#include "conf/local.h"
#include "recv/rcpt.h"
#include <stddef.h>

/*
 * What would become of mail for an address, for who asks before he sends:
 * is there somebody, as smtp-recv(8) asks at RCPT, and is there a way, as
 * route -n says.
 */
enum verifyaddr {
	VERIFYADDR_GOES,
	VERIFYADDR_NEVER,
	VERIFYADDR_LATER /* it cannot be known now, or not go now */
};

/* all zero at first; must stay where it is */
struct verifyaddr_conf {
	struct rcpt rcpt;
	struct softtable local;
	struct local_default by_default;
	char text[SMTPIN_TEXT_MAX]; /* of the last answer */
};

/* the tables of a configuration directory, and the Maildirs; me, this
 * host's name, must live as long */
void verifyaddr_open(struct verifyaddr_conf *, const char *confdir,
    const char *maildirs, const char *me);
/* is there somebody?  why receives a text for NEVER and LATER, valid until the
 * next question; else it stays */
enum verifyaddr verifyaddr_ask(struct verifyaddr_conf *, const char *address,
    const char **why);
/* what the output of route -n says */
enum verifyaddr verifyaddr_said(const char *out, size_t n);

#endif
