#ifndef CONF_LOCAL_H
#define CONF_LOCAL_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `local`, conf(5): the domains whose mail is delivered here, one
 * a line.  Record: key the domain in lower case, data the line's number.  Where
 * a domain has another form, as A-labels or in UTF-8 (RFC 5890), conf-build adds
 * a record of that: behind the number stand a blank and the form in the file.
 * It stands behind the others, so that a form in the file is found before it.
 */
extern const struct conffile conffile_local;

/*
 * What is local whatever the file says: the host's own name, its first
 * label, and localhost.  Mail of this machine for itself must not leave it,
 * least of all where the DNS does not know the name.
 */
struct local_default {
	struct lookup table;          /* of the file */
	char me[WORD_DOMAIN_MAX + 3]; /* lower case */
	size_t len, label_len;        /* of me, of its first label */
};

/*
 * local_by_default - the table with these names in front of it
 *
 * d   must live as long as what is returned
 * me  the host's name; NULL: not known
 *
 * A table that is missing or damaged still has these names.
 */
struct lookup local_by_default(struct local_default *d, const char *me,
    struct lookup table);

/* is the domain (lower case) local?  1, 0, or -1: table missing or damaged */
int local_has(const struct lookup *, const char *domain, size_t n);

/* the form in the file of a domain (lower case) that is local by another: 1 and
 * *form, 0: it is none, or it stands there itself; -1 */
int local_form(const struct lookup *, const char *domain, size_t n,
    struct slice *form);

#endif
