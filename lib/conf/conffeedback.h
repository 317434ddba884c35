#ifndef CONF_CONFFEEDBACK_H
#define CONF_CONFFEEDBACK_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `feedback`, conf-feedback(5): which addresses are ours to read.
 * Records: "r DOMAIN" return paths, "d DOMAIN" all of a domain, "a ADDRESS",
 * "u ADDRESS" to unsubscribe; "h HOST" of an URL to unsubscribe and "l LIST",
 * which only say whose mail it is; data "tenant TAB stream TAB believe".
 */
extern const struct conffile conffile_feedback;

enum { CONFFEEDBACK_NAME_MAX = 64 }; /* bytes of a tenant or stream */

enum conffeedback_kind {
	CONFFEEDBACK_NONE,
	CONFFEEDBACK_RETURN_PATH, /* if it is of the form of ours */
	CONFFEEDBACK_ADDRESS,
	CONFFEEDBACK_UNSUBSCRIBE
};

struct conffeedback {
	enum conffeedback_kind kind;
	char tenant[CONFFEEDBACK_NAME_MAX + 1]; /* empty: none */
	char stream[CONFFEEDBACK_NAME_MAX + 1];
	unsigned believe : 1; /* a return path that names no recipient proves
			       * the one that the report names */
};

/* whose is this address?  0, or -1: the table is damaged */
int conffeedback_look(const struct lookup *, const char *address, size_t n,
    struct conffeedback *);
/* whose mail is it that names this host, which may have a port, or this list?
 * What the table says of tenant and stream comes in place of what is there, the
 * rest stays.  As conffeedback_look() */
int conffeedback_host(const struct lookup *, const char *host,
    struct conffeedback *);
int conffeedback_list(const struct lookup *, const char *list,
    struct conffeedback *);

#endif
