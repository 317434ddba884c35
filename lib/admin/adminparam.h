#ifndef ADMIN_ADMINPARAM_H
#define ADMIN_ADMINPARAM_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * The parameters of a call: of its path, its query and the JSON of its body, all
 * alike.  Pure.
 */
enum {
	ADMINPARAM_MAX = 64,         /* of a call */
	ADMINPARAM_NAME_MAX = 32,    /* bytes of a name */
	ADMINPARAM_VALUE_MAX = 1024, /* of a value */
	ADMINPARAM_PART_MAX = 128,   /* of a part of the path */
	ADMINPARAM_WHY_MAX = 300     /* of words for people, with NUL */
};

/* where it stood */
enum adminparam_from { ADMINPARAM_PATH, ADMINPARAM_QUERY, ADMINPARAM_BODY };

struct adminparam {
	char name[ADMINPARAM_NAME_MAX + 1];
	/* with a NUL behind it, and no control character in it; may be "" */
	const char *value;
	enum adminparam_from from;
};

/* all zero: none */
struct adminparams {
	struct adminparam param[ADMINPARAM_MAX];
	unsigned n;
	char why[ADMINPARAM_WHY_MAX]; /* what is wrong */
};

void adminparams_free(struct adminparams *);
/* each returns 0; or -1: why says so, "" is out of memory */
int adminparams_add(struct adminparams *, const char *name, size_t name_len,
    const char *value, size_t n, enum adminparam_from);
/* NAME=VALUE, & between them, with %XX, and + as a blank */
int adminparams_query(struct adminparams *, struct slice query);
/*
 * adminparams_json - an object of strings, whole numbers, true and false, and
 * lists of them
 *
 * A list is so many parameters of its name; true is "1", and what is false or
 * null is not there, but for "suspended" and "disabled", which are "off" and
 * "on" of the name "state".
 */
int adminparams_json(struct adminparams *, const char *, size_t n);
/* the value of the nth one of that name from 0, or NULL */
const char *adminparams_get(const struct adminparams *, const char *name,
    unsigned nth);
/* bytes with %XX undone, and `plus` as a blank where it is set; their number,
 * or -1: a bad one, or no room.  out receives no NUL */
long adminparam_decode(struct slice, int plus, char *out, size_t cap);

#endif
