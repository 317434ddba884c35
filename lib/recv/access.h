#ifndef RECV_ACCESS_H
#define RECV_ACCESS_H

#include "conf/local.h"
#include "conf/softtable.h"
#include "recv/certs.h"
#include "recv/rcpt.h"
#include "recv/relay.h"
#include "recv/senders.h"
#include "smtp/smtpin.h"
#include "suppress/suppressask.h"

/*
 * What a receiver asks the configuration: which domains are ours, which
 * recipients they have, and what a client's address may do.  Tables that are
 * missing are none, and what they say is not known while they cannot be
 * read; all are looked at again every TABLE_CHECK_MS.
 */
struct access {
	/* without a path: not used */
	struct softtable local, relay, senders, certs;
	struct local_default by_default;
	struct lookup locals; /* of local and by_default */
	struct rcpt rcpt;
	struct suppressask *suppress; /* NULL: there are no lists */
	int64_t checked_ms;
	/* what it means that a table cannot be asked was said */
	unsigned char told_local, told_relay, told_senders, told_certs;
};

/* what is said where one of them cannot be asked now */
extern const struct smtpin_reply access_no_table;

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
/* the form of a local domain in the configuration, as local_form() */
int access_local_form(struct access *, const char *domain, size_t n,
    struct slice *form);
/* are there newer tables?  All that is asked here looks by itself */
void access_look(struct access *);
/* as rcpt_prohibited() */
const struct smtpin_reply *access_prohibited(struct access *,
    enum prohibited_side, struct slice address);
/* may this client relay, or not even speak?  As relay_find() has it */
enum relay_verdict access_relay(struct access *, const char *ip,
    struct relay_rule *);

/* logins are taken here: senders.cdb is asked as whom they may send */
void access_open_senders(struct access *, const char *dir);
/* clients show certificates: certs.cdb says whose they are */
void access_open_certs(struct access *, const char *dir);
/* as certs_login(); without the table there is none */
int access_cert_login(struct access *, const unsigned char cert[CERTS_LEN],
    struct slice *login);
/* is there something that says so? */
static inline int
access_has_senders(const struct access *a)
{
	return a->senders.path != NULL && a->senders.state != 0;
}
/* as senders_may(); without the table, as anybody */
enum senders_verdict access_may_send(struct access *, const char *me,
    const char *login, struct slice address);

#endif
