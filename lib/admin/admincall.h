#ifndef ADMIN_ADMINCALL_H
#define ADMIN_ADMINCALL_H

#include "account/role.h"
#include "admin/adminparam.h"

/*
 * The calls by which an instance is looked at and changed over HTTP,
 * http-admin(8): one table, so that another call is another row.  Pure.
 */

/* what becomes of what the command prints */
enum admincall_form {
	/* of a command's lines, format/ltsv.h: */
	ADMINCALL_LIST,   /* recipients, a part of them, and where it goes on */
	ADMINCALL_ROWS,   /* all lines, as an array */
	ADMINCALL_ONE,    /* all lines together are one object */
	ADMINCALL_EVENTS, /* of a log: those that agree, the newest */
	ADMINCALL_COUNTS, /* of a log: how much of what happened when */
	ADMINCALL_STATE,  /* one object, for who may see all of it */
	ADMINCALL_BYTES,  /* as they are: a message */
	/* a message: recipients, and what the log has of it */
	ADMINCALL_MESSAGE,
	/* no command of a queue; what it is stands in `command` */
	ADMINCALL_ME,
	ADMINCALL_CONF_LIST,
	ADMINCALL_CONF_GET,
	ADMINCALL_CONF_PUT,
	ADMINCALL_CONF_UNDO,
	ADMINCALL_EDIT, /* account-check is asked, account-socket(5) */
	ADMINCALL_FORMS
};

/* which parameters it takes, as bits */
enum {
	ADMINCALL_SELECT = 1,  /* selectors of queue-list(8) */
	ADMINCALL_PAGE = 2,    /* limit after */
	ADMINCALL_ORDER = 4,   /* dry-run */
	ADMINCALL_STANDS = 8,  /* for reason */
	ADMINCALL_BY = 16,     /* by columns */
	ADMINCALL_FILTER = 32, /* limit and labels of events */
	ADMINCALL_TO = 64,     /* to: an address */
	ADMINCALL_SCALE = 128, /* scale last */
	ADMINCALL_CHECK = 256, /* check */
	ADMINCALL_KEY = 512,   /* key limit */
	ADMINCALL_ACCOUNT = 1024
};

struct admincall {
	const char *method;
	const char *path; /* {name} stands for one part of it, and becomes a
			   * parameter */
	enum account_call call;
	/*
	 * A program of ours, and its arguments.  Words with an @ stand for
	 * something that is known, or is in the parameters, adminargv.h.  Of
	 * ADMINCALL_EDIT the act of account-socket(5).
	 */
	const char *command;
	enum admincall_form form;
	unsigned takes;
	const char *act; /* it changes something: how the event calls it */
	/* who may only what is of his own organisation: the message must be,
	 * which the command itself does not look at */
	unsigned owned : 1;
	const char *with; /* the row is for who gives this parameter */
};

extern const struct admincall admincall_table[];
extern const size_t admincall_count;

/*
 * admincall_find - which call a request is
 *
 * method, path  as the request has them; the path without its query
 * params        the parts of the path that are variables are added
 * call          receives it
 * allow         receives the methods that there are, with 405; room for
 *               ADMINCALL_ALLOW
 *
 * Returns 0; 404: there is no such path; 405: not by that method; 400: a part
 * of the path is none that can be.
 */
enum { ADMINCALL_ALLOW = 48 };
unsigned admincall_find(struct slice method, struct slice path,
    struct adminparams *params, const struct admincall **call,
    char allow[ADMINCALL_ALLOW]);

/*
 * admincall_fault - may the call have these parameters, each as often and in
 * the form that it can have?
 *
 * NULL, or what is wrong, in words; it is in why then, of `cap` bytes.
 */
const char *admincall_fault(const struct admincall *,
    const struct adminparams *, char *why, size_t cap);

#endif
