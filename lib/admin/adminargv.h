#ifndef ADMIN_ADMINARGV_H
#define ADMIN_ADMINARGV_H

#include "admin/adminparam.h"

/*
 * The command of a call as an argument vector, out of parameters that were
 * looked at.  No shell has a part in it, and nothing of a parameter ever
 * becomes an option: selectors have their kind in front, and what stands alone
 * is an id or an address.  Pure.
 *
 *   @queue   the queue's folder            @conf     that of the configuration
 *   @logs    the folders of all logs       @final    of those that end in -final
 *   @select  selectors out of parameters   @id       id:ID
 *   @ID      the id alone                  @to       an address
 *   @dry     -n, if dry-run is asked for   @values   for=, reason=
 *   @by      -b FIELD for each             @columns  -s, -t or nothing
 *
 * To @select and @id comes tenant:TENANT for who may see his own alone.
 */
enum {
	ADMINARGV_MAX = 320,       /* words */
	ADMINARGV_LIMIT_MAX = 1000 /* lines of an answer, or times */
};

/* where an instance is, and who asks */
struct adminplace {
	const char *instance;
	const char *const *logs; /* folders, NULL behind the last */
	const char *tenant;      /* of who sees his own alone, or NULL */
};

struct adminargv {
	char *argv[ADMINARGV_MAX + 1];
	unsigned n;
};

/* 0, or -1: out of memory, or too many words */
int adminargv_make(struct adminargv *, const char *command,
    const struct adminplace *, const struct adminparams *);
void adminargv_free(struct adminargv *);
/* is this parameter a selector of queue-list(8), with not. in front or without?
 */
int adminargv_selects(const char *name);
/* is there any, or `all`? */
int adminargv_any(const struct adminparams *);

#endif
