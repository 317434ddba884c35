#ifndef RECV_RCPT_H
#define RECV_RCPT_H

#include "conf/softtable.h"
#include "local/mailbox.h"
#include "recv/rcptfile.h"
#include "route/prohibited.h"
#include "route/routing.h"
#include "smtp/smtpin.h"

/*
 * Is there somebody at a local address?  Asked before mail for it is taken,
 * so that nothing has to be returned to a sender who may be forged.  The
 * address goes the way that route would send it: aliases, extensions and
 * rules count.
 */
enum { RCPT_TABLES = 6 };

/* whom somebody else knows, conf/rcpt */
struct rcpt_question {
	struct slice to; /* valid until the next one */
	struct rcptfile_rule rule;
};

struct rcpt {
	struct softtable table[RCPT_TABLES];
	struct routing_conf conf;
	struct routing where, member;
	struct mailbox_conf boxes;
	struct smtpin_reply reply;
	char text[PROHIBITED_TEXT_MAX + 1]; /* of a reply */
	struct rcpt_question question;      /* RCPTFILE_UNSAID: none */
	unsigned on : 1;                    /* mailboxes are looked for */
	int64_t complained_ms;
};

/*
 * rcpt_open - the tables of a configuration directory, those missing are
 * none
 *
 * maildirs  the directory of Maildirs; "-": they are not here, and the file
 *           users says all; NULL: who is at home here is not asked
 * local     which domains are local
 */
void rcpt_open(struct rcpt *, const char *confdir, const char *maildirs,
    struct lookup local);
/* look for other tables; the caller knows how often */
void rcpt_check(struct rcpt *);

/*
 * rcpt_ask - to: an address of a local domain; from: the sender
 *
 * Returns NULL when there is somebody, or it is not asked, or rcpt_question()
 * is to be; else the reply, valid until the next question: 5xx when it is known
 * that there is nobody, 4xx when it cannot be known.
 */
const struct smtpin_reply *rcpt_ask(struct rcpt *, struct slice to,
    struct slice from);
/*
 * rcpt_prohibited - does an address stand in the table prohibited, of whatever
 * domain it is?
 *
 * Returns NULL when it does not; else the reply, valid until the next question.
 */
const struct smtpin_reply *rcpt_prohibited(struct rcpt *, enum prohibited_side,
    struct slice address);
/* what somebody else is to be asked behind it, or NULL */
static inline const struct rcpt_question *
rcpt_question(const struct rcpt *r)
{
	return r->question.rule.how == RCPTFILE_UNSAID ? NULL : &r->question;
}
/* 451: it cannot be known now who is here */
extern const struct smtpin_reply rcpt_unsure;

#endif
