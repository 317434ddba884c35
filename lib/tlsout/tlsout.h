#ifndef TLSOUT_TLSOUT_H
#define TLSOUT_TLSOUT_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `tls-out`, conf(5): how mail to a destination is protected.
 *
 * Record: key D and the destination, B and the domain below which, or *; an
 * address is [ADDRESS] in the form that ip_text() gives it.  Data: LTSV without
 * line end: line tls match pin login cert implicit.
 */
extern const struct conffile conffile_tls_out;

enum {
	TLSOUT_NAMES_MAX = 8, /* of match= */
	TLSOUT_PINS_MAX = 16,
	TLSOUT_PIN_LEN = 5 + 64, /* bytes of the longest: cert: and digits */
	TLSOUT_WORD_MAX = 64     /* bytes of login= and cert= */
};

/* the policies; what a receiver says decides in the last four */
enum tlsout_word {
	TLSOUT_NONE,
	TLSOUT_MAY,
	TLSOUT_MUST,
	TLSOUT_VERIFY,
	TLSOUT_FINGERPRINT,
	TLSOUT_DANE_ONLY,
	TLSOUT_DANE,
	TLSOUT_STS,
	TLSOUT_AUTO
};

/* 0, or -1: no such word */
int tlsout_word(struct slice, enum tlsout_word *);
const char *tlsout_word_text(enum tlsout_word);

/* a line; slices are valid until the table is replaced */
struct tlsout_line {
	unsigned line; /* 0: there is none, and word is auto */
	enum tlsout_word word;
	/* n 0: not said.  match and pins with commas between them; a pin is
	 * cert: or key: and 64 digits in lower case */
	struct slice match, pins, login, cert;
	unsigned implicit : 1;
	unsigned all : 1; /* it is that of `*` */
};

/*
 * tlsout_find - the most specific line for a destination
 *
 * name  domain or host in lower case, as A-labels; or an address, alone or as
 *       a literal in brackets
 *
 * Returns 0, or -1: the table is damaged, or missing although it was there,
 * which is a temporary failure and never "auto".
 */
int tlsout_find(const struct lookup *, struct slice name, struct tlsout_line *);

#endif
