#ifndef ADMIN_ADMINJOB_H
#define ADMIN_ADMINJOB_H

#include "account/accountwire.h"
#include "admin/adminanswer.h"
#include "admin/adminargv.h"
#include "admin/admincall.h"
#include "admin/admincred.h"
#include "admin/adminreq.h"

/*
 * One call, from the request to the answer: the parts that touch the world.  Who
 * asks has been found out, and may do it, before anything of this is called, but
 * for ADMINCALL_EDIT, where account-check decides.
 */
enum { ADMINJOB_LOGS_MAX = 200 /* folders of logs that are read */ };

struct adminjob {
	const char *instance; /* its folder */
	const char *account;  /* where account-check listens: unix:PATH */
	const struct admincall *call;
	struct adminreq req;
	struct adminparams params;
	struct admincred cred;
	struct accountwire_answer who;
	enum account_right right;
	struct adminplace place;
	struct adminanswer answer;
};

/* the whole of it: a request was read, its answer is made */
void adminjob(struct adminjob *);
void adminjob_free(struct adminjob *);

/* of its files, each for some forms */
void adminjob_command(struct adminjob *);
void adminjob_config(struct adminjob *);
void adminjob_edit(struct adminjob *);
/* what account-check says of who asks, where that is no yes, as an answer: 1, or
 * 0: it is yes */
int adminjob_refused(struct adminjob *);

/* the event act of a call that changes something, before it does: what is
 * changed, with a digest of a text or NULL; or with `failed`, that it failed */
void adminjob_act(struct adminjob *, const char *what, const char *now);
void adminjob_act_failed(struct adminjob *, const char *what);

#endif
