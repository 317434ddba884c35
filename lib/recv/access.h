#ifndef RECV_ACCESS_H
#define RECV_ACCESS_H

#include "conf/local.h"
#include "conf/softtable.h"
#include "recv/rcpt.h"
#include "recv/relay.h"

/*
 * What a receiver asks the configuration: which domains are ours, which
 * recipients they have, and what a client's address may do.  Tables that are
 * missing are none, and what they say is not known while they cannot be
 * read; all are looked at again every TABLE_CHECK_MS.
 */
struct access {
	struct softtable local, relay; /* without a path: not used */
	struct local_default by_default;
	struct lookup locals; /* of local and by_default */
	struct rcpt rcpt;
	int64_t checked_ms;
	unsigned complained : 1; /* of a damaged relay.cdb */
};

/*
 * access_open - the tables of a configuration directory
 *
 * a         stays where it is
 * me        the name of this host, which stays
 * maildirs  as rcpt_open() has it
 * relay     connections are accepted here: relay.cdb is asked, too
 */
void access_open(struct access *a, const char *dir, const char *me,
    const char *maildirs, int relay);
/* is a domain, in lower case, one of ours?  1, 0, -1 when not known now */
int access_is_local(struct access *, const char *domain, size_t n);
/* may this client relay, or not even speak?  suffix as relay_find() has it */
enum relay_verdict access_relay(struct access *, const char *ip, char *suffix);

#endif
