#ifndef SPF_MACRO_H
#define SPF_MACRO_H

#include <stddef.h>

/*
 * Macros of SPF (RFC 7208 section 7): %{d2r-} and the like, in the domains
 * of terms and in explanations.
 */
enum {
	SPFMACRO_NAME_MAX = 253,  /* bytes of a domain: labels on the left go */
	SPFMACRO_VALUE_MAX = 1100 /* bytes of one macro's value; more are cut */
};

/* what the letters stand for; all of it must stay */
struct spfmacro {
	const char *local; /* l */
	size_t local_len;
	const char *origin;      /* o: the sender's domain */
	const char *domain;      /* d: the domain whose record is looked at */
	const char *helo;        /* h */
	const char *valid;       /* p: the client's name, or NULL: unknown */
	const char *receiver;    /* r, or NULL: unknown */
	const unsigned char *ip; /* i c v */
	size_t ip_len;           /* 4 or 16 */
	long long now;           /* t */
};

enum spfmacro_where {
	SPFMACRO_SPEC, /* within a record: no blanks, no c r t */
	SPFMACRO_EXP   /* an explanation */
};

/* is this a macro-string?  1 or 0 */
int spfmacro_good(const char *, size_t, enum spfmacro_where);
/* has a good one a macro with one of these (lower case) letters? */
int spfmacro_has(const char *, size_t, const char *letters);

/*
 * spfmacro_name - a good macro-string as the name of a domain
 *
 * Without the dot at its end; of a name that is too long labels are dropped
 * on the left.  Returns its length, NUL behind it; 0 when nothing is left.
 * What comes out need not be a possible name.
 */
size_t spfmacro_name(const struct spfmacro *, const char *, size_t,
    char out[SPFMACRO_NAME_MAX + 1]);

/*
 * spfmacro_text - a good macro-string as text for people
 *
 * At most cap bytes, the rest is cut; NUL behind it (out has room for
 * cap + 1).  What is not printable ASCII becomes '?'.
 */
void spfmacro_text(const struct spfmacro *, const char *, size_t, char *out,
    size_t cap);

#endif
